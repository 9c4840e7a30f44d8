"""What is wrong with the pictures of one clip, told from what was measured of them. Pure.

A clip's own motion is the yardstick: a picture is held where it moves far less than the clip commonly does, and only
where motion ends or begins at once. A motion that comes to rest is no fault, and a still scene has nothing to hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from stitcher.seams.kinds import KINDS, SeamFinding
from stitcher.timebase import FrameRange

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stitcher.seams.clip_measure import ClipMeasure
    from stitcher.storyboard.choices import SeamFindingKind

    Flags = NDArray[np.bool_]

_MOVES = 0.12
"""Levels of motion a picture at least; a clip that commonly moves less counts as still."""
_HELD = 0.15
"""A step of less than this share of the clip's common one is none."""
_PLAIN = 0.45
"""A step of this share is one the clip commonly takes."""
_LEAST_TURNS = 4
_DARK = 24
_FEWEST = 8


@dataclass(frozen=True, slots=True)
class Course:
    """How a clip moves, picture by picture."""

    common: float
    """The motion of a picture that moves, levels; 0 for a clip that stands still."""
    held: Flags
    """Whether each step is none; one fewer than pictures."""
    plain: Flags
    """Whether each step is one the clip commonly takes."""

    @property
    def moves(self) -> bool:
        """Whether the clip moves enough for anything to be told of its motion."""
        return self.common > 0

    def runs(self) -> Iterator[FrameRange]:
        """Where pictures are held: ranges of steps."""
        edges = np.flatnonzero(np.diff(np.concatenate(([0], self.held.astype(np.int8), [0]))))
        for start, stop in zip(edges[::2], edges[1::2], strict=True):
            yield FrameRange(int(start), int(stop))

    def begins_at_once(self, step: int) -> bool:
        """Whether the clip moves as it commonly does from a step on."""
        return len(self.plain) - step >= 2 and bool(self.plain[step : step + 2].all())

    def ends_at_once(self, step: int) -> bool:
        """Whether the clip moves as it commonly does up to before a step."""
        return step >= 2 and bool(self.plain[step - 2 : step].all())


def course_of(measure: ClipMeasure) -> Course:
    """How a clip moves."""
    moved, steps = np.array(measure.moved), np.array(measure.steps)
    if len(moved) < _FEWEST:
        return Course(0.0, np.zeros(len(moved), bool), np.zeros(len(moved), bool))
    top = float(np.percentile(moved, 80))
    if top < _MOVES:
        return Course(0.0, np.zeros(len(moved), bool), np.zeros(len(moved), bool))
    common = float(np.median(moved[moved > _HELD * top]))
    whole = float(np.median(steps[moved > _HELD * top]))
    held = (moved < max(_HELD * common, 0.02)) & (steps < 0.5 * whole)
    return Course(common, held, moved > _PLAIN * common)


def cadence(measure: ClipMeasure) -> tuple[int, int] | None:
    """Every so many pictures so many new ones, where pictures are held in a rhythm: (2, 1) for 12 in 24.

    Encoders go on refining a picture that is held, so its step is held against those of its neighbours, turn by turn.
    """
    moved, steps = np.array(measure.moved), np.array(measure.steps)
    if not course_of(measure).moves:
        return None
    for turn in range(2, 7):
        if len(moved) < turn * _LEAST_TURNS:
            break
        number = np.arange(len(moved)) % turn
        for phase in range(turn):
            # One new picture a turn, or all but one.
            for fresh in (number == phase, number != phase) if turn > 2 else (number == phase,):
                new, held = moved[fresh], moved[~fresh]
                apart = np.percentile(held, 90) < 0.7 * np.percentile(new, 10)
                # In slow scenes an encoder has rhythms of its own.
                shares = np.median(held) / np.median(new), np.median(steps[~fresh]) / np.median(steps[fresh])
                if apart and shares[0] < (0.4 if turn < 4 else 0.25) and shares[1] < 0.65:
                    return turn, int(fresh[:turn].sum())
    return None


def clip_findings(measure: ClipMeasure, rate: Fraction, shot: str) -> Iterator[SeamFinding]:
    """What is wrong with the pictures that are seen of a shot; `frame` counts from the first of them."""
    course = course_of(measure)
    rhythm = cadence(measure)

    def told(kind: SeamFindingKind, value: float, text: str, frame: int = 0) -> Iterator[SeamFinding]:
        if value > KINDS[kind].threshold:
            yield SeamFinding(kind, shot, "", round(value, 3), text, frame)

    if rhythm is not None:
        turn, fresh = rhythm
        shown = float(rate * fresh / turn)
        yield SeamFinding(
            "cadence",
            shot,
            "",
            round(24 * (turn - fresh) / turn, 2),
            f"{fresh} of {turn} pictures are new: {shown:.4g} a second at {float(rate):.4g}",
        )
    else:
        for run in course.runs():
            seconds = float(len(run) / rate)
            last = run.stop == len(course.held)
            begins, ends = course.begins_at_once(run.stop), course.ends_at_once(run.start)
            if run.start == 0 and not last and begins:
                yield from told(
                    "frozen-head", seconds, f"stands still for {seconds:.2f} s, then moves at once"
                )
            elif last and run.start > 0 and ends:
                text = f"stands still for its last {seconds:.2f} s"
                yield from told("frozen-tail", seconds, text, run.start)
            elif begins and ends:
                at = float(run.start / rate)
                text = f"stands still for {seconds:.2f} s, {at:.2f} s after its beginning"
                yield from told("hold", seconds, text, run.start)
    flicker = flicker_of(measure)
    yield from told("flicker", flicker, f"its light goes up and down by {flicker:.1f} levels")
    dark = np.array(measure.brightest) <= _DARK
    if not dark.all():
        count = int(dark.sum())
        first = int(np.argmax(dark)) if count else 0
        pictures = "1 picture is" if count == 1 else f"{count} pictures are"
        yield from told("black", count, f"{pictures} black", first)


def flicker_of(measure: ClipMeasure) -> float:
    """How far the light of a picture commonly is off that of its neighbours, levels.

    Where it is off for most pictures: a single flash or a passing thing is no flicker.
    """
    light = np.array(measure.light)
    if len(light) < _FEWEST:
        return 0.0
    off = np.abs(light[1:-1] - (light[:-2] + light[2:]) / 2)
    return float(np.median(off))

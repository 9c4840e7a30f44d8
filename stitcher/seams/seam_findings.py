"""What is wrong at a seam and along a chain of clips, told from what was measured. Pure.

A cut to another scene is meant, whatever steps there; only what is no matter of taste is told of it. Where a scene goes
on, each step is held against its own threshold and against what one picture does beside the cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from stitcher.seams.clip_findings import Course, cadence, course_of
from stitcher.seams.kinds import KINDS, SeamFinding

if TYPE_CHECKING:
    from stitcher.seams.at_cut import SeamMeasure
    from stitcher.seams.clip_measure import ClipMeasure

_BESIDE = 2.0
"""A step has to be so many times what one picture does beside the cut."""
_TURNS = 0.6
"""Of the faster side's motion: what speed and direction may change by at a cut."""
_SLOW = 0.0008
"""Of the picture's width: a motion of less than a pixel of 1280 a frame is none."""
_SIDE = 6


@dataclass(frozen=True, slots=True)
class Side:
    """One clip at a seam."""

    shot: str
    measure: ClipMeasure
    rate: Fraction
    width: int
    """Of its pictures, as stored."""


@dataclass(frozen=True, slots=True)
class MotionStep:
    """Motion of the whole picture before and after a cut, pixels of the clip a frame to the right and down."""

    before: tuple[float, float]
    after: tuple[float, float]
    step: float
    """How far they are apart."""
    near: float
    """The most that the motion changes from one picture to the next beside the cut."""


def pace_at(earlier: Side, later: Side) -> MotionStep:
    """How the picture moves on both sides of a cut: the middle of a few steps each."""
    ways = (
        np.array(earlier.measure.ways[-_SIDE:]).reshape(-1, 2) * earlier.width,
        np.array(later.measure.ways[:_SIDE]).reshape(-1, 2) * later.width,
    )
    before, after = (np.median(side, axis=0) if len(side) else np.zeros(2) for side in ways)
    changes = [np.hypot(*np.diff(side, axis=0).T).max() for side in ways if len(side) > 1]
    return MotionStep(
        (float(before[0]), float(before[1])),
        (float(after[0]), float(after[1])),
        float(np.hypot(*(after - before))),
        float(max(changes, default=0.0)),
    )


def seam_findings(earlier: Side, later: Side, cut: SeamMeasure) -> Iterator[SeamFinding]:
    """What is wrong where `later` follows `earlier`."""
    at = _Telling(earlier.shot, later.shot)
    bars = np.abs(np.array(later.measure.bars) - earlier.measure.bars)
    percent = 100 * float(bars.max())
    come = sum(later.measure.bars) > sum(earlier.measure.bars)
    yield from at.told(
        "bars", percent, f"black bars {'come' if come else 'go'}, {percent:.1f} % of the picture each"
    )
    if cut.repeats:
        again = "a picture is" if cut.repeats == 1 else f"{cut.repeats} pictures are"
        yield from at.told("doubled", cut.repeats, f"{again} shown again ({cut.reason})")
    if not cut.goes_on:
        return
    skipped = "a picture is" if cut.missing == 1 else f"{cut.missing} pictures are"
    yield from at.told("missing", cut.missing, f"{skipped} missing from a steady motion")
    yield from _colour(at, cut)
    yield from _motion(at, earlier, later)
    if not _stands_beside(earlier.measure, later.measure):
        yield from _detail(at, earlier.measure, later.measure)
    yield from at.told(
        "patch",
        100 * cut.patch,
        f"{100 * cut.patch:.1f} % of the picture shows something else that stands still",
    )


def _colour(at: _Telling, cut: SeamMeasure) -> Iterator[SeamFinding]:
    change = " ".join(f"{name}{step:+.1f}" for name, step in zip("RGB", cut.rgb, strict=True))
    text = f"{change} levels, ΔE2000 {cut.delta_e:.1f}"
    stands_out = cut.delta_e > max(1.0, _BESIDE * cut.delta_e_near)
    if cut.mistake is not None and (stands_out or _steps(cut)):
        yield from at.told(cut.mistake, abs(cut.level), f"{cut.mistake_text}: {text}", always=True)
    elif _steps(cut) or stands_out:
        beside = f"; beside it {max(cut.rgb_near):.1f}, ΔE2000 {cut.delta_e_near:.1f}"
        yield from at.told("colour", abs(cut.level), text + beside, always=stands_out)


def _steps(cut: SeamMeasure) -> bool:
    """Whether a channel steps by more than its threshold and its neighbourhood."""
    limits = [max(KINDS["colour"].threshold, _BESIDE * near + 0.2) for near in cut.rgb_near]
    return any(abs(step) > limit for step, limit in zip(cut.rgb, limits, strict=True))


def _motion(at: _Telling, earlier: Side, later: Side) -> Iterator[SeamFinding]:
    courses = course_of(earlier.measure), course_of(later.measure)
    if cadence(earlier.measure) or cadence(later.measure):
        return
    yield from _standing_start(at, courses, later)
    pace = pace_at(earlier, later)
    fastest = max(np.hypot(*pace.before), np.hypot(*pace.after))
    limit = max(_SLOW * max(earlier.width, later.width), _TURNS * fastest, _BESIDE * pace.near)
    moving = all(course.moves for course in courses)
    if moving and pace.step > limit:
        words = " to ".join(f"({x:+.1f}, {y:+.1f})" for x, y in (pace.before, pace.after))
        yield from at.told(
            "motion",
            pace.step,
            f"the picture moves by {words} px a frame; beside it that changes by {pace.near:.1f} at most",
        )


def _standing_start(at: _Telling, courses: tuple[Course, Course], later: Side) -> Iterator[SeamFinding]:
    """A picture that moves up to the cut, stands, and moves again, however softly."""
    before, after = courses
    run = next((run for run in after.runs() if run.start == 0), None)
    if run is None or not before.ends_at_once(len(before.plain)) or after.begins_at_once(run.stop):
        return
    seconds = float(len(run) / later.rate)
    if run.stop < len(after.held):
        yield from at.told(
            "frozen-head",
            seconds,
            f"what moves up to the cut stands still for {seconds:.2f} s, then moves on",
        )


def _stands_beside(earlier: ClipMeasure, later: ClipMeasure) -> bool:
    """Whether a clip that moves stands still next to the cut: encoders refine such pictures, one after the other."""
    before, after = course_of(earlier), course_of(later)
    return bool(before.held[-_SIDE:].sum() > 1 or after.held[:_SIDE].sum() > 1)


def _detail(at: _Telling, earlier: ClipMeasure, later: ClipMeasure) -> Iterator[SeamFinding]:
    lost = 100 * (1 - later.head.sharpness / max(earlier.tail.sharpness, 0.01))
    beside = 100 * max(earlier.tail_spread[0], later.head_spread[0])
    if abs(lost) > 1.5 * beside:
        word = "softer" if lost > 0 else "sharper"
        text = f"{abs(lost):.0f} % {word}; pictures beside the cut differ by {beside:.0f} %"
        yield from at.told("sharpness", abs(lost), text)
    grain = later.head.grain - earlier.tail.grain
    near = max(earlier.tail_spread[1], later.head_spread[1])
    if abs(grain) > _BESIDE * near:
        text = f"{earlier.tail.grain:.1f} to {later.head.grain:.1f} levels"
        yield from at.told("grain", abs(grain), text)


@dataclass(frozen=True, slots=True)
class _Telling:
    """What is told of one seam."""

    earlier: str
    shot: str

    def told(self, kind: str, value: float, text: str, *, always: bool = False) -> Iterator[SeamFinding]:
        """The finding, if it is above its threshold, or `always`."""
        name = next(one for one in KINDS if one == kind)
        if value > KINDS[name].threshold or always:
            yield SeamFinding(name, self.shot, self.earlier, round(float(value), 3), text)


@dataclass(frozen=True, slots=True)
class Hop:
    """One clip of a chain, against the first."""

    shot: str
    rgb: tuple[float, float, float]
    """How much brighter red, green and blue are than in the first clip, levels: the steps at seams, added up."""
    added: tuple[float, float, float]
    """What of that came with this clip."""
    sharpness: float
    """Of the first clip's, as far as it changed at seams: 1 for as sharp."""


def chain_of(sides: Sequence[Side], cuts: Sequence[SeamMeasure]) -> tuple[Hop, ...]:
    """How a scene that goes on over several clips drifts; one more of `sides` than of `cuts`."""
    total, sharp = np.zeros(3), 1.0
    hops = [Hop(sides[0].shot, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 1.0)]
    for earlier, later, cut in zip(sides, sides[1:], cuts, strict=False):
        # A mistake is told as one, and mended in one place.
        added = np.zeros(3) if cut.mistake else np.array(cut.rgb)
        total = total + added
        sharp *= later.measure.head.sharpness / max(earlier.measure.tail.sharpness, 0.01)
        hops.append(Hop(later.shot, _three(total), _three(added), round(sharp, 3)))
    return tuple(hops)


def chain_findings(hops: Sequence[Hop]) -> Iterator[SeamFinding]:
    """What adds up along a chain; of two clips nothing that their seam does not say."""
    if len(hops) < 3:
        return
    at = _Telling(hops[0].shot, hops[-1].shot)
    worst = max(hops, key=lambda hop: max(map(abs, hop.rgb)))
    value = max(worst.rgb, key=abs)
    channel = worst.rgb.index(value)
    name = ("red", "green", "blue")[channel]
    by = ", ".join(f"{hop.shot} {hop.added[channel]:+.1f}" for hop in hops[1:])
    yield from at.told("drift", abs(value), f"{name} is {value:+.1f} levels off in {worst.shot!r}: {by}")
    soft = min(hops, key=lambda hop: hop.sharpness)
    lost = 100 * (1 - soft.sharpness)
    yield from at.told(
        "softening", lost, f"{soft.shot!r} has lost {lost:.0f} % of the sharpness, seam by seam"
    )


def _three(levels: np.ndarray) -> tuple[float, float, float]:
    red, green, blue = (round(float(one), 3) for one in levels)
    return red, green, blue

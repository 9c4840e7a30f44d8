"""Lengths of takes that their sound decides, settled before anything else is asked: from here on, seconds. Pure.

A length is the shortest of the model's in which the shot's lines are over, at the shot's speed and less what its `in`
and a match cut after it take off.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from pathlib import Path

from stitcher.errors import Issue, PresetError
from stitcher.generation.models import Model, Models
from stitcher.generation.request import shot_model, shot_seconds
from stitcher.media.clip import Sound
from stitcher.storyboard.choices import Role
from stitcher.storyboard.model import Shot, Storyboard
from stitcher.storyboard.transition_kinds import transition_kind
from stitcher.timebase import SAMPLE_RATE, format_decimal
from stitcher.timeline.lines import ShotLine, anchored, lines_of
from stitcher.timeline.media_index import MediaIndex

_ROLES: tuple[Role, ...] = ("dialogue", "effects")
"""Music and ambience go on over cuts; effects count where nobody speaks."""
_USUAL_RATE = Fraction(24)
_UNHEARD_SECONDS = Fraction(1, 20)


@dataclass(frozen=True, slots=True)
class TakeLengths:
    """How long the takes of a storyboard are to be, as far as sound has a say in it."""

    board: Storyboard
    """The storyboard with every length in seconds."""
    issues: Mapping[str, Issue] = field(default_factory=dict)
    """By shot: why its sound cannot say how long it is."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """By shot: how its length came to be."""
    overruns: Mapping[str, str] = field(default_factory=dict)
    """By shot of which the length is written: the line that goes on after it."""

    def issues_of(self, shots: Collection[str]) -> tuple[Issue, ...]:
        """Those of some shots."""
        return tuple(issue for shot, issue in self.issues.items() if shot in shots)


def sounds_needed(board: Storyboard) -> tuple[Path, ...]:
    """The sound files that decide lengths of takes, or outlast them, and those of the same voices."""
    if all(shot.kind != "take" or shot.clip is not None for shot in board.shots):
        return ()
    cues = [cue for cue in board.sound if board.base_role(cue.role) in _ROLES]
    return tuple(dict.fromkeys(cue.file for cue in cues if cue.file is not None))


def settle_lengths(
    board: Storyboard,
    models: Models,
    sounds: Mapping[Path, Sound],
    *,
    broken: Mapping[Path, str] | None = None,
) -> TakeLengths:
    """The lengths of a storyboard's takes. `sounds` are the files of `sounds_needed` as probed; `broken` says of others
    why they cannot be: they count with their words."""
    settling = _Settling(board, models, MediaIndex(sounds=sounds), broken or {})
    shots = [settling.settled(index, shot) for index, shot in enumerate(board.shots)]
    settled = board.model_copy(update={"shots": tuple(shots)}) if tuple(shots) != board.shots else board
    return TakeLengths(settled, settling.issues, settling.notes, settling.overruns)


class _Settling:
    def __init__(
        self, board: Storyboard, models: Models, media: MediaIndex, broken: Mapping[Path, str]
    ) -> None:
        self.board, self.models, self.media, self.broken = board, models, media, broken
        self.issues: dict[str, Issue] = {}
        self.notes: dict[str, str] = {}
        self.overruns: dict[str, str] = {}

    def settled(self, index: int, shot: Shot) -> Shot:
        """The shot with its length in seconds, and what is to be said of it noted."""
        if shot.kind != "take" or shot.clip is not None:
            return shot
        try:
            model = self.models.get(shot_model(self.board, shot), "video")
        except PresetError:
            # Preflight says so.
            return shot
        rate = self.board.format.fps or model.output.fps or _USUAL_RATE
        lines = lines_of(self.board, shot.id, self.media, rate)
        if shot.duration != "from-sound":
            self._tell_overrun(index, shot, model, lines, rate)
            return shot
        lines = lines or lines_of(self.board, shot.id, self.media, rate, "effects")
        seconds = self._seconds(index, shot, model, lines, rate)
        return shot.model_copy(update={"duration": seconds})

    def _seconds(
        self, index: int, shot: Shot, model: Model, lines: tuple[ShotLine, ...], rate: Fraction
    ) -> int | None:
        """How long takes of a shot are to be; `None` leaves it to what is usual."""
        unheard = [
            self.broken[cue.file]
            for role in _ROLES
            for _, cue, _ in anchored(self.board, shot.id, rate, role)
            if cue.file is not None and cue.file in self.broken and not cue.text
        ]
        if unheard or not lines:
            self._refuse(
                index,
                shot,
                f"'duration: from-sound' cannot go by its sound: {unheard[0]}"
                if unheard
                else "'duration: from-sound' has no sound to go by: no line begins in the shot. Give it one "
                f"('role: dialogue' with 'from: {shot.id}' or 'at: {shot.id}+1s'), or write how many seconds.",
            )
            return None
        if model.duration is None:
            return None
        last = max(lines, key=lambda line: line.stop)
        for seconds in sorted(model.duration.choices):
            if self._shown(index, shot, model, seconds, rate) * SAMPLE_RATE >= last.stop:
                self._tell(index, shot, model, last, seconds, rate)
                return seconds
        longest = max(model.duration.choices)
        over = Fraction(last.stop, SAMPLE_RATE) - self._shown(index, shot, model, longest, rate)
        rest = f"{_seconds(over)} more than its longest takes have"
        if shot.hold == "to-sound":
            self.notes[shot.id] = (
                f"Shot {shot.id!r}: takes of {longest} s, the longest of {model.name}; {_told(last)}, {rest}, for "
                "which its last picture is held."
            )
        else:
            self._refuse(
                index,
                shot,
                f"no take of {model.name} ({model.duration}) is long enough: {_told(last)}, {rest}. Shorten the line, "
                "give its end to another shot, or hold the last picture meanwhile ('hold: to-sound').",
            )
        return longest

    def _shown(self, index: int, shot: Shot, model: Model, seconds: int, rate: Fraction) -> Fraction:
        """For how many seconds of the film a take of so many is seen."""
        frames = model.output.frames(Fraction(seconds))
        has = Fraction(seconds) if frames is None or model.output.fps is None else frames / model.output.fps
        has -= shot.in_.to_seconds(model.output.fps or rate) if shot.in_ is not None else 0
        following = index + 1 < len(self.board.shots)
        repeats = following and transition_kind(self.board.transition_into(index + 1).kind).drops_repeats
        return has / (shot.speed or 1) - (1 / rate if repeats else 0)

    def _tell(
        self, index: int, shot: Shot, model: Model, last: ShotLine, seconds: int, rate: Fraction
    ) -> None:
        shortest = f"the shortest of {model.name} that hold its sound"
        note = f"Shot {shot.id!r}: takes of {seconds} s, {shortest}: {_told(last)}."
        if last.estimate is not None:
            most = Fraction(last.begin + last.estimate.most, SAMPLE_RATE)
            over = most - self._shown(index, shot, model, seconds, rate)
            if over > 0:
                note += f" A slow voice would need up to {_seconds(over)} more: record it first to be sure."
        self.notes[shot.id] = note

    def _tell_overrun(
        self, index: int, shot: Shot, model: Model, lines: tuple[ShotLine, ...], rate: Fraction
    ) -> None:
        """Note the line that lasts longest after a shot whose length is written down, if one does."""
        if shot.hold is not None or shot.out is not None or not lines:
            return
        last = max(lines, key=lambda line: line.stop)
        shown = self._shown(index, shot, model, shot_seconds(self.board, shot), rate)
        over = Fraction(last.stop, SAMPLE_RATE) - shown
        if over > _UNHEARD_SECONDS and last.begin < shown * SAMPLE_RATE:
            self.overruns[shot.id] = (
                f"Shot {shot.id!r} will be {_seconds(shown)} long, and {_told(last)}, {_seconds(over)} after it: "
                "'duration: from-sound' lets its sound say how long it is."
            )

    def _refuse(self, index: int, shot: Shot, message: str) -> None:
        self.issues[shot.id] = self.board.issue(("shots", index, "duration"), f"shot {shot.id!r}: {message}")


def _told(line: ShotLine) -> str:
    """When a line is over, in words: `'line.wav' is over after 6.3s`."""
    end = f"{line.name!r} is over after {_seconds(Fraction(line.stop, SAMPLE_RATE))}"
    if line.estimate is None:
        return end
    return f"{end} (its words take {line.estimate})"


def _seconds(seconds: Fraction) -> str:
    """Rounded up to a tenth, so that what is called enough is enough."""
    return f"{format_decimal(Fraction(ceil(seconds * 10), 10), 1)}s"

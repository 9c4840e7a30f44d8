"""Lines: what is said in a shot, when it begins there and how long it takes, as recorded or as estimated. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from stitcher.storyboard import model as written
from stitcher.storyboard.choices import Role
from stitcher.storyboard.model import Storyboard
from stitcher.timebase import seconds_to_samples
from stitcher.timeline.media_index import MediaIndex
from stitcher.timeline.speech_length import SpeechLength, SpokenLine, speech_length


@dataclass(frozen=True, slots=True)
class ShotLine:
    """A sound that is anchored to the beginning of a shot. Samples at 48 kHz."""

    number: int
    """In the storyboard's `sound`."""
    name: str
    begin: int
    """From the shot's first frame on; may be negative, where a moment of it lies there."""
    length: int
    estimate: SpeechLength | None = None
    """How sure its length is; `None` for one that was measured."""

    @property
    def stop(self) -> int:
        """Where it is over, counted from the shot's first frame."""
        return self.begin + self.length


def anchored(
    board: Storyboard, shot: str, rate: Fraction, role: Role = "dialogue"
) -> Iterator[tuple[int, written.Cue, int]]:
    """Number, sound and beginning (samples from the shot's first frame on) of what is heard in that role, is anchored
    to the beginning of a shot and ends by itself.
    """
    shots = {one.id for one in board.shots}
    for number, cue in enumerate(board.sound):
        if cue.mute or board.base_role(cue.role) != role or cue.to is not None or cue.until is not None:
            continue
        begin = _begin(cue, shot, shots, rate)
        if begin is not None:
            yield number, cue, begin


def lines_of(
    board: Storyboard, shot: str, media: MediaIndex, rate: Fraction, role: Role = "dialogue"
) -> tuple[ShotLine, ...]:
    """What is `anchored` to a shot, with its length. What has not been recorded counts with its words; what nobody
    knows the length of is left out.
    """
    lines = []
    for number, cue, begin in anchored(board, shot, rate, role):
        length = recorded_length(cue, media, rate)
        estimate = None
        if length is None and not cue.loops:
            estimate = estimated_length(board, cue, media, rate)
            length = estimate.samples if estimate is not None else None
        if length is not None:
            name = cue.name or (cue.file.name if cue.file is not None else cue.role)
            lines.append(ShotLine(number, name, begin, length, estimate))
    return tuple(lines)


def _begin(cue: written.Cue, shot: str, shots: set[str], rate: Fraction) -> int | None:
    """Samples from the shot's beginning to the line's; `None` for a line that is not anchored to it."""
    position = cue.at.resolve(shots) if cue.at is not None else None
    if cue.from_ == shot:
        begin = 0
    elif position is not None and position.base == "shot" and position.name == shot:
        begin = -position.offset.to_samples(rate) if position.before else position.offset.to_samples(rate)
    else:
        return None
    if cue.pivot is None or cue.pivot == "onset":
        return begin
    return begin - cue.pivot.to_samples(rate) + (cue.in_.to_samples(rate) if cue.in_ is not None else 0)


def recorded_length(cue: written.Cue, media: MediaIndex, rate: Fraction) -> int | None:
    """Samples that a sound is heard for; `None` where nobody knows."""
    if cue.length is not None:
        return cue.length.to_samples(rate)
    sound = media.sounds.get(cue.file) if cue.file is not None else None
    begin = cue.in_.to_samples(rate) if cue.in_ is not None else 0
    if cue.out is not None:
        return cue.out.to_samples(rate) - begin
    if sound is None or cue.loops or sound.stream.duration is None:
        return None
    return seconds_to_samples(sound.stream.duration) - begin


def estimated_length(
    board: Storyboard, cue: written.Cue, media: MediaIndex, rate: Fraction
) -> SpeechLength | None:
    """How long a sound's words will take, by what has been recorded of the same voice; `None` for one without words."""
    words = _words(cue)
    if not words:
        return None
    recorded = [
        SpokenLine(said, length, board.spoken_language(other))
        for other in board.sound
        if (said := _words(other)) is not None
        and _same_voice(board, cue, other)
        and other.file in media.sounds
        if (length := recorded_length(other, media, rate)) is not None
    ]
    estimate = speech_length(words, board.spoken_language(cue), recorded)
    return estimate if estimate.samples else None


def _words(cue: written.Cue) -> str | None:
    """What is said in a sound."""
    return cue.words or cue.text


def _same_voice(board: Storyboard, one: written.Cue, other: written.Cue) -> bool:
    """Whether two sounds are bought of one voice, or have one name for a role, such as `narrator`; `dialogue` is
    anybody.
    """
    if one.generate is not None and other.generate is not None:
        return one.generate.voice == other.generate.voice
    return one.role == other.role and one.role != board.base_role(one.role)

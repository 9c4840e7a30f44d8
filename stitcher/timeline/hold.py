"""Held shots: how long a shot's last picture is held, so that what is said in it is heard. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil

from stitcher.media.clip import Clip
from stitcher.storyboard import model as written
from stitcher.storyboard.model import Storyboard
from stitcher.timebase import SAMPLE_RATE, format_decimal, seconds_to_samples
from stitcher.timeline.conform import film_frames
from stitcher.timeline.media_index import MediaIndex
from stitcher.timeline.model import Item


def held_frames(board: Storyboard, index: int, visible: int, media: MediaIndex, rate: Fraction) -> int:
    """Film frames for which the last picture of a shot, of which so many frames are seen, is held."""
    hold = board.shots[index].hold
    if hold is None:
        return 0
    if hold != "to-sound":
        return hold.to_frames(rate)
    return max(0, max(_line_ends(board, board.shots[index].id, media, rate), default=0) - visible)


def _line_ends(board: Storyboard, shot: str, media: MediaIndex, rate: Fraction) -> Iterator[int]:
    """The frames, counted from a shot's first, before which each line that is anchored to its beginning is over."""
    shots = {one.id for one in board.shots}
    for cue in board.sound:
        if cue.mute or board.base_role(cue.role) != "dialogue" or cue.to is not None or cue.until is not None:
            continue
        begin = _begin(cue, shot, shots, rate)
        length = _length(cue, media, rate)
        if begin is not None and length is not None:
            yield ceil(Fraction(begin + length, SAMPLE_RATE) * rate)


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


def _length(cue: written.Cue, media: MediaIndex, rate: Fraction) -> int | None:
    """Samples of a line; `None` where nobody knows."""
    if cue.length is not None:
        return cue.length.to_samples(rate)
    sound = media.sounds.get(cue.file)
    begin = cue.in_.to_samples(rate) if cue.in_ is not None else 0
    if cue.out is not None:
        return cue.out.to_samples(rate) - begin
    if sound is None or cue.loops or sound.stream.duration is None:
        return None
    return seconds_to_samples(sound.stream.duration) - begin


def held(clip: Clip, frames: int, rate: Fraction, speed: Fraction) -> Clip:
    """The clip with its last picture shown for so many frames of the film longer."""
    if not frames:
        return clip
    video = clip.video
    longer = (film_frames(clip, rate, speed) + frames) * speed / rate - video.duration
    last = 1 / video.average_rate if video.last_seconds is None else video.last_seconds
    return replace(clip, video=replace(video, last_seconds=last + longer))


def hold_notes(items: Sequence[Item], clips: Sequence[tuple[str, Clip]], rate: Fraction) -> tuple[str, ...]:
    """What a report must say of shots whose last picture is held; `clips` are the shots' as they came."""
    as_they_came = dict(clips)
    notes = []
    for item in items:
        clip = as_they_came.get(item.shot)
        frames = 0 if clip is None else len(item.available_range) - film_frames(clip, rate, item.speed)
        if frames > 0:
            notes.append(
                f"The last picture of the shot {item.shot!r} is held for {format_decimal(frames / rate, 2)}s ('hold')."
            )
    return tuple(notes)

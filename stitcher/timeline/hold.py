"""Held shots: how long a shot's last picture is held, so that what is said in it is heard. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil

from stitcher.media.clip import Clip
from stitcher.storyboard.model import Storyboard
from stitcher.timebase import SAMPLE_RATE, format_decimal
from stitcher.timeline.conform import film_frames
from stitcher.timeline.lines import lines_of
from stitcher.timeline.media_index import MediaIndex
from stitcher.timeline.model import Item


def held_frames(board: Storyboard, index: int, visible: int, media: MediaIndex, rate: Fraction) -> int:
    """Film frames for which the last picture of a shot, of which so many frames are seen, is held."""
    hold = board.shots[index].hold
    if hold is None:
        return 0
    if hold != "to-sound":
        return hold.to_frames(rate)
    lines = lines_of(board, board.shots[index].id, media, rate)
    return max(0, max((ceil(Fraction(line.stop, SAMPLE_RATE) * rate) for line in lines), default=0) - visible)


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
        frames = (
            0
            if clip is None or not item.enabled
            else len(item.available_range) - item.retiming.longer_by - film_frames(clip, rate, item.speed)
        )
        if frames > 0:
            notes.append(
                f"The last picture of the shot {item.shot!r} is held for {format_decimal(frames / rate, 2)}s ('hold')."
            )
    return tuple(notes)

"""Which picture of a shot the next one starts from: what the film shows last of it, unless it says otherwise. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

from stitcher.generation.preflight import start_source
from stitcher.media.clip import Clip
from stitcher.storyboard.model import Shot, Storyboard
from stitcher.timeline.conform import film_frames, frame_at, source_picture
from stitcher.timeline.shots import clip_seconds


def start_picture(board: Storyboard, shot: Shot, clip: Clip, frame: Literal["shown", "last", "first"]) -> int:
    """The number, from 0, of the picture of a shot's clip that another shot starts from."""
    last = clip.video.frames - 1
    if frame == "first":
        return 0
    if frame == "last" or (shot.out is None and not shot.reverse):
        return last
    rate = board.format.fps or clip.video.rate or clip.video.average_rate
    speed = shot.speed or Fraction(1)
    if shot.reverse:
        begin = Fraction(0) if shot.in_ is None else clip_seconds(shot.in_, clip)
        return source_picture(clip, frame_at(clip, begin, rate, speed), rate, speed)
    assert shot.out is not None
    end = min(frame_at(clip, clip_seconds(shot.out, clip), rate, speed), film_frames(clip, rate, speed))
    return source_picture(clip, end - 1, rate, speed) if end > 0 else last


def picture_name(clip: Clip, picture: int) -> str:
    """What a picture is called in file names and origins: `last`, `first`, or `frame-23`."""
    if picture == clip.video.frames - 1:
        return "last"
    return "first" if picture == 0 else f"frame-{picture}"


def unseen_starts(board: Storyboard) -> Iterator[str]:
    """Shots that start, because they say so, from a frame that the film does not show; one sentence each."""
    for index, shot in enumerate(board.shots):
        source = start_source(board, index)
        if shot.start is None or source is None:
            continue
        frame = shot.start.frame
        trimmed = {"last": source.out, "first": source.in_}.get(frame)
        if trimmed is not None:
            key = "out" if frame == "last" else "in"
            yield (
                f"Shot {shot.id} starts from the {frame} frame of {source.id}'s file, which the film does not show "
                f"({key}: {trimmed}); frame: shown would start it from what is seen."
            )

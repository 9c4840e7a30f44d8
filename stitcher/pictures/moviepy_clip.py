"""The bridge to MoviePy, both ways. Pictures never go through MoviePy's own file reader, which answers a read near
the end of a file with whatever picture it read last.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stitcher.errors import InputError
from stitcher.media.moviepy_import import import_moviepy
from stitcher.pictures.effects import apply_to
from stitcher.pictures.exact_frames import ExactPictures, fitted, mirrored
from stitcher.pictures.laid_pictures import LaidPictures
from stitcher.pictures.looked import with_look
from stitcher.pictures.lossless_clip import draw_clip
from stitcher.pictures.stills import StillPictures
from stitcher.pictures.title_page import plain_page
from stitcher.pictures.titles import draw_title
from stitcher.storyboard.transition_kinds import DIPS, DISSOLVE
from stitcher.timebase import FrameRange, round_half_up
from stitcher.timeline.model import Item, Timeline
from stitcher.timeline.picture import Effect, StillPicture, Title

Rgb = NDArray[np.uint8]

_LEVELS = {"black": 0.0, "white": 255.0}
"""Of what a dip passes over."""
_SLACK = 1e-3
"""Of a frame: MoviePy's times are floats, and a frame's own time must not fall into the one before."""


def frame_at(seconds: float, rate: Fraction, frames: int) -> int:
    """The frame shown at a time, kept within a clip of `frames`."""
    return min(max(int(seconds * float(rate) + _SLACK), 0), frames - 1)


def apply_effects(
    source: ExactPictures,
    source_range: FrameRange,
    effects: tuple[Effect, ...],
    out: Path | str,
    *,
    cancel: threading.Event | None = None,
) -> Path:
    """Write the pictures of `source_range` (source clock) with effects on them as a lossless clip.

    The clip has as many pictures as the range has frames; an effect's time 0 is the first of them. Its size is
    what the effects make of the source's shown size, so it is fitted into the film like any other clip. A source
    of another rate shows its nearest picture.
    Raises `InputError` for an effect that cannot be used or a source that is HDR or interlaced, and as
    `draw_clip` does.
    """
    count = len(source_range)
    treated = apply_to(_moviepy(_stretch(source, source_range), count, source.rate), effects)
    drawing = _pictures(treated, source.rate, count)
    return draw_clip(drawing, source.rate, out, expected=count, cancel=cancel)


def from_moviepy(clip: Any, rate: Fraction, out: Path | str) -> Path:
    """Write a MoviePy clip's picture as a lossless file that can be a shot.

    It is as long as its duration at `rate`, to the nearest frame. A mask is laid over black.
    Raises `InputError` for a clip without a length, and as `draw_clip` does.
    """
    if getattr(clip, "duration", None) is None:
        raise InputError("A MoviePy clip without a duration has no end; give it one with with_duration().")
    frames = round_half_up(Fraction(clip.duration).limit_denominator(1_000_000) * rate)
    if frames < 1:
        raise InputError("A MoviePy clip shorter than one frame cannot be a shot; make it longer.")
    return draw_clip(_pictures(clip, rate, frames), rate, out, expected=frames)


def to_moviepy(timeline: Timeline) -> Any:
    """The film's picture as a MoviePy `VideoClip`, for going on there; every frame is the right one.

    Pictures are made when asked for: sources fitted to the film's size, effects applied, titles drawn, dissolves,
    fades and dips to black or white blended. A source of another rate shows its nearest picture.
    Raises `InputError` for a film without shots or with a transition that is no blend (render those), and when
    pictures of an HDR or interlaced source are asked for.
    """
    if not timeline.items:
        raise InputError("A film without shots has no picture; add one.")
    for index, transition in enumerate(timeline.transitions):
        if transition.frames and not (transition.kind.linear or transition.kind.name in DIPS):
            raise InputError(
                f"The transition {transition.kind.name!r} after shot {timeline.items[index].shot!r} cannot be shown in "
                f"MoviePy; those that can are {', '.join((DISSOLVE.name, *DIPS))}. Render the film to see it."
            )
    return _moviepy(_Film(timeline).at, timeline.frames, timeline.rate)


def _moviepy(picture: Callable[[int], Rgb], frames: int, rate: Fraction) -> Any:
    import_moviepy()
    from moviepy import VideoClip

    def shown(seconds: float) -> Rgb:
        return picture(frame_at(seconds, rate, frames))

    clip = VideoClip(shown, duration=float(Fraction(frames) / rate))
    clip.fps = float(rate)
    return clip


def _stretch(source: ExactPictures, source_range: FrameRange) -> Callable[[int], Rgb]:
    """The pictures of `wanted` by their number in it."""
    video, name = source.clip.video, source.clip.name
    if video.colour.is_hdr:
        raise InputError(f"{name!r} is HDR, and MoviePy works on 8-bit pictures; convert it to SDR first.")
    if video.is_interlaced:
        raise InputError(
            f"{name!r} is interlaced, and MoviePy works on whole pictures; deinterlace it first."
        )
    return lambda frame: source.at(source_range.start + frame)


def _card(title: Title, size: tuple[int, int], first: int) -> Callable[[int], Rgb]:
    return lambda frame: draw_title(title, plain_page(*size), first + frame)[..., :3]


def _pictures(clip: Any, rate: Fraction, count: int) -> Iterator[Rgb]:
    for number in range(count):
        seconds = float(Fraction(number) / rate)
        picture = _rgb(clip.get_frame(seconds))
        if clip.mask is not None:
            cover = np.clip(np.asarray(clip.mask.get_frame(seconds), np.float32), 0, 1)
            picture = (picture * cover[..., None] + 0.5).astype(np.uint8)
        yield picture


def _rgb(picture: Any) -> Rgb:
    array = np.asarray(picture)
    if array.dtype != np.uint8:
        array = np.clip(array, 0, 255).astype(np.uint8)
    if array.ndim == 2:
        array = np.repeat(array[..., None], 3, axis=2)
    return array


class _Film:
    """A timeline's pictures by record frame."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._size = (timeline.width, timeline.height)
        self._open: dict[int, Callable[[int], Rgb]] = {}
        self._laid = LaidPictures(timeline, self._size)

    def at(self, frame: int) -> Rgb:
        items = self._timeline.items
        visible = [index for index, item in enumerate(items) if frame in item.record_range]
        picture = self._shot(visible[0], frame)
        for index in visible[1:]:
            join = self._timeline.transitions[index - 1]
            weight = (frame - items[index].record_start) / join.frames
            picture = _blended(picture, self._shot(index, frame), weight, DIPS.get(join.kind.name))
        picture = self._faded(picture, frame, of_shots=True)
        return self._faded(self._laid.over_film(picture, frame), frame, of_shots=False)

    def _faded(self, picture: Rgb, frame: int, *, of_shots: bool) -> Rgb:
        for fade in self._timeline.fades:
            if frame in fade.record and bool(fade.shot) == of_shots:
                plain = np.array([int(fade.colour[at : at + 2], 16) for at in (1, 3, 5)], np.uint8)
                picture = _blended(
                    np.broadcast_to(plain, picture.shape), picture, float(fade.seen(frame)), None
                )
        return picture

    def _shot(self, index: int, frame: int) -> Rgb:
        item = self._timeline.items[index]
        if index not in self._open:
            # A shot behind by more than its neighbour is not asked for again when played in order.
            for done in [number for number in self._open if number < index - 1]:
                del self._open[done]
            self._open[index] = self._pictures_of(item)
        local = frame - item.record_start
        picture = mirrored(self._open[index](local), item.flip)
        return self._laid.over_shot(picture, item, local)

    def _pictures_of(self, item: Item) -> Callable[[int], Rgb]:
        rate, count = self._timeline.rate, len(item.source_range)
        source = item.source
        if isinstance(source, Title):
            picture = _card(source, self._size, item.source_range.start)
        elif isinstance(source, StillPicture):
            picture = StillPictures(source, self._size, item.fit).at
        else:
            exact = ExactPictures(source, rate, item.speed, item.matrix, item.retiming)
            picture = _stretch(exact, item.source_range)
        focus, first = item.focus.mirrored(item.flip), item.source_range.start

        def framed(shown: Rgb, frame: int) -> Rgb:
            return fitted(shown, self._size, item.fit, focus.at(first + frame))

        if not item.effects:
            plain = with_look(picture, item.look)
            return lambda frame: framed(plain(frame), frame)
        treated = apply_to(_moviepy(picture, count, rate), item.effects)

        def shown(frame: int) -> Rgb:
            return _rgb(treated.get_frame(float(Fraction(frame) / rate)))

        looked = with_look(shown, item.look)
        return lambda frame: framed(looked(frame), frame)


def _blended(earlier: Rgb, later: Rgb, weight: float, dip: str | None) -> Rgb:
    """As ffmpeg's xfade blends RGB; in YUV its black and white lie outside the limited range. `weight` is how far
    the transition has come, 0 at its first frame; `dip` is the colour that both pictures are faded to, if any.
    """
    a, b = earlier.astype(np.float32), later.astype(np.float32)
    if dip is not None:
        level = np.float32(_LEVELS[dip])
        left = 1 - weight
        down, up = _smoothstep(0.8, 1.0, left), _smoothstep(0.2, 1.0, left)
        a = a * down + level * (1 - down)
        b = level * up + b * (1 - up)
    return (a + (b - a) * np.float32(weight) + 0.5).astype(np.uint8)


def _smoothstep(low: float, high: float, x: float) -> float:
    t = min(max((x - low) / (high - low), 0.0), 1.0)
    return t * t * (3 - 2 * t)

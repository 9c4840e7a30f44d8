"""Random access to the frames of a clip, each the right one, for code that asks by time as MoviePy does."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from fractions import Fraction
from threading import RLock
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from stitcher.media.clip import Clip
from stitcher.media.frames import frames
from stitcher.storyboard.choices import Fit, Flip
from stitcher.timebase import FrameRange
from stitcher.timeline.conform import source_picture
from stitcher.timeline.focus import CENTRE_POINT, Point
from stitcher.timeline.placement import placed
from stitcher.timeline.retiming import IN_ORDER, Retiming

Rgb = NDArray[np.uint8]
_Level = TypeVar("_Level", bound=np.generic)

_KEPT_BYTES = 96 << 20
_AHEAD = 24


class ExactPictures:
    """The pictures of a clip on the source clock, or a shot's own.

    As shown, with square pixels, `(height, width, 3)` uint8 RGB.

    Asking in order costs one decode of the clip. Asking backwards decodes a stretch at a time and keeps it, up to
    about 100 MB. The arrays are read-only, because they are kept.
    """

    def __init__(
        self,
        clip: Clip,
        rate: Fraction,
        speed: Fraction = Fraction(1),
        matrix: str | None = None,
        retiming: Retiming = IN_ORDER,
    ) -> None:
        self.clip = clip
        self.size = clip.video.shown_size
        """Width and height."""
        self.rate = rate
        self._speed, self._matrix, self._retiming = speed, matrix, retiming
        self._kept: OrderedDict[int, Rgb] = OrderedDict()
        self._most = max(4, _KEPT_BYTES // (self.size[0] * self.size[1] * 3))
        self._decoding: Iterator[Rgb] | None = None
        self._next = 0
        self._lock = RLock()

    def at(self, frame: int) -> Rgb:
        """The picture seen at a source-clock frame. Raises `IndexError` outside the clip, `MediaBroken`."""
        return self.picture(
            source_picture(self.clip, self._retiming.source_frame(frame), self.rate, self._speed)
        )

    def picture(self, number: int) -> Rgb:
        """Picture `number` of the clip, counted from 0."""
        with self._lock:
            if number in self._kept:
                self._kept.move_to_end(number)
                return self._kept[number]
            behind = number < self._next
            if self._decoding is None or behind or number - self._next > _AHEAD:
                # Someone who goes backwards will soon ask for what lies before, too.
                start = max(0, number - self._most // 2) if behind else number
                self._decoding = frames(
                    self.clip, FrameRange(start, self.clip.video.frames), matrix=self._matrix
                )
                self._next = start
            while self._next <= number:
                self._keep(self._next, next(self._decoding))
                self._next += 1
            return self._kept[number]

    def _keep(self, number: int, picture: Rgb) -> None:
        kept = resized(picture, self.size)
        kept.flags.writeable = False
        self._kept[number] = kept
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)


def resized(picture: Rgb, size: tuple[int, int]) -> Rgb:
    """A picture at exactly `size` (width, height); the same array when it has it already."""
    if (picture.shape[1], picture.shape[0]) == size:
        return picture
    from PIL import Image

    return np.array(Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS))


def mirrored(picture: NDArray[_Level], flip: Flip | None) -> NDArray[_Level]:
    """A picture with its left and right, its top and bottom, or both exchanged; a view of it."""
    if flip in ("horizontal", "both"):
        picture = picture[:, ::-1]
    return picture[::-1] if flip in ("vertical", "both") else picture


def fitted(picture: Rgb, size: tuple[int, int], fit: Fit, focus: Point = CENTRE_POINT) -> Rgb:
    """A picture brought to `size` (width, height) without stretching: cropped around its focus, padded with black, or
    padded with a blurred copy of itself.
    """
    width, height = size
    if (picture.shape[1], picture.shape[0]) == size:
        return picture
    from PIL import Image, ImageFilter, ImageOps

    image = Image.fromarray(picture)
    if fit == "crop":
        there = placed(image.size, size, fit, focus)
        rooms = (image.width * there.scale - width, image.height * there.scale - height)
        across, down = (
            -offset / room if room > 0 else 0.5
            for offset, room in zip((there.left, there.top), rooms, strict=True)
        )
        return np.array(ImageOps.fit(image, size, Image.Resampling.LANCZOS, centering=(across, down)))
    filled = ImageOps.fit(image, size, Image.Resampling.LANCZOS)
    ground = Image.new("RGB", size)
    if fit == "blur":
        soft = filled.filter(ImageFilter.GaussianBlur(max(2, width // 40)))
        ground = soft.point([max(0, level - 20) for level in range(256)] * 3)
    scale = min(Fraction(width, image.width), Fraction(height, image.height))
    inner = image.resize(
        (max(1, round(image.width * scale)), max(1, round(image.height * scale))), Image.Resampling.LANCZOS
    )
    ground.paste(inner, ((width - inner.width) // 2, (height - inner.height) // 2))
    return np.array(ground)

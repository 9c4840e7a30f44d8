"""Stills as shots: the view of each frame over the picture, and the pictures it shows.

The view is a rectangle of the frame's shape. It goes from a wide one to a close one, each at the edge where the pan
has it; its width changes by the same factor from frame to frame, around one point, so that nothing drifts. Pictures
are sampled at fractions of a pixel: a rectangle in whole pixels would tremble.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stitcher.media.stills import open_still, over_black
from stitcher.pictures.exact_frames import fitted
from stitcher.pictures.looked import seen_of
from stitcher.storyboard.choices import Fit, Pan
from stitcher.timeline.ease import eased
from stitcher.timeline.focus import Focus, FocusPoint, Point
from stitcher.timeline.picture import StillPicture
from stitcher.timeline.placement import Size, placed

if TYPE_CHECKING:
    from PIL.Image import Image

Rgb = NDArray[np.uint8]
Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels of the picture."""

_Edge = tuple[float | None, float | None]
_EDGES: dict[Pan | None, tuple[_Edge, _Edge]] = {
    None: ((None, None), (None, None)),
    "left": ((1.0, None), (0.0, None)),
    "right": ((0.0, None), (1.0, None)),
    "up": ((None, 1.0), (None, 0.0)),
    "down": ((None, 0.0), (None, 1.0)),
}
"""Where the view is at first and at last: shares of the room it has across and down; `None` where its focus says."""


def still_frames(still: StillPicture, size: Size, fit: Fit) -> Iterator[Rgb]:
    """The pictures of a still in order, at exactly `size`; read-only. Of one that does not move, the same every time.

    Raises as `open_still` does.
    """
    pictures = StillPictures(still, size, fit)
    for frame in range(still.frames):
        yield pictures.at(frame)


class StillPictures:
    """The pictures of a still by frame. Raises as `open_still` does when it is made."""

    def __init__(self, still: StillPicture, size: Size, fit: Fit) -> None:
        self._still, self._size = framed_still(still, size, fit), size
        self._image = seen_image(still, size, fit)
        self._resting: Rgb | None = None

    def at(self, frame: int) -> Rgb:
        """The picture seen in a frame of the still, counted from 0."""
        if self._resting is not None:
            return self._resting
        from PIL import Image as Pillow

        box = view(self._still, self._image.size, self._size, frame)
        shown = self._image.resize(self._size, Pillow.Resampling.BICUBIC, box=box)
        picture = np.asarray(shown)
        picture.flags.writeable = False
        if not self._still.moves:
            self._resting = picture
        return picture


def seen_image(still: StillPicture, size: Size, fit: Fit) -> Image:
    """What the view moves over: the picture, with its bars where it has some, as large as it is seen closest at `size`
    and no larger than it is. Raises as `open_still` does.
    """
    image = opaque_still(still)
    if fit != "crop":
        image = _in_frame(image, size, closest(still), fit)
    return _no_larger_than_seen(image, still, size)


def opaque_still(still: StillPicture) -> Image:
    """The picture as it is seen, over black. Raises as `open_still` does."""
    return seen_of(over_black(open_still(still.path)), still.look)


def closest(still: StillPicture) -> float:
    """How many times larger things are where the view is closest than where it is widest."""
    return max(still.zoom, 1 / still.zoom)


def view(still: StillPicture, picture: Size, size: Size, frame: int) -> Box:
    """The part of a picture of that size that is seen in a frame of the still, of the shape of `size`."""
    scale = min(picture[0] / size[0], picture[1] / size[1])
    widest = size[0] * scale, size[1] * scale
    first, last = 1 / max(1.0, 1 / still.zoom), 1 / max(1.0, still.zoom)
    begin, end = (
        _box(picture, (widest[0] * part, widest[1] * part), edge, still.focus)
        for part, edge in zip((first, last), _EDGES[still.pan], strict=True)
    )
    way = eased(still.ease, frame / (still.frames - 1)) if still.frames > 1 else 0.0
    if first != last:
        way = (1 - (last / first) ** way) / (1 - last / first)
    left, top, right, bottom = (one + (other - one) * way for one, other in zip(begin, end, strict=True))
    # Rounding may leave the picture by a trillionth, which Pillow refuses.
    return max(0.0, left), max(0.0, top), min(float(picture[0]), right), min(float(picture[1]), bottom)


def still_focus(still: StillPicture, size: Size, fit: Fit) -> Focus:
    """The focus of a still as that of its pictures of a size, by frames of the still."""
    picture = still.size
    if fit != "crop":
        still, picture = framed_still(still, size, fit), size
    keys = []
    for frame in dict.fromkeys((0, still.frames - 1)):
        left, top, right, bottom = view(still, picture, size, frame)
        x, y = still.focus[0] * picture[0] - left, still.focus[1] * picture[1] - top
        within = (min(1.0, max(0.0, x / (right - left))), min(1.0, max(0.0, y / (bottom - top))))
        keys.append(FocusPoint(frame, *within, still.ease))
    return Focus(tuple(keys))


def framed_still(still: StillPicture, size: Size, fit: Fit) -> StillPicture:
    """A still whose focus is that of what the view moves over: the frame it lies in, where it has bars."""
    if fit == "crop":
        return still
    return replace(still, focus=placed(still.size, size, fit).point(still.focus, still.size, size))


def _box(picture: Size, seen: tuple[float, float], edge: _Edge, focus: Point) -> Box:
    left, top = (
        # In the middle of what is seen, as far as the picture goes.
        min(max(0.0, there * whole - part / 2), whole - part) if at is None else (whole - part) * at
        for whole, part, at, there in zip(picture, seen, edge, focus, strict=True)
    )
    return left, top, left + seen[0], top + seen[1]


def _in_frame(image: Image, size: Size, close: float, fit: Fit) -> Image:
    """The picture in a frame of the film's shape, with bars: as large as is needed where it is seen closest, and no
    larger than it is."""
    from PIL import Image as Pillow

    most = max(image.width / size[0], image.height / size[1])
    scale = max(1.0, min(close, most))
    frame = round(size[0] * scale), round(size[1] * scale)
    return Pillow.fromarray(fitted(np.asarray(image), frame, fit))


def _no_larger_than_seen(image: Image, still: StillPicture, size: Size) -> Image:
    """The picture with no more pixels than are seen where the view is closest."""
    from PIL import Image as Pillow

    scale = min(image.width / size[0], image.height / size[1]) / closest(still)
    if scale <= 1:
        return image
    return image.resize(
        (max(1, round(image.width / scale)), max(1, round(image.height / scale))), Pillow.Resampling.LANCZOS
    )

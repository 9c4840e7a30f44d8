"""Stills as shots, drawn as planes of YUV: what an encoder takes, with half the work of RGB and nothing to convert.

The planes are BT.709 in video range, of 8 bits; each frame samples every one of them where its view is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stitcher.media.threads import cores
from stitcher.pictures.stills import framed_still, seen_image, view
from stitcher.storyboard.choices import Fit
from stitcher.timebase import FrameRange
from stitcher.timeline.picture import StillPicture
from stitcher.timeline.placement import Size

if TYPE_CHECKING:
    from PIL.Image import Image

_RED, _BLUE = 0.2126, 0.0722
_GREEN = 1 - _RED - _BLUE
_LUMA, _CHROMA = 219 / 255, 224 / 255
_YUV = (
    *(_LUMA * _RED, _LUMA * _GREEN, _LUMA * _BLUE, 16.0),
    *(-_CHROMA * _RED / (2 - 2 * _BLUE), -_CHROMA * _GREEN / (2 - 2 * _BLUE), _CHROMA / 2, 128.0),
    *(_CHROMA / 2, -_CHROMA * _GREEN / (2 - 2 * _RED), -_CHROMA * _BLUE / (2 - 2 * _RED), 128.0),
)
"""Of Y, U and V: the shares of red, green and blue, and what is added."""
_MOST_AHEAD = 4
"""Pictures drawn at the same time."""


class StillPlanes:
    """The pictures of a still by frame, at exactly `size`.

    `spacing` is how many pixels across and down share a sample of colour; `size` divides by it. Raises as `open_still`
    does when it is made.
    """

    def __init__(self, still: StillPicture, size: Size, fit: Fit, spacing: tuple[int, int]) -> None:
        self._still, self._size, self._spacing = framed_still(still, size, fit), size, spacing
        self._luma, *chroma = seen_image(still, size, fit).convert("RGB", _YUV).split()
        self._chroma = chroma

    def drawn(self, frames: FrameRange, within: Size | None = None) -> Iterator[bytes]:
        """The pictures of these frames of the still in order, each as its planes one after another; drawn ahead, some
        at the same time. `within` is the size of larger ones of which each is the upper left part."""
        pool = ThreadPoolExecutor(min(cores(), _MOST_AHEAD), thread_name_prefix="draw")
        try:
            begun: deque[Future[bytes]] = deque()
            for frame in range(frames.start, frames.stop):
                begun.append(pool.submit(self._picture, frame, within or self._size))
                if len(begun) > _MOST_AHEAD:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)

    def luma(self, frame: int, size: Size) -> NDArray[np.uint8]:
        """The luma seen in a frame of the still, scaled to `size`."""
        return np.asarray(self._sampled(self._luma, frame, size))

    def _picture(self, frame: int, within: Size) -> bytes:
        planes = [_part_of(self._sampled(self._luma, frame, self._size), within)]
        for plane in self._chroma:
            coarse = self._sampled(plane, frame, self._coarse(self._size))
            planes.append(_part_of(coarse, self._coarse(within)))
        return b"".join(plane.tobytes() for plane in planes)

    def _coarse(self, size: Size) -> Size:
        return size[0] // self._spacing[0], size[1] // self._spacing[1]

    def _sampled(self, plane: Image, frame: int, size: Size) -> Image:
        from PIL import Image as Pillow

        # Lanczos where colour is made coarser, as ffmpeg is asked to wherever it does that.
        way = Pillow.Resampling.BICUBIC if size == self._size else Pillow.Resampling.LANCZOS
        return plane.resize(size, way, box=view(self._still, plane.size, self._size, frame))


def _part_of(plane: Image, size: Size) -> Image:
    return plane if plane.size == size else plane.crop((0, 0, *size))

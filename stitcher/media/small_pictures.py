"""Pictures of a clip for measuring: each decoded once, and small, fine or in colour as it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from av.video.frame import VideoFrame

from stitcher.media.clip import Clip
from stitcher.media.frame_decoder import decode_frames
from stitcher.media.frames import Colours, colours_of, gray_picture, rgb_picture
from stitcher.timebase import FrameRange

if TYPE_CHECKING:
    from stitcher.media.frames import Picture


@dataclass(frozen=True, slots=True, eq=False)
class SmallPicture:
    """A decoded picture; who keeps it keeps all of it."""

    decoded: VideoFrame
    clip: Clip
    colours: Colours

    def luma(self, size: tuple[int, int]) -> Picture:
        """`(height, width)` uint8 luma at the clip's own levels; `size` is width and height, before rotation."""
        return gray_picture(self.decoded, self.clip, size)

    def rgb(self, size: tuple[int, int]) -> Picture:
        """`(height, width, 3)` uint8 full-range RGB, `size` likewise."""
        return rgb_picture(self.decoded, self.clip, self.colours, size=size)

    def fine(self) -> Picture:
        """The luma in the size in which it is stored, from black at 0 to white at 255."""
        luma = gray_picture(self.decoded, self.clip)
        if self.clip.video.colour.range == "pc" or self.decoded.format.is_rgb:
            return luma
        full: Picture = _FULL[luma]
        return full


_FULL = np.clip((np.arange(256) - 16) * (255 / 219) + 0.5, 0, 255).astype(np.uint8)


def small_pictures(clip: Clip, span: FrameRange, *, matrix: str | None = None) -> Iterator[SmallPicture]:
    """The pictures of a range, in order, as they are stored (fields are not taken apart). Raises as `frames` does."""
    colours = colours_of(clip, matrix)
    for decoded in decode_frames(clip, span):
        yield SmallPicture(decoded, clip, colours)

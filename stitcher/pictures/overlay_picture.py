"""Pictures that lie over others, read from their files: as large as they are shown, and as opaque."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stitcher.media.clip import Clip
from stitcher.media.stills import open_still, over_black
from stitcher.pictures.overlay_place import overlay_box
from stitcher.timebase import FrameRange
from stitcher.timeline.conform import film_frames, source_picture

if TYPE_CHECKING:
    from PIL.Image import Image

    from stitcher.pictures.title_page import Page
    from stitcher.timeline.picture import PictureOverlay

Rgb = NDArray[np.uint8]
Rgba = NDArray[np.uint8]


def still_overlay(overlay: PictureOverlay, size: tuple[int, int]) -> Rgba:
    """The picture of an overlay that is a still, `(height, width, 4)` uint8 with straight alpha, without its fades.

    Raises as `open_still` does.
    """
    return _shown(_with_alpha(open_still(overlay.source.path)), overlay, size)


class OverlayPictures:
    """An overlay on pictures made in Python, frame by frame. Raises as `open_still` does when it is made."""

    def __init__(self, overlay: PictureOverlay, page: Page, film_height: int, rate: Fraction) -> None:
        self._overlay, self._rate = overlay, rate
        self._box = overlay_box(overlay, page, film_height)
        self._size = (self._box.width, self._box.height)
        self._still = None if isinstance(overlay.source, Clip) else still_overlay(overlay, self._size)

    def laid(self, picture: Rgb, frame: int) -> Rgb:
        """A picture with the overlay on it, as that is in a frame counted from its first; the picture itself outside of
        it."""
        overlay, box = self._overlay, self._box
        if not 0 <= frame < overlay.frames:
            return picture
        rising = (frame + 1) / (overlay.fade_in_frames + 1)
        falling = (overlay.frames - frame) / (overlay.fade_out_frames + 1)
        x, y = max(0, box.left), max(0, box.top)
        over = self._at(frame)[
            y - box.top : picture.shape[0] - box.top, x - box.left : picture.shape[1] - box.left
        ]
        made = picture.copy()
        under = made[y : y + over.shape[0], x : x + over.shape[1]]
        alpha = over[..., 3:].astype(np.float32) / 255 * np.float32(min(rising, falling, 1.0))
        under[:] = (under + (over[..., :3].astype(np.float32) - under) * alpha + 0.5).astype(np.uint8)
        return made

    def _at(self, frame: int) -> Rgba:
        clip = self._overlay.source
        if self._still is not None or not isinstance(clip, Clip):
            assert self._still is not None
            return self._still
        from PIL import Image as Pillow

        from stitcher.media.frames import frames

        has = film_frames(clip, self._rate)
        shown = frame % has if self._overlay.loop else min(frame, has - 1)
        number = source_picture(clip, shown, self._rate)
        (picture,) = frames(clip, FrameRange(number, number + 1), keep_alpha=True)
        return _shown(_with_alpha(Pillow.fromarray(picture)), self._overlay, self._size)


def _shown(image: Image, overlay: PictureOverlay, size: tuple[int, int]) -> Rgba:
    from PIL import Image as Pillow

    if overlay.premultiplied:
        image = Pillow.frombytes("RGBa", image.size, image.tobytes()).convert("RGBA")
    if image.size != size:
        # Pillow multiplies colours by their alpha while it scales.
        image = image.resize(size, Pillow.Resampling.LANCZOS)
    picture = _edged(np.array(image))
    picture[..., 3] = np.round(picture[..., 3] * overlay.opacity).astype(np.uint8)
    return picture


def _with_alpha(image: Image) -> Image:
    return image.convert("RGBA") if image.has_transparency_data else over_black(image).convert("RGBA")


def _edged(picture: Rgba) -> Rgba:
    """The picture with the colour of what is beside them in pixels of no opacity: where chroma is halved, the mean of
    four pixels does not ask how opaque each is, and edges would turn dark."""
    height, width = picture.shape[0] // 2 * 2, picture.shape[1] // 2 * 2
    blocks = picture[:height, :width].reshape(height // 2, 2, width // 2, 2, 4)
    alpha = blocks[..., 3:].astype(np.float32)
    weight = alpha.sum(axis=(1, 3), keepdims=True)
    mean = (blocks[..., :3] * alpha).sum(axis=(1, 3), keepdims=True) / np.maximum(weight, 1)
    clear = (alpha == 0) & (weight > 0)
    blocks[..., :3] = np.where(clear, np.round(mean), blocks[..., :3]).astype(np.uint8)
    picture[:height, :width] = blocks.reshape(height, width, 4)
    return picture

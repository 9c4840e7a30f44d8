"""Overlays of a film on pictures that are made in Python: for MoviePy, and for contact sheets."""

from __future__ import annotations

import numpy as np

from stitcher.pictures.overlay_picture import OverlayPictures, Rgb, Rgba
from stitcher.pictures.title_page import plain_page
from stitcher.pictures.titles import draw_title
from stitcher.timeline.model import Item, Timeline
from stitcher.timeline.picture import PictureOverlay, Title


class LaidPictures:
    """What lies over the pictures of a film, drawn on pictures of one size.

    Raises as `open_still` and `draw_title` do.
    """

    def __init__(self, timeline: Timeline, size: tuple[int, int]) -> None:
        self._timeline, self._page = timeline, plain_page(*size)
        self._open: dict[int, OverlayPictures] = {}

    def over_shot(self, picture: Rgb, item: Item, frame: int) -> Rgb:
        """A picture of a shot, by frame from its first, under what lies over the shot."""
        for overlay in item.overlays:
            if frame in overlay.span:
                picture = self._over(picture, overlay, frame - overlay.start)
        return picture

    def over_film(self, picture: Rgb, frame: int) -> Rgb:
        """A picture of the film, by record frame, under what lies over the film."""
        for overlay in self._timeline.overlays:
            if frame in overlay.span:
                picture = self._over(picture, overlay, frame - overlay.start)
        return picture

    def _over(self, picture: Rgb, overlay: Title | PictureOverlay, frame: int) -> Rgb:
        if isinstance(overlay, Title):
            return _blended(picture, draw_title(overlay, self._page, frame))
        if id(overlay) not in self._open:
            film = self._timeline
            self._open[id(overlay)] = OverlayPictures(overlay, self._page, film.height, film.rate)
        return self._open[id(overlay)].laid(picture, frame)


def _blended(picture: Rgb, title: Rgba) -> Rgb:
    alpha = title[..., 3:].astype(np.float32) / 255
    return (picture + (title[..., :3].astype(np.float32) - picture) * alpha + 0.5).astype(np.uint8)

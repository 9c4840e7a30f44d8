"""Where a picture lies in one of another shape that it fills. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from stitcher.storyboard.choices import Fit
from stitcher.timeline.focus import CENTRE_POINT, Point

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a picture lies in one that it fills: its upper left corner, and how much larger it is."""

    left: float
    top: float
    scale: float

    def point(self, point: Point, source: Size, target: Size) -> Point:
        """A point of the picture as one of that which it fills; both as shares."""
        x, y = (
            (offset + share * side * self.scale) / whole
            for offset, share, side, whole in zip((self.left, self.top), point, source, target, strict=True)
        )
        return x, y


def placed(source: Size, target: Size, fit: Fit, focus: Point = CENTRE_POINT) -> Placement:
    """Where a picture lies in one that it fills: in its middle, or where it is cropped so that the focus is there, as
    far as the picture goes.
    """
    scales = target[0] / source[0], target[1] / source[1]
    scale = max(scales) if fit == "crop" else min(scales)
    rooms = [whole - side * scale for side, whole in zip(source, target, strict=True)]
    if fit != "crop":
        return Placement(rooms[0] / 2, rooms[1] / 2, scale)
    left, top = (
        max(min(0.0, room), min(0.0, whole / 2 - share * side * scale))
        for room, whole, share, side in zip(rooms, target, focus, source, strict=True)
    )
    return Placement(left, top, scale)

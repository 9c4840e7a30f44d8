"""Where a clip's picture lies in the film's, as editors have it: key frames with straight lines between them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from stitcher.media.clip import shapes_alike
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Item
from stitcher.timeline.placement import Placement, Size, placed

_NEAR = 0.25
"""Pixels of the film that a straight line may lie off."""


@dataclass(frozen=True, slots=True)
class PlacedPicture:
    """Where a whole picture lies in that of the film, from one frame on."""

    frame: int
    """Source clock."""
    x: float
    """Across, of its middle from the film's, in the film's pixels; to the right."""
    y: float
    """Down, likewise."""
    scale: float
    """How many of the film's pixels one of its own is long."""
    fit_scale: float
    """The scale at which all of it is just seen."""

    def rectangle(self, size: Size, film: Size) -> tuple[float, float, float, float]:
        """Left, top, width and height, in the film's pixels, of a picture of that size."""
        width, height = size[0] * self.scale, size[1] * self.scale
        return film[0] / 2 + self.x - width / 2, film[1] / 2 + self.y - height / 2, width, height


def placements(item: Item, size: Size, film: Size) -> tuple[PlacedPicture, ...]:
    """Where the pictures of a shot lie, which have that size: one for all, key frames where the focus moves, and none
    where they have the film's shape.
    """
    if shapes_alike(size, film):
        return ()
    seen = item.source_range
    fit_scale = placed(size, film, "pad").scale

    def at(frame: int) -> PlacedPicture:
        one = placed(size, film, item.fit, item.focus.at(frame))
        return PlacedPicture(frame, *_middle(one, size, film), one.scale, fit_scale)

    if item.fit != "crop" or not item.focus.moves:
        return (at(seen.start),)
    found = [at(frame) for frame in range(seen.start, seen.stop)]
    if all((one.x, one.y) == (found[0].x, found[0].y) for one in found):
        return (found[0],)
    return tuple(found[index] for index in _bends(found, FrameRange(0, len(found))))


def _middle(one: Placement, size: Size, film: Size) -> tuple[float, float]:
    """How far the middle of a picture lies from the film's."""
    return (
        one.left + size[0] * one.scale / 2 - film[0] / 2,
        one.top + size[1] * one.scale / 2 - film[1] / 2,
    )


def _bends(points: list[PlacedPicture], among: FrameRange) -> list[int]:
    """As few of a row of points as straight lines may go between, near all of them."""
    corners = [among.start, among.stop - 1]
    split = True
    while split:
        split = False
        for first, last in tuple(pairwise(corners)):
            worst = max(range(first, last + 1), key=lambda one: _off(points, first, last, one))
            if _off(points, first, last, worst) > _NEAR:
                corners.append(worst)
                split = True
        corners.sort()
    return list(dict.fromkeys(corners))


def _off(points: list[PlacedPicture], first: int, last: int, at: int) -> float:
    """How far a point lies off the straight line between two others."""
    return max(_off_line(points, first, last, at), default=0.0)


def _off_line(points: list[PlacedPicture], first: int, last: int, at: int) -> Iterator[float]:
    share = (at - first) / (last - first) if last > first else 0.0
    start, stop, here = points[first], points[last], points[at]
    yield abs(start.x + (stop.x - start.x) * share - here.x)
    yield abs(start.y + (stop.y - start.y) * share - here.y)

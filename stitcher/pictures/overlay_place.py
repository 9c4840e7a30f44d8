"""Where a picture lies over others: its size and its place on a page, in pixels. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from stitcher.pictures.title_page import Page
from stitcher.timeline.picture import PictureOverlay

SAFE_MARGIN = 0.05
"""Of a picture's edge that a place at it keeps free: what is left of it by the safe area for action of EBU R 95."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in whole pixels; even ones, so that halved chroma lies as luma does."""

    left: int
    top: int
    width: int
    height: int


def overlay_box(overlay: PictureOverlay, page: Page, film_height: int) -> Box:
    """Where an overlay lies on what is seen of a page, in pixels of the page; never larger than that, nor stretched.

    One with no size has that of its file in a film of `film_height`.
    """
    seen = page.seen
    width, height = (float(side) for side in overlay.size)
    if overlay.width is not None:
        scale = overlay.width * seen[0] / width
    elif overlay.height is not None:
        scale = overlay.height * page.unit / height
    else:
        scale = page.unit / film_height
    scale = min(scale, seen[0] / width, seen[1] / height)
    size = _even(width * scale, seen[0]), _even(height * scale, seen[1])
    left, top = _corner(overlay, page, size)
    return Box(_nearest_even(page.left + left), _nearest_even(page.top + top), *size)


def _corner(overlay: PictureOverlay, page: Page, size: tuple[int, int]) -> tuple[float, float]:
    """The upper left corner, in pixels of what is seen."""
    room = page.seen[0] - size[0], page.seen[1] - size[1]
    position = overlay.position
    if not isinstance(position, str):
        return position[0] * page.seen[0] - size[0] / 2, position[1] * page.seen[1] - size[1] / 2
    top, right, bottom, left = (
        max(SAFE_MARGIN, kept) if overlay.margin is None else overlay.margin for kept in page.margins
    )
    across = _between(position, ("left", "right"), (left * page.seen[0], right * page.seen[0]), room[0])
    down = _between(position, ("top", "bottom"), (top * page.seen[1], bottom * page.seen[1]), room[1])
    return across, down


def _between(place: str, ends: tuple[str, str], margins: tuple[float, float], room: float) -> float:
    words = place.split("-")
    if ends[0] in words:
        return min(margins[0], room)
    return max(0.0, room - margins[1]) if ends[1] in words else room / 2


def _even(side: float, most: int) -> int:
    return max(2, min(_nearest_even(side), most // 2 * 2))


def _nearest_even(number: float) -> int:
    return 2 * round(number / 2)

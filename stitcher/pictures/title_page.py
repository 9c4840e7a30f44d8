"""Title pages: the picture text is set on, how much of it is seen, and which margins are kept free. Pure values."""

from __future__ import annotations

from dataclasses import dataclass

Margins = tuple[float, float, float, float]
"""Top, right, bottom and left, as shares of a height or a width."""

NO_MARGINS: Margins = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Page:
    """A picture that text is set on."""

    width: int
    height: int
    seen: tuple[int, int]
    """Width and height of the part in its middle that stays when the picture is cropped."""
    unit: float
    """Pixels that a title's `size` is a share of: the height of the film's frame, had it this page's area."""
    margins: Margins = NO_MARGINS
    """Of the seen part: what text keeps out of besides its usual distance from the edges."""

    @property
    def left(self) -> float:
        """Column where the seen part begins."""
        return (self.width - self.seen[0]) / 2

    @property
    def top(self) -> float:
        """Row where the seen part begins."""
        return (self.height - self.seen[1]) / 2


def plain_page(width: int, height: int) -> Page:
    """A page in a film of that size, all of it seen."""
    return Page(width, height, (width, height), height)

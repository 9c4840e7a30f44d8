"""Where on its page a title lies: how much room it has, and where its lines begin. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stitcher.pictures.title_page import Page
from stitcher.storyboard.choices import Align
from stitcher.timeline.picture import Title

_CARD_INSETS = (0.08, 0.10)
_THIRD_INSETS = (0.07, 0.09)
"""Shares of the width and the height between text and the edges of what is seen."""
_THIRD_MOST = (0.80, 0.30)
"""Of the width and the height, for a lower third whose place is not said."""
_MIDDLE = 0.49
"""The eye takes the middle to be a little above the half."""
_ACROSS: dict[Align, float] = {"left": 0.0, "centre": 0.5, "right": 1.0}


@dataclass(frozen=True, slots=True)
class TitlePlace:
    """Where a block of lines lies on a page, in pixels: held at a point, as large as it may be around that."""

    at: tuple[float, float]
    held: tuple[float, float]
    """Which part of the block is there: 0 its left or upper edge, 1 its right or lower one."""
    align: Align
    room: tuple[float, float]
    """Width and height that the block may have."""

    def corner(self, wide: float, tall: float) -> tuple[float, float]:
        """The upper left corner of a block of that size."""
        return self.at[0] - wide * self.held[0], self.at[1] - tall * self.held[1]

    def indents(self, lengths: Sequence[float]) -> list[float]:
        """How far from the block's left edge each line begins."""
        return [(max(lengths) - length) * _ACROSS[self.align] for length in lengths]


def place_of(title: Title, page: Page) -> TitlePlace:
    """Where a title lies on a page: its own place, clear of the edges, or what its kind has."""
    third = title.kind == "lower_third"
    position = title.position or ("bottom-left" if third else "centre")
    top, right, bottom, left = page.margins
    across, down = (0.0, 0.0) if isinstance(position, tuple) else _THIRD_INSETS if third else _CARD_INSETS
    sides = _sides(page.left, page.seen[0], max(left, across), max(right, across))
    ends = _sides(page.top, page.seen[1], max(top, down), max(bottom, down))
    if isinstance(position, tuple):
        align = title.align or "centre"
        held = _ACROSS[align], 0.5
        at = page.left + page.seen[0] * position[0], page.top + page.seen[1] * position[1]
    else:
        column: Align = "left" if "left" in position else "right" if "right" in position else "centre"
        align = title.align or column
        held = _ACROSS[column], 0.0 if "top" in position else 1.0 if "bottom" in position else _MIDDLE
        middle = page.left + page.seen[0] / 2, page.top + page.seen[1] * _MIDDLE
        at = (
            {0.0: sides[0], 1.0: sides[1]}.get(held[0], middle[0]),
            {0.0: ends[0], 1.0: ends[1]}.get(held[1], middle[1]),
        )
    wide, tall = _room(at[0], *sides, held[0]), _room(at[1], *ends, held[1])
    if third and title.position is None:
        wide, tall = min(wide, page.seen[0] * _THIRD_MOST[0]), min(tall, page.seen[1] * _THIRD_MOST[1])
    return TitlePlace(at, held, align, (max(0.0, wide), max(0.0, tall)))


def _sides(begin: float, size: float, near: float, far: float) -> tuple[float, float]:
    return begin + size * near, begin + size * (1 - far)


def _room(at: float, low: float, high: float, held: float) -> float:
    """How far a block may reach that is held at a point, so that neither end is outside."""
    before = [(at - low) / held] if held > 0 else []
    after = [(high - at) / (1 - held)] if held < 1 else []
    return min(*before, *after) if before and after else (before or after)[0]

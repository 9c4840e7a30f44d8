"""Text cut off with an ellipsis where it would be wider than its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_MOST_CHARACTERS = 400


def ellipsized(text: str, font: FreeTypeFont, width: float) -> str:
    """The text on one line of at most `width` pixels; empty where not even one letter fits."""
    line = " ".join(text[:_MOST_CHARACTERS].split())
    if font.getlength(line) <= width:
        return line
    while line and font.getlength(f"{line}…") > width:
        line = line[:-1]
    return f"{line.rstrip()}…" if line else ""

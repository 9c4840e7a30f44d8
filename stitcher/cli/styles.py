"""What colours mean: one table, by what is said with them. Where NO_COLOR is set there are none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import IO, Literal

Meaning = Literal["done", "moving", "to come", "wrong", "doubt"]

STYLES: Mapping[Meaning, str] = {
    "done": "green",
    "moving": "cyan",
    "to come": "bright_black",
    "wrong": "red",
    "doubt": "yellow",
}
"""By the names that both rich and the table below have."""
_CODES = {"green": 32, "cyan": 36, "bright_black": 90, "red": 31, "yellow": 33}


def painted(text: str, meaning: Meaning, stream: IO[str]) -> str:
    """The text in the colour of its meaning, where the stream is a terminal that has colours and nobody minds."""
    if not text or not has_colours(stream):
        return text
    return f"\x1b[{_CODES[STYLES[meaning]]}m{text}\x1b[39m"


def has_colours(stream: IO[str]) -> bool:
    """Whether colours are wanted on a stream."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM", "") in ("", "dumb", "unknown")
    return stream.isatty() and not plain

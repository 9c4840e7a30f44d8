"""Values of a cut as texts of a storyboard. Pure."""

from __future__ import annotations

from fractions import Fraction

_PLACES = 9


def source_time(seconds: Fraction, rate: Fraction | None) -> str:
    """A time on a file's clock: in its own pictures where it is between two of them, else in seconds, never late."""
    if rate is not None and (seconds * rate).denominator == 1:
        return f"{int(seconds * rate)}f"
    whole, part = divmod(int(seconds * 10**_PLACES), 10**_PLACES)
    digits = f"{part:0{_PLACES}}".rstrip("0")
    return f"{whole}.{digits}s" if digits else f"{whole}s"


def clean(text: str) -> str:
    """A name on one line, without what no storyboard may hold."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())

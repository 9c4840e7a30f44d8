"""Values told in one line of a terminal or a notebook, however much is in them. Knows nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import MISSING, fields
from datetime import datetime
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any

LONGEST = 200
"""Characters of a line."""
_LONGEST_VALUE = 60


def shortened(value: object, most: int = _LONGEST_VALUE) -> str:
    """A text or a path in quotes, its middle left out where it is long."""
    text = repr(str(value))
    if len(text) <= most:
        return text
    half = (most - 1) // 2
    return f"{text[:half]}…{text[-half:]}"


def window(line: str, at: int, most: int) -> tuple[str, int]:
    """What stands around a place of a line, `…` where more does, and where the place is in it."""
    start = max(0, min(at - most // 2, len(line) - most))
    shown = line[start : start + most]
    before, behind = "…" if start else "", "…" if start + most < len(line) else ""
    return before + shown[len(before) : len(shown) - len(behind)] + behind, at - start


def one_line(self: Any) -> str:
    """The `__repr__` of a dataclass: its fields that are not as they are by default, at most `LONGEST` characters."""
    line = f"{type(self).__name__}("
    for number, part in enumerate(_parts(self)):
        longer = f"{line}{', ' if number else ''}{part}"
        if len(longer) > LONGEST - len(", …)"):
            return f"{line}{', ' if number else ''}…)"
        line = longer
    return f"{line})"


def _parts(value: Any) -> Iterator[str]:
    for field in fields(value):
        held = getattr(value, field.name)
        default = field.default_factory() if field.default_factory is not MISSING else field.default
        is_empty = held is None or (isinstance(held, Collection) and len(held) == 0)
        if field.repr and not is_empty and held is not default and held != default:
            yield f"{field.name}={_told(held)}"


def _told(value: object) -> str:
    if isinstance(value, Enum):
        return _told(value.value)
    if isinstance(value, (str, Path)):
        return shortened(value)
    if isinstance(value, (Fraction, datetime)):
        return str(value)
    if isinstance(value, (bytes, Collection)):
        return f"<{len(value)} {type(value).__name__}>" if isinstance(value, bytes) else _counted(value)
    text = repr(value)
    return text if len(text) <= _LONGEST_VALUE and text.isprintable() else f"<{type(value).__name__}>"


def _counted(values: Collection[object]) -> str:
    if len(values) == 1:
        text = repr(values)
        if len(text) <= _LONGEST_VALUE and text.isprintable():
            return text
    return f"<{len(values)} item{'s' * (len(values) != 1)}>"

"""Values that differ from a given one in a single field: what the tests of cache keys go through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from stitcher.content_key import NOTHING, Exclusions


def variants(value: Any, excluded: Exclusions = NOTHING) -> Iterator[tuple[str, Any, bool]]:
    """For each field of a value, and of the values in it: its path, the value with it changed, and whether it counts
    in a key with these exclusions."""
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            counts = field.name not in excluded.get(type(value), frozenset())
            for path, changed, inner in variants(getattr(value, field.name), excluded):
                yield (
                    f".{field.name}{path}",
                    replace(value, **{field.name: changed}),
                    counts and inner,
                )
    elif isinstance(value, tuple):
        for n, part in enumerate(value):
            for path, changed, inner in variants(part, excluded):
                yield f"[{n}]{path}", (*value[:n], changed, *value[n + 1 :]), inner
        yield "+", (*value, *value[:1]) if value else ("x",), True
    else:
        yield "", _other(value), True


def _other(value: Any) -> Any:
    match value:
        case None:
            return "x"
        case bool():
            return not value
        case int() | Fraction():
            return value + 1
        case float():
            return value + 0.5
        case str():
            return value + "x"
        case bytes():
            return value + b"x"
        case Path():
            return value / "x"
    raise TypeError(f"a test cannot vary {type(value).__name__}")

"""Cache keys: SHA-256 of values by all their dataclass fields, but for those that are excluded by name.

So a field that is added to a value is in every key that the value is in, unless somebody says that it does not count.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction

Exclusions = Mapping[type, frozenset[str]]
"""Fields that decide nothing, by the dataclass that has them."""

NOTHING: Exclusions = {}


def content_key(*values: object, excluded: Exclusions = NOTHING) -> str:
    """The SHA-256, in hex, of values: dataclasses, numbers, texts, bytes, and sequences and mappings of them.

    Raises `TypeError` for anything else, such as a path: where a file is says nothing about what is in it.
    """
    return hashlib.sha256(canonical_json(values, excluded).encode()).hexdigest()


def canonical_json(value: object, excluded: Exclusions = NOTHING) -> str:
    """The text that `content_key` hashes; equal for equal values, and for a whole number of any type."""
    return json.dumps(_plain(value, excluded), sort_keys=True, separators=(",", ":"))


def all_but(model: type, *names: str) -> frozenset[str]:
    """Every field of a dataclass but these, for one that these stand for: a hash for a file."""
    return frozenset(field.name for field in fields(model)) - set(names)


def _plain(value: object, excluded: Exclusions) -> object:
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return int(value) if value.is_integer() else value
        case Fraction():
            return value.numerator if value.denominator == 1 else {"/": [value.numerator, value.denominator]}
        case bytes():
            return {"bytes": value.hex()}
        case list() | tuple():
            return [_plain(part, excluded) for part in value]
        case Mapping():
            return {"map": sorted([str(name), _plain(part, excluded)] for name, part in value.items())}
    if not is_dataclass(value):
        raise TypeError(f"{type(value).__name__} cannot be part of a cache key")
    left_out = excluded.get(type(value), frozenset())
    kept = [field.name for field in fields(value) if field.name not in left_out]
    return {"": type(value).__name__} | {name: _plain(getattr(value, name), excluded) for name in kept}

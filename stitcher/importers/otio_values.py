"""Values of OpenTimelineIO's JSON, whatever really stands there. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from stitcher.importers.text import exact_rate


def schema_of(value: Any) -> str:
    """The name of an object's schema, without its version."""
    return str(value.get("OTIO_SCHEMA", "")).partition(".")[0] if isinstance(value, dict) else ""


def as_list(value: Any) -> list[Any]:
    """A list; empty for anything else."""
    return value if isinstance(value, list) else []


def as_map(value: Any) -> dict[str, Any]:
    """An object; empty for anything else."""
    return value if isinstance(value, dict) else {}


def as_text(value: Any) -> str:
    """A text; empty for anything else."""
    return value if isinstance(value, str) else ""


def as_number(value: Any) -> Fraction:
    """A number; 0 for anything else, and for what no time or rate can be."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > 10**12:
        return Fraction(0)
    return Fraction(value).limit_denominator(1_000_000)


def seconds_of(time: Any) -> Fraction | None:
    """A RationalTime in seconds."""
    rate = as_number(as_map(time).get("rate"))
    return as_number(time.get("value")) / exact_rate(rate) if rate > 0 else None


def media_of(clip: Mapping[str, Any]) -> dict[str, Any]:
    """The reference that is shown: of several the active one."""
    many = as_map(clip.get("media_references"))
    if many:
        key = as_text(clip.get("active_media_reference_key")) or "DEFAULT_MEDIA"
        return as_map(many.get(key))
    return as_map(clip.get("media_reference"))


def lengths_in(item: Any) -> Iterator[Any]:
    """Every length that is written somewhere, from the front."""
    waiting = [item]
    while waiting:
        one = as_map(waiting.pop())
        yield as_map(one.get("source_range")).get("duration")
        if schema_of(one) == "Clip":
            yield as_map(media_of(one).get("available_range")).get("duration")
        waiting += reversed(as_list(one.get("children")))


def as_whole(value: Any) -> int:
    """A number from 0 on, as a whole one; 0 for anything else."""
    return max(0, int(value)) if isinstance(value, (int, float)) and not isinstance(value, bool) else 0

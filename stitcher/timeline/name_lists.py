"""Lists of names in messages: the first few, and how many more there are."""

from __future__ import annotations

from collections.abc import Sequence

_SHOWN = 6


def listed(names: Sequence[str]) -> str:
    """Each name once, in order; after the first six only how many more: `a, b and 3 more`."""
    unique = list(dict.fromkeys(names))
    if len(unique) > _SHOWN:
        return f"{', '.join(unique[:_SHOWN])} and {len(unique) - _SHOWN} more"
    return ", ".join(unique)


def counted_streams(count: int) -> str:
    """`1 sound stream`, `2 sound streams`."""
    return "1 sound stream" if count == 1 else f"{count} sound streams"

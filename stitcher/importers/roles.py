"""Roles of sounds by what tracks and roles are called elsewhere. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from stitcher.storyboard.choices import Role
from stitcher.storyboard.role_table import ROLE_TABLE

_SHORT: Mapping[str, Role] = {
    "dx": "dialogue",
    "dia": "dialogue",
    "mx": "music",
    "amb": "ambience",
    "atmos": "ambience",
}
"""What only editors write."""
_WORDS: Mapping[str, Role] = {
    **{word: role for role, row in ROLE_TABLE.items() for word in (role, *row.words)},
    **_SHORT,
}


def role_of(name: str) -> Role | None:
    """The role that a track's or a role's name tells of; the last word counts, as in `effects.ambience`."""
    words = [word for word in re.split(r"[^a-z-]+", name.lower()) if word in _WORDS]
    return _WORDS[words[-1]] if words else None

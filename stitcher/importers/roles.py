"""Roles of sounds by what tracks and roles are called elsewhere. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from stitcher.storyboard.choices import ROLES, Role

_WORDS: Mapping[str, Role] = {
    **{role: role for role in ROLES},
    **dict.fromkeys(
        ("dialog", "dia", "dx", "voice", "voiceover", "vo", "narration", "speech", "titles"), "dialogue"
    ),
    **dict.fromkeys(("mx", "score", "song", "soundtrack"), "music"),
    **dict.fromkeys(("sfx", "fx", "effect", "foley"), "effects"),
    **dict.fromkeys(("amb", "ambient", "ambiance", "atmo", "atmos", "room"), "ambience"),
}


def role_of(name: str) -> Role | None:
    """The role that a track's or a role's name tells of; the last word counts, as in `effects.ambience`."""
    words = [word for word in re.split(r"[^a-z]+", name.lower()) if word in _WORDS]
    return _WORDS[words[-1]] if words else None

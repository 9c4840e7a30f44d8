"""The table of roles: what each of the four is to people, mixes, plots and editors. A new role is a row here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stitcher.storyboard.choices import Role


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One role."""

    level: str
    """How loud its sounds are with `levels: auto`, as a storyboard has it."""
    words: tuple[str, ...]
    """Other people's words for it, for hints."""
    colour: tuple[int, int, int]
    """Of its wave in a plot, RGB."""
    final_cut: str
    """The role that Final Cut knows, with a subrole where there is none of its own."""
    is_spoken: bool = False
    """Whether it is words: left out of music and effects, and in the centre of a surround mix."""


ROLE_TABLE: Mapping[Role, RoleRow] = {
    "dialogue": RoleRow(
        level="-16 LUFS",
        words=("voice", "voiceover", "voice-over", "vo", "narration", "speech", "dialog"),
        colour=(104, 176, 232),
        final_cut="dialogue",
        is_spoken=True,
    ),
    "music": RoleRow(
        level="-9 under dialogue",
        words=("song", "score", "soundtrack"),
        colour=(150, 200, 120),
        final_cut="music",
    ),
    "effects": RoleRow(
        level="-6 under dialogue",
        words=("sfx", "fx", "effect", "foley"),
        colour=(230, 150, 110),
        final_cut="effects",
    ),
    "ambience": RoleRow(
        level="-18 under dialogue",
        words=("ambient", "atmosphere", "atmo", "background"),
        colour=(160, 140, 210),
        final_cut="effects.ambience",
    ),
}
"""In the order in which stems and tracks stand."""

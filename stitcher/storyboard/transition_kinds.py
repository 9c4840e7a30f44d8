"""The kinds of transition: cut, match cut and dissolve, which are our own, and all that ffmpeg's xfade filter draws.

Another kind of our own is a row in `OWN`. Its shared frames are drawn by `rendering.blends.blended`, where xfade does
not draw them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TransitionKind:
    """How one shot becomes the next."""

    name: str
    """The storyboard's word."""
    overlaps: bool = True
    """Whether both shots are seen for a while; if not, it has no length."""
    xfade: str | None = None
    """What ffmpeg's xfade filter calls the way in which shared frames are drawn, if it draws them."""
    linear: bool = False
    """Whether a shared frame is a plain mix of both pictures, the first of them the earlier picture alone."""
    drops_repeats: bool = False
    """Whether the frames that the later shot repeats are taken off the end of the earlier one."""
    aliases: tuple[str, ...] = ()
    """Other words people write for it."""


CUT = TransitionKind("cut", overlaps=False)
MATCH = TransitionKind("match", overlaps=False, drops_repeats=True)
DISSOLVE = TransitionKind("dissolve", xfade="fade", linear=True, aliases=("fade",))

OWN = (CUT, MATCH, DISSOLVE)

DIPS: Mapping[str, str] = {"fadeblack": "black", "fadewhite": "white"}
"""By xfade's name: those that pass over a plain colour, and which."""

PLAIN: Mapping[str, str] = {**DIPS, "circlecrop": "black", "rectcrop": "black"}
"""By xfade's name: those that draw anything plain, and in which colour. It is that of full range, whatever the pictures
are; all others draw nothing but the pictures."""

SLIPPING = frozenset({"slideleft", "slideup", "revealleft", "revealup"})
"""Those of xfade's whose first frame, the earlier picture alone, has a line at its edge from beside that picture."""

_BY_WORD = {word: kind for kind in OWN for word in (kind.name, *kind.aliases)}


def transition_kind(word: str) -> TransitionKind:
    """The kind a storyboard's word stands for: one of our own, else xfade's of that name."""
    return _BY_WORD.get(word) or TransitionKind(word, xfade=word)

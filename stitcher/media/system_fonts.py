"""Fonts of the machine, as fontconfig knows them."""

from __future__ import annotations

import itertools
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SLOWEST_S = 20
_UPRIGHT = ("regular", "book", "roman", "medium")
_SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")
_FIELDS = "file", "index", "family", "style", "fullname"
_FORMAT = "\\t".join(f"%{{{field}}}" for field in _FIELDS) + "\\n"


@dataclass(frozen=True, slots=True)
class SystemFont:
    """A font of the machine."""

    path: Path
    face: int
    """Which one of a collection, counted from 0."""
    families: tuple[str, ...]
    """Its names, the usual one first: in other languages, and with its weight."""
    styles: tuple[str, ...]
    full_names: tuple[str, ...]

    @property
    def is_upright(self) -> bool:
        """Whether it is neither slanted, bold nor narrow."""
        return self.styles[:1] != () and self.styles[0].casefold() in _UPRIGHT

    def is_called(self, name: str) -> bool:
        """Whether that is its own full name, or the name of a family whose upright font it is."""
        # A font may be told of in several families: its styles stand in the same order as those.
        named = list(itertools.zip_longest(self.families, self.styles, fillvalue=""))
        own = {*self.full_names, *(f"{family} {style}" for family, style in named)}
        own |= {
            family
            for family, style in named
            if (style or self.styles[-1] if self.styles else "").casefold() in _UPRIGHT
        }
        return _folded(name) in map(_folded, own)


def fonts_with(letters: str, region: str = "") -> tuple[SystemFont, ...]:
    """Upright fonts that have all of these letters, the most fitting first; none where there is no fontconfig.

    Noto's sans comes first, that of the region (`JP`) before others, then other sans, each by name, so that the same
    fonts give the same answer. Fonts of pictures (coloured emoji) are none.
    """
    charset = " ".join(sorted({f"{ord(letter):x}" for letter in letters}))
    found = [font for font in _listed(f":charset={charset}:outline=True:color=False") if font.is_upright]

    def rank(font: SystemFont) -> tuple[bool, bool, bool, str, int]:
        family = font.families[0].casefold() if font.families else ""
        elsewhere = not any(name.endswith(f" {region}") for name in font.families)
        return "noto sans" not in family, "sans" not in family, elsewhere, str(font.path), font.face

    return tuple(sorted(found, key=rank))


def fonts_called(name: str) -> tuple[SystemFont, ...]:
    """Fonts of that family (`Noto Serif`) or full name (`DejaVu Sans Bold`), the most fitting first."""
    found = [font for font in _outlines() if font.is_called(name)]
    return tuple(sorted(found, key=lambda font: (not font.is_upright, str(font.path), font.face)))


def font_names() -> tuple[str, ...]:
    """Names of all families and fonts of the machine, in order; none where there is no fontconfig."""
    names = {name for font in _outlines() for name in (*font.families[:1], *font.full_names[:1])}
    return tuple(sorted(names))


def has_fontconfig() -> bool:
    """Whether this machine can say which fonts it has."""
    return shutil.which("fc-list") is not None


def _outlines() -> Iterator[SystemFont]:
    return _listed(":outline=True:color=False")


def _listed(pattern: str) -> Iterator[SystemFont]:
    program = shutil.which("fc-list")
    if program is None:
        return
    wanted = (program, pattern, f"--format={_FORMAT}")
    try:
        told = subprocess.run(
            wanted, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SLOWEST_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return
    for line in told.stdout.decode(errors="replace").splitlines():
        file, index, *names = [*line.split("\t"), *[""] * len(_FIELDS)][: len(_FIELDS)]
        path = Path(file)
        if path.suffix.lower() in _SUFFIXES and index.isdecimal():
            families, styles, full_names = (
                tuple(name.strip() for name in one.split(",") if name.strip()) for one in names
            )
            yield SystemFont(path, int(index), families, styles, full_names)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())

"""Look-up tables of colours as `.cube` files (Adobe's Cube LUT Specification 1.0): read, refused by line, written."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import isfinite
from pathlib import Path
from typing import Literal, NoReturn

import numpy as np
from numpy.typing import NDArray

from stitcher.errors import MediaRefused
from stitcher.media.files import check_regular

_MOST_BYTES = 256 * 1024 * 1024
_LARGEST = {1: 65536, 3: 256}
"""Entries along each side, by dimensions: what the specification allows."""
_SIZES: dict[str, Literal[1, 3]] = {"LUT_1D_SIZE": 1, "LUT_3D_SIZE": 3}
_DOMAIN = {"DOMAIN_MIN": (0.0, 0.0, 0.0), "DOMAIN_MAX": (1.0, 1.0, 1.0)}
_RANGES = frozenset({"LUT_1D_INPUT_RANGE", "LUT_3D_INPUT_RANGE"})


@dataclass(frozen=True, slots=True)
class Cube:
    """A table of colours for code values from 0 to 1."""

    dimensions: Literal[1, 3]
    size: int
    """Entries along each side."""
    table: NDArray[np.float64]
    """`(entries, 3)` RGB; of three dimensions red changes fastest."""

    def text(self) -> str:
        """It as the file that other programs read alike."""
        rows = (" ".join(f"{value:.9g}" for value in row) for row in self.table)
        return "\n".join([f"LUT_{self.dimensions}D_SIZE {self.size}", *rows, ""])

    def applied(self, picture: NDArray[np.float64]) -> NDArray[np.float64]:
        """RGB from 0 to 1 looked up, linearly between entries."""
        place = np.clip(picture, 0, 1) * (self.size - 1)
        if self.dimensions == 1:
            entries = np.arange(self.size)
            return np.stack([np.interp(place[..., n], entries, self.table[:, n]) for n in range(3)], axis=-1)
        cube = self.table.reshape(self.size, self.size, self.size, 3)
        below = np.minimum(place.astype(np.intp), self.size - 2)
        above = place - below
        found = np.zeros_like(picture)
        for corner in product((0, 1), repeat=3):
            weight = np.prod(np.where(corner, above, 1 - above), axis=-1)[..., None]
            red, green, blue = (below[..., n] + corner[n] for n in range(3))
            found += weight * cube[blue, green, red]
        return found


def read_cube(path: Path) -> Cube:
    """The table in a `.cube` file. Raises `MediaMissing`, and `MediaRefused` that says which line is wrong."""
    stat = check_regular(path)
    if stat.st_size > _MOST_BYTES:
        raise MediaRefused(path, f"is larger than a table of colours can be ({stat.st_size} bytes).")
    try:
        lines = path.read_bytes().decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise MediaRefused(path, "is no .cube file: it is not text.") from None
    return _Reader(path).read(lines)


@dataclass(slots=True)
class _Reader:
    path: Path
    dimensions: Literal[1, 3] | None = None
    size: int = 0
    line: int = 0

    def read(self, lines: list[str]) -> Cube:
        rows: list[list[float]] = []
        for self.line, text in enumerate(lines, start=1):
            words = text.partition("#")[0].split() if not text.lstrip().startswith("TITLE") else []
            if not words:
                continue
            if words[0][0].isalpha() and words[0].lower() not in ("nan", "inf", "infinity"):
                self._keyword(words, behind_rows=bool(rows))
            else:
                rows.append(self._numbers(words, 3))
                if self.dimensions is None:
                    self._refuse("has numbers before LUT_3D_SIZE or LUT_1D_SIZE")
                if len(rows) > self._entries():
                    self._refuse(f"is one more than the {self._entries()} entries that its size promises")
        if self.dimensions is None:
            raise MediaRefused(self.path, "is no .cube file: it has no LUT_3D_SIZE or LUT_1D_SIZE.")
        if len(rows) < self._entries():
            raise MediaRefused(
                self.path,
                f"is cut off: it has {len(rows)} of the {self._entries()} entries that its size promises.",
            )
        return Cube(self.dimensions, self.size, np.array(rows))

    def _entries(self) -> int:
        return int(self.size ** (self.dimensions or 1))

    def _keyword(self, words: list[str], *, behind_rows: bool) -> None:
        name, values = words[0], words[1:]
        if behind_rows:
            self._refuse(f"has {name} behind the first entry")
        if name in _SIZES:
            if self.dimensions is not None:
                self._refuse("has a second table: stitcher reads one, of one dimension or of three")
            self.dimensions = _SIZES[name]
            largest = _LARGEST[self.dimensions]
            if len(values) != 1 or not values[0].isdecimal() or not 2 <= int(values[0]) <= largest:
                self._refuse(f"must say a size from 2 to {largest}, not {' '.join(values) or 'nothing'!r}")
            self.size = int(values[0])
        elif name in _DOMAIN or name in _RANGES:
            wanted = [*_DOMAIN[name]] if name in _DOMAIN else [0.0, 1.0]
            if self._numbers(values, len(wanted)) != wanted:
                self._refuse(f"has a {name} of {' '.join(values)}, and tables are used from 0 to 1 alone")
        else:
            self._refuse(f"has {name!r}, which is no word of a .cube file")

    def _numbers(self, words: list[str], count: int) -> list[float]:
        try:
            numbers = [float(word) for word in words]
        except ValueError:
            numbers = []
        if len(numbers) != count or not all(map(isfinite, numbers)):
            self._refuse(f"must be {count} numbers, not {' '.join(words)[:60]!r}")
        return numbers

    def _refuse(self, what: str) -> NoReturn:
        raise MediaRefused(self.path, f"cannot be used as a table of colours: line {self.line} {what}.")

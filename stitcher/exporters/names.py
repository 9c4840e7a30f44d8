"""Names of media in a hand-over: file names that every editor, archive and URL can hold, and reel names."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePath

_NAME_LETTERS = 60
_REEL_LETTERS = 8
_DEVICES = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
}
"""Names that Windows gives to no file."""
_TAKEN_REELS = ("AX", "BL")
"""What edit lists call an auxiliary source, and black."""


class UniqueNames:
    """Gives every file of a hand-over a name and a reel of its own, whatever the case of their letters."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._reels: set[str] = set(_TAKEN_REELS)
        self._numbers: dict[str, int] = {}
        """The last number that was given to a name: thousands of one name are not counted again for each."""

    def file_name(self, name: str) -> str:
        """A safe name like `name`: ASCII letters, digits, `.`, `_` and `-`, 64 letters and a suffix at most."""
        path = PurePath(name)
        stem, suffix = _ascii(path.stem)[:_NAME_LETTERS], _ascii(path.suffix.lower())[:10]
        stem = stem.strip("._-") or "media"
        if stem.casefold() in _DEVICES:
            stem = f"{stem}_"
        free, name = f"{stem}{suffix}", f"file {stem}{suffix}".casefold()
        while free.casefold() in self._names:
            free = f"{stem}-{self._next(name)}{suffix}"
        self._names.add(free.casefold())
        return free

    def reel(self, name: str) -> str:
        """A reel name like `name`: eight capital letters and digits at most."""
        letters = re.sub(r"[^A-Z0-9]", "", _ascii(PurePath(name).stem).upper()) or "REEL"
        free = letters[:_REEL_LETTERS]
        while free in self._reels:
            number = self._next(f"reel {letters[:_REEL_LETTERS]}")
            free = f"{letters[: _REEL_LETTERS - len(str(number))]}{number}"
        self._reels.add(free)
        return free

    def _next(self, name: str) -> int:
        self._numbers[name] = self._numbers.get(name, 1) + 1
        return self._numbers[name]


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._-]+", "_", plain)

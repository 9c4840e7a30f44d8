"""Files of a cut, found on this machine: where the cut says, beside it, or in folders that are named."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from urllib.parse import unquote

from stitcher.importers.cut import CutMedia
from stitcher.importers.text import file_name

_MOST_FILES = 100_000
"""Files looked at in a folder that is named."""


class MediaFinder:
    """Looks for the files of one cut."""

    def __init__(self, cut: Path, folders: Sequence[Path] = ()) -> None:
        # A name that cannot be is told by whoever opens it.
        self.beside = cut if os.path.isdir(cut) else cut.parent
        self.folders = folders
        self._by_name: dict[str, Path] | None = None

    def find(self, media: CutMedia) -> Path | None:
        """Where a file is, absolute; `None` where it is not found."""
        for path in self._candidates(media):
            try:
                if path.is_file():
                    return Path(os.path.abspath(path))
            except (OSError, ValueError):
                continue
        names = [file_name(media.address), media.name, media.original]
        return next((found for name in names if name and (found := self._named.get(name.casefold()))), None)

    def find_name(self, name: str) -> Path | None:
        """Where a file of that name is."""
        return self.find(CutMedia(file_name(name), name))

    def _candidates(self, media: CutMedia) -> Iterator[Path]:
        for address in dict.fromkeys((media.address, unquote(media.address))):
            if address:
                yield self.beside / address
        for name in dict.fromkeys((file_name(media.address), media.name, media.original)):
            if name and name not in (".", ".."):
                yield self.beside / name
                yield self.beside / "media" / name

    @property
    def _named(self) -> dict[str, Path]:
        """Files of the folders that are named, by their names."""
        if self._by_name is None:
            self._by_name = {}
            for path in islice(_files(self.folders), _MOST_FILES):
                self._by_name.setdefault(path.name.casefold(), path)
        return self._by_name


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        for parent, inner, names in os.walk(folder):
            inner.sort()
            yield from (Path(os.path.abspath(parent), name) for name in sorted(names))

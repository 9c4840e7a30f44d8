"""A cut from an editor becomes a storyboard: read, its files found and looked into, written whole."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from stitcher.editor_import.archive import unpacked
from stitcher.editor_import.reading import read_with_media, with_media
from stitcher.errors import InputError, OutputError
from stitcher.importers.changes import CutChange
from stitcher.importers.cut import Cut, CutMedia
from stitcher.importers.find_media import MediaFinder
from stitcher.importers.losses import MEANINGS, Unread
from stitcher.one_line import one_line


@dataclass(frozen=True, slots=True)
class Imported:
    """A storyboard that was made of a cut."""

    path: Path
    shots: int
    unread: tuple[Unread, ...]
    """What of the cut is not in it."""
    left: tuple[CutChange, ...] = ()
    """Onto an existing storyboard: what is still different from the cut."""

    __repr__ = one_line

    @property
    def losses(self) -> dict[str, list[str]]:
        """`kind: what it means`, with the places it is about."""
        told: dict[str, list[str]] = {}
        for one in self.unread:
            place = f"{one.where}: {one.detail}" if one.detail and one.where else one.where or one.detail
            places = told.setdefault(f"{one.kind}: {MEANINGS[one.kind]}", [])
            places += [place] if place else []
        return told


def import_cut(
    cut: Path, out: Path, *, rate: Fraction | None = None, media: Sequence[Path] = (), overwrite: bool = False
) -> Imported:
    """Write the storyboard of a cut; `media` are folders in which its files are looked for as well."""
    check_target(out, overwrite=overwrite)
    read, found = read_with_media(cut, rate=rate, media=media)
    if cut.suffix.lower() == ".otioz" and len(found) < len(read.media):
        folder = unpacked(cut, Path(os.path.abspath(out)).parent)
        read, found = read_with_media(cut, rate=rate, media=(*media, folder))
    return _write(read, found, out)


def write_board(cut: Cut, out: Path, *, overwrite: bool = False) -> Imported:
    """Write the storyboard of a cut that is read already; its files are looked for beside the storyboard."""
    check_target(out, overwrite=overwrite)
    return _write(*with_media(cut, MediaFinder(out)), out)


def _write(cut: Cut, found: Mapping[CutMedia, Path], out: Path) -> Imported:
    from stitcher.importers.board import board_data
    from stitcher.media.files import write_whole
    from stitcher.storyboard.load import parse
    from stitcher.storyboard.write import storyboard_text

    if not any(track.clips for track in cut.pictures):
        raise InputError(f"The cut {cut.title!r} has no pictures, and a storyboard needs a shot.")
    out = Path(os.path.abspath(out))
    made = board_data(cut, found, out.parent)
    text = storyboard_text(made.data)
    board = parse(text, path=out)
    write_whole(out, text.encode())
    return Imported(out, len(board.shots), made.unread)


def check_target(out: Path, *, overwrite: bool) -> None:
    """Raise `OutputError` where a storyboard may not be written."""
    if os.path.lexists(out) and not overwrite:
        raise OutputError(f"{str(out)!r} is there already: name another file, or say --overwrite.")

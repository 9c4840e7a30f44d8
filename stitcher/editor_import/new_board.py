"""A cut from an editor becomes a storyboard: read, its files found and looked into, written whole."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from stitcher.editor_import.reading import read_with_media
from stitcher.errors import InputError, OutputError
from stitcher.importers.losses import MEANINGS, Unread


@dataclass(frozen=True, slots=True)
class Imported:
    """A storyboard that was made of a cut."""

    path: Path
    shots: int
    unread: tuple[Unread, ...]
    """What of the cut is not in it."""

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
    from stitcher.importers.board import board_data
    from stitcher.media.files import write_whole
    from stitcher.storyboard.load import parse
    from stitcher.storyboard.write import storyboard_text

    out = Path(os.path.abspath(out))
    _check_target(out, overwrite=overwrite)
    read, found = read_with_media(cut, rate=rate, media=media)
    if not any(track.clips for track in read.pictures):
        raise InputError(f"{str(cut)!r} has no pictures: a storyboard needs a shot.")
    made = board_data(read, found, out.parent)
    text = storyboard_text(made.data)
    board = parse(text, path=out)
    write_whole(out, text.encode())
    return Imported(out, len(board.shots), made.unread)


def _check_target(out: Path, *, overwrite: bool) -> None:
    if os.path.lexists(out) and not overwrite:
        raise OutputError(f"{str(out)!r} is there already: name another file, or say --overwrite.")

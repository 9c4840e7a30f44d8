"""`stitcher export`: a film handed over to an editor."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from stitcher import api
from stitcher.cli import options
from stitcher.errors import InputError

if TYPE_CHECKING:
    from stitcher.exporters.folder import HandedOver
    from stitcher.storyboard.model import Storyboard


class Media(StrEnum):
    """How media come into a hand-over."""

    link = "link"
    copy = "copy"
    transcode = "transcode"


class Without(StrEnum):
    """What may be left out of a hand-over."""

    stems = "stems"
    captions = "captions"
    poster = "poster"
    reference = "reference"
    other_size = "other-size"
    placeholders = "placeholders"


class Size(StrEnum):
    """Which files timelines refer to where shots were enlarged."""

    film = "film"
    original = "original"


def export(
    board: options.Board,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="EDITOR", help="The editor; 'stitcher presets' lists them."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FOLDER", help="Where the hand-over goes."),
    ] = None,
    media: Annotated[
        Media | None,
        typer.Option("--media", help="Give media a second name there, copy them, or make them again."),
    ] = None,
    without: Annotated[
        list[Without] | None,
        typer.Option("--without", help="Leave this out; may be repeated."),
    ] = None,
    size: Annotated[
        Size, typer.Option("--size", help="Cut with enlarged shots, as the film, or with the originals.")
    ] = Size.film,
    sets: options.Sets = None,
    variables: options.Vars = None,
    cache: options.Cache = None,
    as_json: options.Json = False,
) -> None:
    """Hand a film over to an editor.

    A folder with the timeline, the clips and sounds whole, lists, the film small, and README.txt, which says what to do
    and what is not as in the film. Without --to every 'editor' under the storyboard's 'deliver' gets its folder.
    """
    from stitcher.cli.film_output import making_films
    from stitcher.cli.output import show, tell_notes
    from stitcher.cli.storyboard_args import read_board

    if (to is None) != (output is None):
        raise InputError("Give --to EDITOR and -o FOLDER together, or neither for what 'deliver' has.")
    storyboard = read_board(board, sets, variables)
    orders = [(to, output)] if to is not None and output is not None else _delivered(storyboard)
    notes = api.notes(storyboard)
    tell_notes(notes)
    how: Literal["link", "copy", "transcode"] | None = None if media is None else media.value
    parts = [part.value for part in without or ()]
    with making_films(board.absolute().parent, cache=cache) as (settled, _):
        done = [
            api.export(storyboard, editor, folder, media=how, without=parts, size=size.value, options=settled)
            for editor, folder in orders
        ]
    document = {"handovers": [_document(one) for one in done], "notes": notes}
    show(document, lambda: (line for one in done for line in _lines(one)), as_json=as_json)


def _delivered(storyboard: Storyboard) -> list[tuple[str, Path]]:
    """The editors and folders that the storyboard itself names."""
    orders = [(one.editor, one.folder) for one in storyboard.deliver if one.editor and one.folder]
    if not orders:
        raise InputError(
            "Nothing to hand over: give --to EDITOR and -o FOLDER, or add an 'editor' with a 'folder' to 'deliver'."
        )
    return orders


def _document(one: HandedOver) -> dict[str, object]:
    return {
        "editor": one.editor,
        "folder": one.folder,
        "files": one.files,
        "changed": one.changed,
        "losses": [{"kind": loss.kind, "where": loss.where, "detail": loss.detail} for loss in one.losses],
    }


def _lines(one: HandedOver) -> Iterator[str]:
    yield str(one.folder)
    yield f"  for {one.editor}: open {one.files[0]}; README.txt says how"
    kinds = dict.fromkeys(loss.kind for loss in one.losses)
    if kinds:
        yield f"  not as in the film: {', '.join(kinds)} (README.txt says where)"

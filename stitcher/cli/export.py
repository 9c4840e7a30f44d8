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


class Media(StrEnum):
    """How media come into a hand-over."""

    link = "link"
    copy = "copy"


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
        typer.Option("--media", help="Give media a second name there, or copy them."),
    ] = None,
    sets: options.Sets = None,
    variables: options.Vars = None,
    cache: options.Cache = None,
    as_json: options.Json = False,
) -> None:
    """Hand a film over to an editor.

    A folder with the timeline, the clips and sounds whole, lists, and README.txt, which says what to do and what is not
    as in the film. Without --to every 'editor' under the storyboard's 'deliver' gets its folder.
    """
    from stitcher.cli.film_output import making_films
    from stitcher.cli.output import show, tell_notes
    from stitcher.cli.storyboard_args import read_board

    if (to is None) != (output is None):
        raise InputError("Give --to EDITOR and -o FOLDER together, or neither for what 'deliver' has.")
    storyboard = read_board(board, sets, variables)
    if to is not None and output is not None:
        orders = [(to, output)]
    else:
        orders = [(one.editor, one.folder) for one in storyboard.deliver if one.editor and one.folder]
    if not orders:
        raise InputError(
            "Nothing to hand over: give --to EDITOR and -o FOLDER, or add an 'editor' with a 'folder' to 'deliver'."
        )
    notes = api.notes(storyboard)
    tell_notes(notes)
    with making_films(board.absolute().parent, cache=cache) as (render_options, _):
        how: Literal["link", "copy"] | None = None if media is None else media.value
        done = [
            api.export(storyboard, editor, folder, media=how, options=render_options)
            for editor, folder in orders
        ]
    document = {"handovers": [_document(one) for one in done], "notes": notes}
    show(document, lambda: (line for one in done for line in _lines(one)), as_json=as_json)


def _document(one: HandedOver) -> dict[str, object]:
    return {
        "editor": one.editor,
        "folder": one.folder,
        "files": one.files,
        "losses": [{"kind": loss.kind, "where": loss.where, "detail": loss.detail} for loss in one.losses],
    }


def _lines(one: HandedOver) -> Iterator[str]:
    yield str(one.folder)
    yield f"  for {one.editor}: open {one.files[0]}; README.txt says how"
    kinds = dict.fromkeys(loss.kind for loss in one.losses)
    if kinds:
        yield f"  not as in the film: {', '.join(kinds)} (README.txt says where)"

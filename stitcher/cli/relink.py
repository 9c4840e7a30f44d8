"""`stitcher relink`: a hand-over that was moved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stitcher import api
from stitcher.cli import options
from stitcher.cli.output import pick, show

if TYPE_CHECKING:
    from stitcher.exporters.relink import Relinked


def relink(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A hand-over, as 'stitcher export' wrote it.")
    ],
    as_json: options.Json = False,
) -> None:
    """Tell a hand-over's timelines where it is now.

    After the folder was moved or renamed: paths are written as they were, absolute, relative or as URLs. Nothing else
    in them changes, and a second run changes nothing.
    """
    done = api.relink(folder)
    document = pick(done, "folder changed unchanged missing left")
    show(document, lambda: _lines(done), as_json=as_json)


def _lines(done: Relinked) -> Iterator[str]:
    yield str(done.folder)
    yield f"  relinked: {', '.join(done.changed) or 'nothing, all was right'}"
    if done.left:
        yield f"  not relinked, export it again: {', '.join(done.left)}"
    if done.missing:
        yield f"  not there: {', '.join(done.missing)}"

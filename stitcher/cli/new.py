"""`stitcher new`: a folder with a storyboard to start from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from stitcher.cli import options
from stitcher.cli.output import show
from stitcher.errors import OutputError


def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder; made if it is not there.")],
    title: Annotated[
        str, typer.Option("--title", metavar="TEXT", help="The film's name; the folder's if not given.")
    ] = "",
    as_json: options.Json = False,
) -> None:
    """Write a commented storyboard that renders as it is, with its schema beside it for editors."""
    from stitcher import looking
    from stitcher.media.files import disk_errors, write_whole
    from stitcher.storyboard.template import SCHEMA_FILE, starter_storyboard

    place = folder.absolute()
    board, schema = place / "storyboard.yaml", place / SCHEMA_FILE
    if board.exists():
        raise OutputError(f"{str(board)!r} exists already; it is never overwritten. Name another folder.")
    if place.exists() and not place.is_dir():
        raise OutputError(f"{str(place)!r} is a file; name a folder.")
    name = " ".join((title or place.name).split()) or "Film"
    with disk_errors(place):
        place.mkdir(parents=True, exist_ok=True)
    write_whole(schema, json.dumps(looking.schema(), indent=2).encode() + b"\n")
    write_whole(board, starter_storyboard(name).encode("utf-8", "replace"))
    show(
        {"storyboard": str(board), "schema": str(schema)},
        lambda: (str(board), f"  next: stitcher render {board.name}, in that folder"),
        as_json=as_json,
    )

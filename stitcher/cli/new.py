"""`stitcher new`: a folder with a storyboard to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stitcher import api
from stitcher.cli import options


def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder; made if it is not there.")],
    title: Annotated[
        str, typer.Option("--title", metavar="TEXT", help="The film's name; the folder's if not given.")
    ] = "",
    as_json: options.Json = False,
) -> None:
    """Write a commented storyboard that renders as it is.

    Its schema is beside it, for editors that complete YAML.
    """
    from stitcher.cli.output import show

    board, schema = api.new_project(folder, title=title)
    show(
        {"storyboard": board, "schema": schema},
        lambda: (str(board), f"  next: stitcher render {board.name}, in that folder"),
        as_json=as_json,
    )

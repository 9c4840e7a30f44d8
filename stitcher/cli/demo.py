"""`stitcher demo`: a film from the clips that come with stitcher, without a key and without an account."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stitcher.cli import options
from stitcher.cli.output import show
from stitcher.errors import InputError


def demo(
    folder: Annotated[
        Path, typer.Option("--folder", metavar="DIR", help="Where the film goes; made if it is not there.")
    ] = Path("demo"),
    preset: options.Preset = None,
    sheet: options.Sheet = None,
    as_json: options.Json = False,
) -> None:
    """Make a film from the clips that come with stitcher."""
    from stitcher import workflow
    from stitcher.cli.filming import film_document, film_lines, make_film, tell_notes
    from stitcher.media.files import disk_errors

    path = board_path()
    storyboard = workflow.load(path)
    planned = workflow.plan(storyboard, preset=preset or workflow.DEFAULT_PRESET)
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    if sheet is not None:
        workflow.contact_sheet(planned, sheet)
    names = [delivery.file.name for delivery in storyboard.deliver if delivery.file is not None]
    film = make_film(planned, folder / (names or ["film.mp4"])[0], project=path.parent)
    tell_notes(film.notes)
    show(
        {"storyboard": str(path), "films": [film_document(film)]},
        lambda: (*film_lines(film), f"  made from {path}"),
        as_json=as_json,
    )


def board_path() -> Path:
    """The demo's storyboard: inside the installed package, or in the checkout. Raises `InputError`."""
    package = Path(__file__).resolve().parent.parent
    for fixtures in (package / "_fixtures", package.parent / "fixtures"):
        path = fixtures / "harbour" / "storyboard.yaml"
        if path.is_file():
            return path
    raise InputError("The demo's clips are not in this installation; get them with the source of stitcher.")

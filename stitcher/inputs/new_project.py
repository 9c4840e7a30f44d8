"""Project folders made by stitcher: a new one with a commented storyboard, and the demo's."""

from __future__ import annotations

import json
from pathlib import Path

from stitcher.errors import InputError, OutputError
from stitcher.media.files import disk_errors, write_whole
from stitcher.storyboard.schema import json_schema
from stitcher.storyboard.template import SCHEMA_FILE, starter_storyboard

_DEMO_FILES = ("harbour.jpg", "score.opus", "sea.opus", "bell.flac")


def new_project(folder: Path, title: str = "") -> tuple[Path, Path]:
    """Write a storyboard that renders as it is, and its schema for editors; returns where both are.

    Raises `OutputError` where there is a storyboard already.
    """
    root = folder.absolute()
    board, schema = root / "storyboard.yaml", root / SCHEMA_FILE
    with disk_errors(root):
        taken = board.exists()
    if taken:
        raise OutputError(f"{str(board)!r} exists already; it is never overwritten. Name another folder.")
    if root.exists() and not root.is_dir():
        raise OutputError(f"{str(root)!r} is a file; name a folder.")
    _make(root)
    write_schema(schema)
    name = " ".join((title or root.name).split()) or "Film"
    write_whole(board, starter_storyboard(name).encode("utf-8", "replace"))
    return board, schema


def write_schema(path: Path) -> None:
    """Write the JSON Schema of storyboards."""
    write_whole(path, json.dumps(json_schema(), indent=2).encode() + b"\n")


def demo_projects(folder: Path) -> tuple[Path, Path]:
    """The demo's two storyboards: the shipped one, of clips, and one of prompts in a folder of the user's own.

    What is in `folder` already is kept. Raises `InputError` where the demo's clips are not installed.
    """
    package = Path(__file__).resolve().parent.parent
    shipped = [root / "harbour" for root in (package / "_fixtures", package.parent / "fixtures")]
    source = next((root for root in shipped if (root / "storyboard.yaml").is_file()), None)
    if source is None:
        raise InputError(
            "The demo's clips are not in this installation; get them with the source of stitcher."
        )
    own = folder / "animatic"
    _make(own)
    copies = {name: name for name in _DEMO_FILES} | {"animatic.yaml": "storyboard.yaml"}
    for name, target in copies.items():
        if not (own / target).exists():
            write_whole(own / target, (source / name).read_bytes())
    return source / "storyboard.yaml", own / "storyboard.yaml"


def _make(folder: Path) -> None:
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)

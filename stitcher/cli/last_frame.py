"""`stitcher last-frame`: the picture the next take starts from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stitcher import api
from stitcher.cli import options


def last_frame(
    clip: Annotated[Path, typer.Argument(metavar="CLIP", help="A video file.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="PNG", help="Where the picture goes.")],
    matrix: Annotated[
        str | None,
        typer.Option(
            "--matrix", metavar="NAME", help="Colour matrix to assume, such as bt709, whatever the file says."
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Write the last frame of a clip as a PNG.

    Without loss, as a player shows it; of HDR in SDR.
    """
    from stitcher.cli.output import show, tell_notes

    source = api.probe(clip)
    written = api.last_frame(source, output, matrix=matrix)
    number = source.video.frames - 1
    notes = api.picture_notes(source)
    tell_notes(notes)
    show(
        {"path": written, "clip": source.path, "frame": number, "notes": notes},
        lambda: (str(written), f"  frame {number} of {source.name}"),
        as_json=as_json,
    )

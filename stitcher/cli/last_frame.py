"""`stitcher last-frame`: the picture the next take starts from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from stitcher.cli import options
from stitcher.cli.output import show


def last_frame(
    clip: Annotated[Path, typer.Argument(metavar="CLIP", help="A video file.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="PNG", help="Where the picture goes.")],
    matrix: Annotated[
        Optional[str],  # noqa: UP045  # typer on Python 3.11
        typer.Option(
            "--matrix", metavar="NAME", help="Colour matrix to assume, such as bt709, whatever the file says."
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Write the last frame of a clip as a PNG, without loss, as a player shows it; of HDR in SDR."""
    from stitcher import looking
    from stitcher.cli.film_output import tell_notes

    source = looking.probe(clip)
    written = looking.last_frame(source, output, matrix=matrix)
    number = source.video.frames - 1
    notes = looking.picture_notes(source)
    tell_notes(notes)
    show(
        {"path": str(written), "clip": str(source.path), "frame": number, "notes": list(notes)},
        lambda: (f"{written}", f"  frame {number} of {source.name}"),
        as_json=as_json,
    )

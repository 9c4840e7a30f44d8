"""`stitcher schema`: the JSON Schema of storyboards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Optional

import typer

from stitcher.cli import options
from stitcher.cli.output import show


def schema(
    output: Annotated[
        Optional[Path],  # noqa: UP045  # typer on Python 3.11
        typer.Option("--output", "-o", metavar="FILE", help="Write it there instead of printing it."),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Print the JSON Schema of storyboards, for editors that complete and check YAML."""
    from stitcher import looking
    from stitcher.media.files import write_whole

    document = looking.schema()
    if output is None:
        show(document, tuple, as_json=True)
        return
    write_whole(output, json.dumps(document, indent=2).encode() + b"\n")
    show({"path": str(output)}, lambda: (str(output),), as_json=as_json)

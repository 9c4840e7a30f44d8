"""`stitcher schema`: the JSON Schema of storyboards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stitcher import api
from stitcher.cli import options


def schema(
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write it there instead of printing it."),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Print the JSON Schema of storyboards.

    For editors that complete and check YAML.
    """
    from stitcher.cli.output import show

    document = api.schema(output)
    if output is None:
        show(document, tuple, as_json=True)
    else:
        show({"path": output}, lambda: (str(output),), as_json=as_json)

"""`stitcher stand-in`: a local server that speaks Runway's API, for scripts, without a key and without credits."""

from __future__ import annotations

import threading
from typing import Annotated

import typer

from stitcher import api
from stitcher.cli import options


def stand_in(
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="On 127.0.0.1; 0 takes a free one.")
    ] = 0,
    speed: Annotated[
        float,
        typer.Option("--speed", metavar="X", min=0.01, help="How many times faster tasks go than real ones."),
    ] = 10.0,
    credits: Annotated[  # noqa: A002  # the option's own name
        int, typer.Option("--credits", metavar="N", min=0, help="Credits the account begins with.")
    ] = 10_000,
    shrink: Annotated[
        int, typer.Option("--shrink", metavar="N", min=1, help="Divide the sides of all media by this.")
    ] = 1,
    as_json: options.Json = False,
) -> None:
    """Run a local server that speaks Runway's API.

    It makes animatics and costs nothing, until Ctrl-C. Point RUNWAYML_BASE_URL at the address it prints; any
    RUNWAYML_API_SECRET is accepted.
    """
    from stitcher.cli.output import info, show

    with api.stand_in(port=port, speed=speed, credits=credits, shrink=shrink) as server:
        try:
            show({"url": server.url}, lambda: (server.url,), as_json=as_json)
            info(
                f"export RUNWAYML_BASE_URL={server.url} RUNWAYML_API_SECRET=key_anything STITCHER_POLL_SECONDS=1"
            )
            threading.Event().wait()
        except KeyboardInterrupt:
            info(f"Stopped. {server.books.charged} credits would have been charged.")

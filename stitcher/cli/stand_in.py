"""`stitcher stand-in`: a local server that speaks Runway's API, for scripts, without a key and without credits."""

from __future__ import annotations

import threading
from typing import Annotated

import typer

from stitcher.cli import options
from stitcher.cli.output import news, show
from stitcher.errors import ToolError


def stand_in(
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="On 127.0.0.1; 0 takes a free one.")
    ] = 0,
    speed: Annotated[
        float, typer.Option("--speed", min=0.01, help="How many times faster tasks go than real ones.")
    ] = 10.0,
    credits: Annotated[  # noqa: A002  # the option's own name
        int, typer.Option("--credits", min=0, help="Credits the account begins with.")
    ] = 10_000,
    shrink: Annotated[
        int, typer.Option("--shrink", min=1, help="Divide the sides of all media by this.")
    ] = 1,
    as_json: options.Json = False,
) -> None:
    """Run a local server that speaks Runway's API, makes animatics, and costs nothing, until Ctrl-C.

    Point RUNWAYML_BASE_URL at the address it prints; any RUNWAYML_API_SECRET is let in.
    """
    from stitcher.standin.animated_media import make_moving
    from stitcher.standin.server import StandIn

    server = StandIn(port=port, speed=speed, credits_bought=credits, shrink=shrink, make=make_moving)
    try:
        server.start()
    except OSError as exc:
        server.close()
        raise ToolError(f"Port {port} cannot be used: {exc.strerror or exc}. Name another.") from exc
    try:
        show({"url": server.url}, lambda: (server.url,), as_json=as_json)
        news(
            f"export RUNWAYML_BASE_URL={server.url} RUNWAYML_API_SECRET=key_anything STITCHER_POLL_SECONDS=1"
        )
        threading.Event().wait()
    except KeyboardInterrupt:
        news(f"Stopped. {server.books.charged} credits would have been charged.")
    finally:
        server.close()

"""`python -m stitcher.standin`: run the stand-in until it is stopped, and print where it listens."""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Sequence

from stitcher.standin.server import StandIn


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C; the base URL is the first line on standard output."""
    parser = argparse.ArgumentParser(
        prog="python -m stitcher.standin",
        description="A local server that speaks Runway's API and costs nothing. Point RUNWAYML_BASE_URL at it.",
    )
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument(
        "--speed", type=float, default=10.0, help="how many times faster tasks go than real ones"
    )
    parser.add_argument("--credits", type=int, default=10_000, help="credits the account begins with")
    parser.add_argument("--shrink", type=int, default=1, help="divide the sides of all media by this")
    asked = parser.parse_args(argv)
    if asked.speed <= 0 or asked.shrink < 1:
        parser.error("--speed must be above 0 and --shrink at least 1")
    server = StandIn(port=asked.port, speed=asked.speed, credits_bought=asked.credits, shrink=asked.shrink)
    try:
        server.start()
    except OSError as exc:
        server.close()
        parser.exit(69, f"port {asked.port} cannot be used: {exc.strerror or exc}\n")
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

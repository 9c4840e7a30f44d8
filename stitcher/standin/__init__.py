"""A local server that speaks Runway's wire format, makes real media, bills, throttles, fails and lies on request.

    with StandIn(speed=50) as server:
        client = RunwayML(api_key="key_anything", base_url=server.url)

The official SDK accepts it unchanged. Nothing leaves this machine and nothing costs anything; `server.books`
says what a real account would have been charged, and how often each request arrived.
"""

from stitcher.standin.account import Books, Create
from stitcher.standin.faults import Fault
from stitcher.standin.media import MediaRequest
from stitcher.standin.server import StandIn

__all__ = ["Books", "Create", "Fault", "MediaRequest", "StandIn"]

"""Requests and ledgers for tests, without files or networks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from stitcher.generation.prices import Price
from stitcher.generation.provider import Asset, Expected, Submission
from stitcher.generation.request import TakeRequest
from stitcher.generation.take import Purpose


class Clock:
    """Time that goes on one second a look, or jumps when told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 14, 2, 10, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def make_request(
    shot: str = "s07",
    take: int = 1,
    *,
    purpose: Purpose = "take",
    ceiling: int = 25,
    prompt: str = "a harbour",
    provider: str = "runway",
    piece: int = 0,
    variant: str = "",
) -> TakeRequest:
    """A request as `take_request` builds them, with one picture."""
    picture = Asset(Path("/project/start.png"), "ab" * 32, "image/png")
    body = {
        "model": "gen4_turbo",
        "promptImage": ({"uri": picture, "position": "first"},),
        "promptText": prompt,
    }
    return TakeRequest(
        provider=provider,
        shot=shot,
        take=take,
        purpose=purpose,
        submission=Submission("image_to_video", MappingProxyType(body), f"shot {shot} take {take}"),
        price=Price(ceiling, ceiling),
        expected=Expected("video", 121, (1280, 720)),
        wish_sha256="cd" * 32,
        piece=piece,
        variant=variant,
    )

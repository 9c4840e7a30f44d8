"""A stand-in that needs no time for its media: one small real clip, made once and copied for every task."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from stitcher.standin import MediaRequest, StandIn
from stitcher.standin.media import make_media

KEY = "key_canary0123456789abcdef"


class Clock:
    """Seconds that pass only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def small_clip(folder: Path, *, seconds: int = 5) -> Path:
    """What gen4_turbo gives for `seconds`, at 160x90."""
    target = folder / f"gen4-{seconds}s.mp4"
    if not target.exists():
        body: dict[str, object] = {"model": "gen4_turbo", "promptText": "waves"}
        frames = 24 * seconds + 1
        make_media(
            MediaRequest(
                "image_to_video", body, "video", {}, 160, 90, frames, Fraction(24), Fraction(seconds), target
            )
        )
    return target


def copied(clip: Path) -> Callable[[MediaRequest], Path]:
    """Hands out copies of `clip` for videos, and honest small media for the rest."""

    def make(request: MediaRequest) -> Path:
        if request.modality != "video":
            return make_media(request)
        shutil.copyfile(clip, request.target)
        return request.target

    return make


def stand_in(clip: Path, **settings: Any) -> StandIn:
    """A server whose tasks take 50 ms unless told otherwise."""
    given: dict[str, Any] = {"make": copied(clip), "shrink": 8, "pending_s": 0.01, "running_s": 0.04}
    return StandIn(**(given | settings))

"""The policy of one run: what it may send and spend, and by which clock it waits."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading

    from stitcher.errors import StitcherError
    from stitcher.generation.need import Need
    from stitcher.generation.provider import Account


_CONCURRENT = 20
"""Tasks under way at one time where the account names no limit of its own."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Time and chance, for tests to replace."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep
    jitter: Callable[[], float] = random.random

    def rest(self, seconds: float, cancel: threading.Event | None) -> None:
        """Sleep, in slices, so that a wish to stop is noticed soon."""
        until = self.clock() + seconds
        while (left := until - self.clock()) > 0:
            if cancel is not None and cancel.is_set():
                return
            self.sleep(min(left, 0.25))


REAL_TIME = Timing()


@dataclass(frozen=True, slots=True)
class RunPolicy:
    """What a run may do."""

    send: bool = True
    """Whether anything new may be asked for; otherwise only what is under way is brought home."""
    retake: frozenset[str] = frozenset()
    """Shots of which another take was asked for: what starts from one of them starts from the new one."""
    allowed_credits: int | None = None
    """The most that may be spent and reserved in all."""
    agreed_credits: int | None = None
    """The most that all takes may cost together, by what was spent before and the price that was agreed to."""
    second_charge: Mapping[str, int] = field(default_factory=dict)
    """By shot: credits a person accepted to pay though an earlier attempt was, or may have been, charged."""
    account: Account | None = None
    """As it was before the first request, for how many tasks may run at once."""
    refused: Mapping[Need, StitcherError] = field(default_factory=dict)
    """Needs that are not begun, each with why."""

    def concurrent(self, model: str) -> int:
        """How many tasks of a model may run at once."""
        limits = self.account.models.get(model) if self.account is not None else None
        return limits.concurrent if limits is not None and limits.concurrent else _CONCURRENT

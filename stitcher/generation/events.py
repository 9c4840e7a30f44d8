"""Progress events of a run: values handed to whoever wants to show them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from stitcher.generation.take import Purpose, Take
from stitcher.one_line import one_line

Stage = Literal[
    "sending",
    "unsent",
    "queued",
    "throttled",
    "running",
    "unheard",
    "fetching",
    "stored",
    "done",
    "failed",
    "held",
    "again",
    "unknown",
    "blocked",
]
"""`sending`: a request is about to leave. `unsent`: it did not, and is tried again. `queued`, `throttled`,
`running`: its task at the service. `unheard`: looks at it were not answered, and go on. `fetching`: on its way to the
disk. `stored`: whole and checked. `done`: its last frame is kept too. `failed`, `unknown`: it ended otherwise. `held`:
what arrived is not what was asked for, and waits for a person. `again`: it cost nothing and is asked for once more.
`blocked`: what it starts from is missing."""


@dataclass(frozen=True, slots=True)
class Event:
    """What has happened to one take."""

    shot: str
    number: int
    purpose: Purpose
    stage: Stage
    progress: Fraction | None = None
    """0 to 1, while running, when the service says."""
    note: str = ""
    variant: str = ""
    take: Take | None = None
    """As the ledger has it now, where it has it."""

    __repr__ = one_line

    @property
    def label(self) -> str:
        """`harbour take 1`."""
        what = {"start-image": "start image", "upscale": "upscale"}.get(self.purpose, self.variant or "take")
        return f"{self.shot} {what} {self.number}"


Listener = Callable[[Event], None]


def event_for(take: Take, stage: Stage, *, progress: Fraction | None = None, note: str = "") -> Event:
    """What has happened to a take of the ledger."""
    variant = take.variant if take.purpose == "sound" else ""
    return Event(take.shot, take.number, take.purpose, stage, progress, note, variant, take)


class Reporter:
    """Hands events on to a listener, except those that say nothing new of their take."""

    def __init__(self, listener: Listener | None) -> None:
        self._listener = listener
        self._last: dict[tuple[str, int, Purpose], tuple[Stage, Fraction | None, str]] = {}

    def __call__(self, event: Event) -> None:
        key = (event.shot, event.number, event.purpose)
        content = (event.stage, event.progress, event.note)
        if self._listener is not None and self._last.get(key) != content:
            self._last[key] = content
            self._listener(event)

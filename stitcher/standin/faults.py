"""Faults that the stand-in injects on request: one value per misdeed, and the script it takes them from. No I/O."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["create", "task", "look", "download", "upload", "storage", "account", "delete"]
"""Which requests a fault is for. `task` is the fate of a task once it is made, the others are one answer each."""

Chooser: TypeAlias = Callable[[Kind, int], "Fault | None"]
"""Called with the kind and how many of that kind came before; `None` leaves that one in peace."""


def _plain(misdeed: str) -> staticmethod[[], Fault]:
    """A constructor without arguments."""
    return staticmethod(lambda: Fault(misdeed))


@dataclass(frozen=True, slots=True)
class Fault:
    """One misdeed. Make it with the named constructors."""

    what: str
    status: int = 0
    seconds: float = 0.0
    """On the wall, not scaled by the server's speed."""
    text: str = ""
    booked: bool = True
    """For a create: whether the task is made and charged all the same."""
    cost: int | None = None
    code: str | None = None
    content: bytes = field(default=b"", repr=False)

    @classmethod
    def drop(cls, *, booked: bool = True) -> Fault:
        """Break the connection instead of answering."""
        return cls("drop", booked=booked)

    @classmethod
    def delay(cls, seconds: float) -> Fault:
        """Answer properly, this much later."""
        return cls("delay", seconds=seconds)

    @classmethod
    def http(cls, status: int, text: str = "", *, booked: bool = False) -> Fault:
        """Answer with this status and a JSON error."""
        return cls("http", status=status, text=text, booked=booked)

    @classmethod
    def html(cls, status: int = 200) -> Fault:
        """Answer with a web page, as a proxy or a captive portal does."""
        return cls("html", status=status)

    empty_object = _plain("empty_object")
    """Answer 200 with `{}`."""
    truncated_json = _plain("truncated_json")
    """Answer 200 with the first half of the right JSON and a Content-Length that fits the half."""

    @classmethod
    def redirect(cls, location: str = "") -> Fault:
        """Answer 307 to `location`, by default to the same address: a loop."""
        return cls("redirect", text=location)

    without_cost = _plain("without_cost")
    """For a look: leave `cost` and `estimatedCost` out."""

    @classmethod
    def says(cls, status: str) -> Fault:
        """For a look: another word for the status."""
        return cls("says", text=status)

    @classmethod
    def fails(cls, code: str | None, text: str = "", *, cost: int | None = None) -> Fault:
        """For a task: end as FAILED with this code; `cost` overrides what such a code usually costs."""
        return cls("fails", text=text, code=code, cost=cost)

    @classmethod
    def costs(cls, amount: int) -> Fault:
        """For a task: be made, and charged this many credits in the end whatever was said at creation."""
        return cls("costs", cost=amount)

    cancelled = _plain("cancelled")
    """For a task: be cancelled by somebody else while running."""

    @classmethod
    def throttled(cls, seconds: float) -> Fault:
        """For a task: stay THROTTLED for this long (scaled by speed) though slots are free."""
        return cls("throttled", seconds=seconds)

    vanishes = _plain("vanishes")
    """For a task: be unknown (404) from the moment it would have ended."""
    expired = _plain("expired")
    """For a download: 403, as a signed address answers after its day."""
    cut_off = _plain("cut_off")
    """For a download: promise the whole length, send half, break the connection."""
    short = _plain("short")
    """For a download: the first half as if it were all."""
    long = _plain("long")
    """For a download: rubbish after the end, counted in the length."""

    @classmethod
    def gzipped(cls, *, said: bool = True) -> Fault:
        """For a download: compressed though `identity` was asked for; `said` puts Content-Encoding on it."""
        return cls("gzipped", booked=said)

    @classmethod
    def serves(cls, content: bytes) -> Fault:
        """For a download: these bytes, whole, as if they were the output."""
        return cls("serves", content=content)

    flipped = _plain("flipped")
    """For a download: the right length with a stretch of the middle overwritten."""
    without_length = _plain("without_length")
    """For a download: no Content-Length; the end is where the connection closes."""
    without_length_cut = _plain("without_length_cut")
    """For a download: no Content-Length, and only half before the connection closes."""

    @classmethod
    def stalls(cls, seconds: float) -> Fault:
        """For a download: half, then silence for this long, then the connection breaks."""
        return cls("stalls", seconds=seconds)

    @classmethod
    def drips(cls, seconds: float) -> Fault:
        """For a download: one byte at a time with a pause of this length between them."""
        return cls("drips", seconds=seconds)

    wrong_range = _plain("wrong_range")
    """For a download: 206 with bytes from another place than was asked for."""


class Script:
    """Faults waiting for their requests: queues in order, and a chooser for the rest. Safe for threads."""

    def __init__(self, choose: Chooser | None = None) -> None:
        self._lock = threading.Lock()
        self._queues: dict[Kind, deque[Fault | None]] = {}
        self._seen: dict[Kind, int] = {}
        self._choose = choose

    def add(self, kind: Kind, *faults: Fault | None) -> None:
        """The next requests of this kind meet these, one each; `None` leaves one in peace."""
        with self._lock:
            self._queues.setdefault(kind, deque()).extend(faults)

    def clear(self) -> None:
        """Behave from now on."""
        with self._lock:
            self._queues.clear()
            self._choose = None

    def take(self, kind: Kind) -> Fault | None:
        """The fault for the request of this kind that is being answered now."""
        with self._lock:
            nth = self._seen.get(kind, 0)
            self._seen[kind] = nth + 1
            waiting = self._queues.get(kind)
            if waiting:
                return waiting.popleft()
            choose = self._choose
        return choose(kind, nth) if choose is not None else None

"""Signals (Ctrl-C) deferred for the moment in which money changes hands."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType


@contextlib.contextmanager
def signals_deferred() -> Iterator[None]:
    """While this holds, SIGINT, SIGTERM and SIGHUP wait; whoever handles them hears of it afterwards.

    Between a paid request and the record of its answer nothing may come: not even the second Ctrl-C.
    """
    if threading.current_thread() is not threading.main_thread():
        # Python delivers signals to the main thread only.
        yield
        return
    held: list[tuple[int, FrameType | None]] = []
    before = {}
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) not in (signal.SIG_IGN, None):
            before[number] = signal.signal(number, lambda number, frame: held.append((number, frame)))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number, frame in held:
            handler = before[number]
            if callable(handler):
                handler(number, frame)
            else:
                signal.raise_signal(number)

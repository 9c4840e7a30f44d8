"""Ctrl-C, SIGTERM and a closed terminal: all mean "stop, and leave nothing behind but the cache"."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

_Handler = Callable[[int, FrameType | None], None]


@contextlib.contextmanager
def ended_by_signal() -> Iterator[None]:
    """While this holds, SIGTERM and SIGHUP raise `KeyboardInterrupt` as Ctrl-C does."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with _handled(stop):
        yield


@contextlib.contextmanager
def cancel_on_signal(info: Callable[[str], None]) -> Iterator[threading.Event]:
    """An event that the first of these signals sets, for work that stops by itself; a second one ends it at once."""
    cancel = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        if cancel.is_set():
            raise KeyboardInterrupt
        cancel.set()
        info("Stopping; what is finished is kept.")

    with _handled(stop):
        yield cancel


@contextlib.contextmanager
def _handled(handler: _Handler) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        # Only the main thread may set handlers; whoever calls from another keeps its own.
        yield
        return
    before = {}
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # A signal that is ignored (nohup) stays ignored.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, handler)
    try:
        yield
    finally:
        for number, was in before.items():
            signal.signal(number, was)

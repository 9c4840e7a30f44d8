"""Stopping one render, by whoever started it or by what failed in it."""

from __future__ import annotations

import threading


class Stop(threading.Event):
    """Set when the caller's event is; setting it, because one part of a render failed, leaves the caller's alone."""

    def __init__(self, outer: threading.Event | None = None) -> None:
        super().__init__()
        self._outer = outer

    def is_set(self) -> bool:
        """Whether the render is to stop."""
        return super().is_set() or (self._outer is not None and self._outer.is_set())

"""How long the command under way has been running, as a person with a watch would say."""

from __future__ import annotations

import time

_began = time.monotonic()


def begin() -> None:
    """Count from now on."""
    global _began
    _began = time.monotonic()


def seconds() -> float:
    """Since the command began."""
    return time.monotonic() - _began

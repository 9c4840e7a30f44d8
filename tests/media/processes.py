"""Processes as tests watch them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

SOURCE = ("-f", "lavfi", "-i", "color=s=64x36:r=24:d=1")
ENDLESS = ("-re", "-f", "lavfi", "-i", "color=s=64x36:r=24", "-f", "null", "-")
needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def becomes(condition: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True

"""Progress of a render: values handed to whoever wants to show it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from stitcher.one_line import one_line

Stage = Literal["titles", "encode", "sound", "mux", "check", "finish"]


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of news."""

    stage: Stage
    done: int
    """Frames, or pieces for `sound`: the mix, or each of its stems."""
    total: int
    note: str = ""
    film: int = 1
    """Which of several films that are made one after another, counted from 1."""
    films: int = 1
    """How many those are."""

    __repr__ = one_line


Progress = Callable[[Step], None]


class FrameCount:
    """Adds up the frames of jobs that run side by side, and passes the sum on."""

    def __init__(self, stage: Stage, total: int, progress: Progress | None) -> None:
        self._stage: Stage = stage
        self._total = total
        self._progress = progress
        self._done: dict[int, int] = {}
        self._lock = threading.Lock()

    def of(self, job: int) -> Callable[[int], None]:
        """Where job number `job` reports its own frames so far."""

        def report(frames: int) -> None:
            if self._progress is None:
                return
            # Held while reporting, so that the numbers a person sees only rise.
            with self._lock:
                self._done[job] = max(frames, self._done.get(job, 0))
                self._progress(Step(self._stage, min(self._total, sum(self._done.values())), self._total))

        return report

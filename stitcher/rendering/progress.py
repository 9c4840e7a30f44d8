"""Progress of a call: values handed to whoever wants to show it, from one thread, with how much of all is done.

workers ─► FrameCount ─► FilmShare (a film's stages, weighed) ─► Told (its share of the call) ─► one thread ─► caller
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal

from stitcher.one_line import one_line

Stage = Literal["look", "titles", "encode", "sound", "mux", "check", "finish", "films"]

LOOK = 0.1
"""How much of a call is said to be done once its files are looked into."""
_FINEST = 0.001
"""Steps by less of the whole than this are not told."""


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of news."""

    stage: Stage
    done: int
    """Frames, or pieces for `sound`: the mix, or each of its stems; or files for `look`; or films of a table."""
    total: int
    note: str = ""
    film: int = 1
    """Which of several films that are made one after another, counted from 1."""
    films: int = 1
    """How many those are."""
    share: float = 0.0
    """How much of everything the call does is done: from 0 to 1, and never less than in the step before."""

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


class FilmShare:
    """Adds to each step how much of a film is done: its stages, some side by side, each by its weight."""

    def __init__(self, weights: Mapping[Stage, float], progress: Progress) -> None:
        self._weights = {stage: weight for stage, weight in weights.items() if weight > 0}
        self._progress = progress
        self._done: dict[Stage, float] = {}
        self._lock = threading.Lock()

    def __call__(self, step: Step) -> None:
        """Pass a step on."""
        with self._lock:
            share = step.done / step.total if step.total else 1.0
            self._done[step.stage] = max(share, self._done.get(step.stage, 0.0))
            done = sum(weight * self._done.get(stage, 0.0) for stage, weight in self._weights.items())
            # Stages that had nothing to do told nothing, and finishing is the last of all.
            over = step.stage == "finish" and share >= 1
            whole = 1.0 if over or not self._weights else done / sum(self._weights.values())
        self._progress(replace(step, share=whole))


class _Caller:
    """Calls back from one thread, whoever tells; who tells waits, and is raised what the callback raises."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="progress")
        self._lock = threading.Lock()
        self._last: Step | None = None

    def tell(self, step: Step) -> None:
        with self._lock:
            last = self._last
            step = replace(step, share=max(0.0 if last is None else last.share, min(1.0, step.share)))
            if last is not None and _is_the_same(last, step) and step.done < step.total:
                return
            self._last = step
            self._thread.submit(self._progress, step).result()

    def close(self) -> None:
        self._thread.shutdown()


def _is_the_same(last: Step, step: Step) -> bool:
    """Whether a step says little more than the last one told."""
    alike = (last.stage, last.note, last.film) == (step.stage, step.note, step.film)
    return alike and step.share - last.share < _FINEST and step.done - last.done < _FINEST * step.total


@dataclass(frozen=True, slots=True)
class Told:
    """Where a part of a call tells its steps; their shares are of that part."""

    caller: _Caller
    start: float = 0.0
    stop: float = 1.0
    film: int = 1
    films: int = 1

    def __call__(self, step: Step) -> None:
        """Tell a step."""
        share = self.start + (self.stop - self.start) * min(1.0, step.share)
        self.caller.tell(replace(step, share=share, film=self.film, films=self.films))

    def part(self, start: float, stop: float) -> Told:
        """What tells of a part of this part."""
        width = self.stop - self.start
        return replace(self, start=self.start + width * start, stop=self.start + width * stop)

    def looked(self, done: int, total: int, what: str) -> None:
        """Tell how many of the files, sounds or seams that are looked into beforehand are done."""
        self.part(0, LOOK)(Step("look", done, total, what, share=done / max(1, total)))

    def of_film(self, film: int, films: int) -> Told:
        """What tells of one of several films, each as much work as the others."""
        return replace(self.part((film - 1) / films, film / films), film=film, films=films)


@contextmanager
def telling(progress: Progress | None) -> Iterator[Told | None]:
    """What a call tells its steps to, from one thread until the call is over; a part of one tells what it was given."""
    if progress is None or isinstance(progress, Told):
        yield progress
        return
    caller = _Caller(progress)
    try:
        yield Told(caller)
    finally:
        caller.close()

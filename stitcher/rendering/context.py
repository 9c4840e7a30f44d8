"""What all steps of one render share: its cache, its progress callback, and cancellation."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path

from stitcher.errors import Interrupted
from stitcher.rendering.cache import Cache
from stitcher.rendering.options import RenderOptions, Verify
from stitcher.rendering.progress import Progress, Stage, Step


class Stop(threading.Event):
    """Set when the caller's event is; setting it, because one part of a render failed, leaves the caller's alone."""

    def __init__(self, outer: threading.Event | None = None) -> None:
        super().__init__()
        self._outer = outer

    def is_set(self) -> bool:
        """Whether the render is to stop."""
        return super().is_set() or (self._outer is not None and self._outer.is_set())


@dataclass(frozen=True, slots=True)
class RenderContext:
    """The surroundings of one render."""

    cache: Cache
    stop: threading.Event = field(default_factory=threading.Event)
    progress: Progress | None = None
    executor: Executor | None = None
    verify: Verify = "joins"
    project: Path | None = None
    workers: int | None = None

    @classmethod
    def of(cls, options: RenderOptions) -> RenderContext:
        """The surroundings that these options ask for."""
        return cls(
            cache=Cache.at(options.cache),
            stop=Stop(options.cancel),
            progress=options.progress,
            executor=options.executor,
            verify=options.verify,
            project=options.project,
            workers=options.workers,
        )

    def quietly(self) -> RenderContext:
        """The same for work that is none of the film's own: reports nothing, and goes to no executor."""
        return replace(self, progress=None, executor=None)

    def report(self, stage: Stage, done: int, total: int, note: str = "") -> None:
        """Tell the caller how far a stage is."""
        if self.progress is not None:
            self.progress(Step(stage, done, total, note))

    def reporter(self, stage: Stage, total: int) -> Callable[[int], None]:
        """What a stage calls with how much of it is done."""
        return lambda done: self.report(stage, done, total)

    def prune_cache(self) -> None:
        """Keep the cache within its limit."""
        if self.executor is None:
            self.cache.prune_if_grown()
        else:
            # What its workers put into the cache is not known here.
            self.cache.prune()

    def check_cancelled(self) -> None:
        """Raise `Interrupted` once the render is to stop."""
        if self.stop.is_set():
            raise Interrupted()

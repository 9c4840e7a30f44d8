"""How far a render is, on stderr: a moving display on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from stitcher.cli.output import news

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import Task, TaskID

    from stitcher.rendering.progress import Progress, Step

_WORDS = {
    "titles": "drawing titles",
    "encode": "encoding",
    "sound": "mixing sound",
    "mux": "putting together",
    "check": "checking",
    "finish": "finishing",
}
_EVERY_S = 5.0


@contextlib.contextmanager
def shown(clock: Callable[[], float] = time.monotonic) -> Iterator[Progress]:
    """Where a render reports its steps while this holds."""
    if sys.stderr.isatty():
        with _Terminal() as terminal:
            yield terminal.report
    else:
        yield Lines(news, clock).report


class Lines:
    """A line for each stage that takes a while, at most one every few seconds."""

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float]) -> None:
        self._say = say
        self._clock = clock
        self._lock = threading.Lock()
        self._last = clock()
        self._begun: dict[str, float] = {}

    def report(self, step: Step) -> None:
        """Take one step's news; safe from any thread."""
        with self._lock:
            now = self._clock()
            begun = self._begun.setdefault(step.stage, now)
            if now - self._last < _EVERY_S or step.done >= step.total:
                return
            self._last = now
            self._say(_line(step, now - begun))


def _line(step: Step, seconds: float) -> str:
    text = _WORDS.get(step.stage, step.stage)
    if step.note:
        text += f" {step.note}"
    if step.total <= 1:
        return f"{text} …"
    text += f": {step.done} of {step.total} frames"
    if seconds > 0 and step.done:
        speed = step.done / seconds
        text += f", {speed:.0f} a second, {(step.total - step.done) / speed:.0f} s left"
    return text


class _Terminal:
    """rich's display; imported only here, because it takes a while and few runs have a terminal."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
        from rich.text import Text

        class Speed(ProgressColumn):
            def render(self, task: Task) -> Text:
                if (task.total or 0) <= 1:
                    return Text("")
                speed = task.finished_speed or task.speed
                shown = f"{task.completed:.0f}/{task.total:.0f} frames"
                return Text(shown if speed is None else f"{shown}  {speed:.0f}/s")

        self._progress: RichProgress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            Speed(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> _Terminal:
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    def report(self, step: Step) -> None:
        """Take one step's news; safe from any thread."""
        with self._lock:
            task = self._tasks.get(step.stage)
            if task is None:
                task = self._progress.add_task(_WORDS.get(step.stage, step.stage), total=max(1, step.total))
                self._tasks[step.stage] = task
            self._progress.update(task, completed=step.done, total=max(1, step.total))

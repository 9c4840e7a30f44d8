"""Progress on stderr, with Ctrl-C as cancellation: moving rows on a terminal, plain lines elsewhere."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

from stitcher.cli import signals
from stitcher.cli.output import info, printable

if TYPE_CHECKING:
    from rich.progress import TaskID

    from stitcher.generation.events import Event
    from stitcher.rendering.progress import Step

_STAGES = {
    "titles": "drawing titles",
    "encode": "encoding",
    "sound": "mixing sound",
    "mux": "putting together",
    "check": "checking",
    "finish": "finishing",
    "sending": "asking",
    "unsent": "not sent, trying again",
    "queued": "queued",
    "throttled": "waiting for a slot",
    "running": "being made",
    "unheard": "no answer, looking again",
    "fetching": "fetching",
    "again": "failed, asking again",
    "held": "waits for you",
    "unknown": "outcome unknown",
    "blocked": "not begun",
}
"""How stages are called where their own names do not do."""
_ENDED = ("done", "failed", "held", "unknown", "blocked")
_EVERY_S = 5.0


class _Rows:
    """Rows of a terminal; rich is imported only here, because it takes a while and few runs have a terminal."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._console = Console(stderr=True)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
        )
        self._rows: dict[str, TaskID] = {}

    def show(self, name: str, text: str, share: float | None) -> None:
        """Draw a row, with `share` of it done."""
        self._progress.start()
        if name not in self._rows:
            self._rows[name] = self._progress.add_task(text, total=1.0)
        self._progress.update(self._rows[name], description=printable(text), completed=share)

    def end(self, name: str, text: str) -> None:
        """Take a row away and leave a line."""
        if name in self._rows:
            self._progress.remove_task(self._rows.pop(name))
        self._console.print(printable(text), markup=False, highlight=False)

    def pause(self) -> None:
        """Take the rows off the terminal; the next report brings them back."""
        self._progress.stop()

    def clear(self) -> None:
        """Take the rows off the terminal for good."""
        self._progress.stop()
        while self._rows:
            self._progress.remove_task(self._rows.popitem()[1])


class TakeProgress:
    """A row for every take under way, or a line whenever one gets on, without its percentages."""

    def __init__(self, rows: _Rows | None, log: Callable[[str], None] = info) -> None:
        self._rows, self._log = rows, log
        self._lock = threading.Lock()
        self._last: dict[str, str] = {}

    def report(self, event: Event) -> None:
        """Show one event."""
        text = f"{event.label}: {_STAGES.get(event.stage, event.stage)}" + (
            f" ({event.note})" if event.note else ""
        )
        with self._lock:
            before, self._last[event.label] = self._last.get(event.label), event.stage
            if self._rows is None:
                if (before != event.stage or event.note) and event.stage not in ("stored", "fetching"):
                    self._log(text)
            elif event.stage in _ENDED:
                self._rows.end(event.label, text)
            else:
                share = None if event.progress is None else float(event.progress)
                self._rows.show(event.label, text, 0.99 if event.stage == "fetching" else share)

    def pause(self) -> None:
        """Leave the terminal alone until there is something to report again."""
        with self._lock:
            if self._rows is not None:
                self._rows.pause()


class FilmProgress:
    """A row for each stage of a render, or a line every few seconds of one that takes a while."""

    def __init__(
        self,
        rows: _Rows | None,
        log: Callable[[str], None] = info,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rows, self._log, self._clock = rows, log, clock
        self._lock = threading.Lock()
        self._last = clock()
        self._begun: dict[str, float] = {}

    def report(self, step: Step) -> None:
        """Show one step; safe from any thread."""
        with self._lock:
            now = self._clock()
            text = _line(step, now - self._begun.setdefault(step.stage, now))
            if self._rows is not None:
                self._rows.show(step.stage, text, step.done / max(1, step.total))
            elif now - self._last >= _EVERY_S and step.done < step.total:
                self._last = now
                self._log(text)

    def pause(self) -> None:
        """Leave the terminal alone, and begin anew with the next film."""
        with self._lock:
            self._begun.clear()
            if self._rows is not None:
                self._rows.clear()


_Display = TypeVar("_Display", FilmProgress, TakeProgress)


@contextlib.contextmanager
def progress_and_cancel(kind: type[_Display]) -> Iterator[tuple[_Display, threading.Event]]:
    """Where work reports how far it is, and the event that Ctrl-C sets."""
    display = kind(_Rows() if sys.stderr.isatty() else None)
    try:
        with signals.cancel_on_signal(info) as cancel:
            yield display, cancel
    finally:
        display.pause()


def _line(step: Step, seconds: float) -> str:
    which = f"delivery {step.film} of {step.films}: " if step.films > 1 else ""
    return which + _work(step, seconds)


def _work(step: Step, seconds: float) -> str:
    text = _STAGES.get(step.stage, step.stage)
    if step.note:
        text += f" {step.note}"
    if step.total <= 1:
        return f"{text} …"
    if step.stage == "sound":
        # Stems and what is made of them are too few and too unlike for a speed.
        return f"{text}: {step.done} of {step.total}"
    text += f": {step.done} of {step.total} frames"
    if seconds > 0 and 0 < step.done < step.total:
        speed = step.done / seconds
        text += f", {speed:.0f} a second, {(step.total - step.done) / speed:.0f} s left"
    return text

"""Progress on stderr, with Ctrl-C as cancellation: moving rows on a terminal, plain lines elsewhere."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol, TypeVar

from stitcher.cli import signals
from stitcher.cli.output import info, is_quiet, printable
from stitcher.cli.styles import STYLES

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
_LOOKS = {"sounds": "listening to", "seams": "comparing the pictures of"}
"""What is done to what is looked into beforehand, where it is more than looking."""
_ENDED = ("done", "failed", "held", "unknown", "blocked")
_EVERY_S = 5.0
_ROOM_FOR_TIME = 72
"""Columns of a terminal below which the time that went by gives way to words."""


class Rows:
    """Rows of a terminal; rich is imported only here, because it takes a while and few runs have a terminal."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.table import Column

        self._console = Console(stderr=True)
        # Words are cut off before a row becomes two, which terminals would not take away again.
        words = Column(no_wrap=True, overflow="ellipsis")
        self._progress = Progress(
            SpinnerColumn(style=STYLES["moving"]),
            TextColumn("{task.description}", markup=False, table_column=words),
            BarColumn(
                bar_width=min(24, max(6, self._console.width // 5)),
                style=STYLES["to come"],
                complete_style=STYLES["moving"],
                finished_style=STYLES["done"],
                pulse_style=STYLES["moving"],
            ),
            *([TimeElapsedColumn()] if self._console.width >= _ROOM_FOR_TIME else []),
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
        self.take_away(name)
        self._console.print(printable(text), markup=False, highlight=False)

    def take_away(self, name: str) -> None:
        """Take a row away and say nothing."""
        if name in self._rows:
            self._progress.remove_task(self._rows.pop(name))

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

    def __init__(self, rows: Rows | None, log: Callable[[str], None] = info) -> None:
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
        rows: Rows | None,
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
            row = f"{step.stage} {step.note}" if step.stage == "look" else step.stage
            text = _work(step, now - self._begun.setdefault(row, now))
            if self._rows is not None:
                self._rows.show("all", _whole(step), step.share)
                self._rows.show(row, f"  {text}", step.done / max(1, step.total))
                if step.stage == "look" and step.done == step.total:
                    self._rows.take_away(row)
            elif now - self._last >= _EVERY_S and step.done < step.total:
                self._last = now
                self._log(_line(step, text))

    def pause(self) -> None:
        """Leave the terminal alone, and begin anew with the next film."""
        with self._lock:
            self._begun.clear()
            if self._rows is not None:
                self._rows.clear()


class Display(Protocol):
    """What shows how far work is."""

    def pause(self) -> None:
        """Leave the terminal alone until there is something to show again."""


_Display = TypeVar("_Display", bound=Display)


@contextlib.contextmanager
def progress_and_cancel(
    kind: Callable[[Rows | None, Callable[[str], None]], _Display],
) -> Iterator[tuple[_Display, threading.Event]]:
    """Where work reports how far it is, and the event that Ctrl-C sets."""
    rows = Rows() if _can_move() and not is_quiet() else None
    display = kind(rows, _nothing if is_quiet() else info)
    try:
        with signals.cancel_on_signal(info) as cancel:
            yield display, cancel
    finally:
        display.pause()


def _nothing(text: str) -> None:
    """What is said of progress where nothing is wanted."""


def _can_move() -> bool:
    """Whether what the person sees can be drawn over."""
    return sys.stderr.isatty() and os.environ.get("TERM", "") not in ("dumb", "unknown")


def _whole(step: Step) -> str:
    """How far the whole call is."""
    which = f", delivery {step.film} of {step.films}" if step.films > 1 else ""
    return f"{100 * step.share:.0f} % done{which}"


def _line(step: Step, text: str) -> str:
    which = f"delivery {step.film} of {step.films}: " if step.films > 1 else ""
    done = f"{100 * step.share:.0f} %, " if step.share else ""
    return done + which + text


def _work(step: Step, seconds: float) -> str:
    if step.stage == "look":
        return f"{_LOOKS.get(step.note, 'looking at')} {step.done} of {step.total} {step.note}"
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
        pace = f"{speed:.0f}" if speed >= 10 else f"{speed:.2g}"
        text += f", {pace} a second, {_length((step.total - step.done) / speed)} left"
    return text


def _length(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 2 * 60 else f"{seconds / 60:.0f} min"

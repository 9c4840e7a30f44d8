"""What commands that make takes have while they work: Ctrl-C, live progress, and a question that can be seen."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from stitcher.cli import signals
from stitcher.cli.output import news
from stitcher.cli.take_output import estimate_lines
from stitcher.errors import InputError, Interrupted

if TYPE_CHECKING:
    from rich.progress import TaskID

    from stitcher.generation.estimate import Estimate
    from stitcher.generation.events import Event, Listener

_WORDS = {
    "sending": "asking",
    "queued": "queued",
    "throttled": "waiting for a slot",
    "running": "being made",
    "unheard": "no answer, looking again",
    "fetching": "fetching",
    "stored": "stored",
    "done": "done",
    "failed": "failed",
    "held": "waits for you",
    "again": "failed, asking again",
    "unknown": "outcome unknown",
    "blocked": "not begun",
}
_ENDED = ("done", "failed", "held", "unknown", "blocked")


class _Display(Protocol):
    """Where a run shows how far it is."""

    def report(self, event: Event) -> None:
        """Take one piece of news."""

    def pause(self) -> None:
        """Leave the terminal alone until there is news again."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a command that makes takes hands to the run, and how it asks a question meanwhile."""

    cancel: threading.Event
    """Set by Ctrl-C."""
    display: _Display

    @property
    def listener(self) -> Listener:
        """Where the run reports what it does."""
        return self.display.report

    def asked_once(self, *, yes: bool) -> Callable[[Estimate], bool]:
        """Shows the estimate and asks once, on a terminal; elsewhere only `--yes` agrees."""

        def agree(found: Estimate) -> bool:
            self.display.pause()
            for line in estimate_lines(found):
                news(line)
            price = f"{found.credits} credits ({found.dollars})"
            return yes or self.ask(
                f"Spend {price}?",
                f"This would spend {price}, and there is no terminal to ask on. Nothing was sent",
            )

        return agree

    def ask(self, question: str, otherwise: str) -> bool:
        """A person's yes or no. Where nobody can be asked, `otherwise` is what the `InputError` says."""
        self.display.pause()
        return ask(question, otherwise)


def ask(question: str, otherwise: str) -> bool:
    """A person's yes or no. Where nobody can be asked, `otherwise` is what the `InputError` says.

    Raises `Interrupted` for Ctrl-C.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise InputError(f"{otherwise}; add --yes to agree beforehand.")
    import typer

    try:
        # A run's own answer to Ctrl-C is to stop after the step under way; a question is none.
        with signals.ended_by_signal():
            return typer.confirm(question, err=True)
    except (KeyboardInterrupt, typer.Abort):
        news("")
        raise Interrupted("Stopped at the question; nothing was sent, and nothing changed.") from None


@contextlib.contextmanager
def working() -> Iterator[Work]:
    """What a run needs of the command line while it works."""
    try:
        with signals.gently(news) as cancel, _shown() as display:
            yield Work(cancel, display)
    except KeyboardInterrupt:
        # A second Ctrl-C, which waits for nothing, so nobody could say what is under way.
        raise Interrupted(
            "Stopped at once. What was asked for before may still be made and is paid for: `stitcher takes list BOARD` "
            "says what. Run the same again, or `stitcher rescue BOARD`, to fetch it; nothing is bought twice."
        ) from None


@contextlib.contextmanager
def _shown() -> Iterator[_Display]:
    if sys.stderr.isatty():
        terminal = _Terminal()
        try:
            yield terminal
        finally:
            terminal.pause()
    else:
        yield _Lines()


class _Lines:
    """A line whenever a take gets on, without its percentages."""

    def __init__(self) -> None:
        self._last: dict[str, str] = {}

    def report(self, event: Event) -> None:
        """Take one piece of news."""
        if self._last.get(event.label) == event.stage and not event.note:
            return
        self._last[event.label] = event.stage
        if event.stage in ("stored", "fetching"):
            return
        news(
            f"{event.label}: {_WORDS.get(event.stage, event.stage)}"
            + (f" ({event.note})" if event.note else "")
        )

    def pause(self) -> None:
        """Nothing is drawn that could be in the way."""


class _Terminal:
    """A row for every take under way."""

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
        self._lock = threading.Lock()

    def pause(self) -> None:
        """Take the rows off the terminal; the next news brings them back."""
        with self._lock:
            self._progress.stop()

    def report(self, event: Event) -> None:
        """Take one piece of news."""
        from stitcher.cli.output import printable

        with self._lock:
            self._progress.start()
            words = _WORDS.get(event.stage, event.stage)
            row = self._rows.get(event.label)
            if row is None:
                row = self._progress.add_task(event.label, total=100)
                self._rows[event.label] = row
            if event.stage in _ENDED:
                self._progress.remove_task(row)
                del self._rows[event.label]
                note = f" ({event.note})" if event.note else ""
                self._console.print(printable(f"{event.label}: {words}{note}"), markup=False, highlight=False)
                return
            done = float(event.progress) * 100 if event.progress is not None else None
            if event.stage == "fetching":
                done = 99.0
            note = f" ({event.note})" if event.note else ""
            self._progress.update(row, description=printable(f"{event.label}: {words}{note}"), completed=done)

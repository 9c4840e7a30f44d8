"""What the commands about takes share: the estimate as a table, live progress, one question, takes as rows."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from stitcher.cli import stop
from stitcher.cli.output import news, table
from stitcher.errors import InputError, Interrupted

if TYPE_CHECKING:
    from rich.progress import TaskID

    from stitcher.generate.chain import Generated
    from stitcher.generate.estimate import Estimate
    from stitcher.generate.news import Event, Listener
    from stitcher.generate.take import Take

_WORDS = {
    "sending": "asking",
    "queued": "queued",
    "throttled": "waiting for a slot",
    "running": "being made",
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


def estimate_lines(found: Estimate) -> Iterator[str]:
    """What is missing and what it costs, for people."""
    if found.lines:
        rows = [
            (
                line.shot,
                line.purpose,
                line.model,
                str(line.count),
                line.amount,
                str(line.price.credits),
                _dollars(line.price.credits),
            )
            for line in found.lines
        ]
        yield from table(
            ("shot", "what", "model", "count", "each", "credits", "dollars"), rows, right=(3, 5, 6)
        )
        yield ""
    most = f", at most {found.ceiling_credits}" if found.ceiling_credits != found.credits else ""
    yield f"{found.credits} credits ({found.dollars}{most}) for what is missing."
    for text in found.unpriced:
        yield f"Not priced: {text}."
    if found.spent.committed:
        unknown = f", {found.spent.unknown} of them not known for sure" if found.spent.unknown else ""
        yield f"Spent so far: {found.spent.total} credits{unknown}."
    if found.credits and found.tier is not None:
        yield (
            f"All of it within a day needs tier {found.tier.name} "
            f"(${found.tier.bought_dollars} of credits bought so far)."
        )
    elif found.credits:
        yield "No tier makes all of it within a day."


def _dollars(amount: int) -> str:
    from stitcher.generate.prices import dollars

    return dollars(amount)


def asked_once(*, yes: bool) -> Callable[[Estimate], bool]:
    """Shows the estimate and asks once, on a terminal; elsewhere only `--yes` agrees."""

    def agree(found: Estimate) -> bool:
        for line in estimate_lines(found):
            news(line)
        if yes:
            return True
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise InputError(
                f"This would spend {found.credits} credits ({found.dollars}), and there is no terminal to ask on. "
                "Nothing was sent; add --yes to agree beforehand."
            )
        import typer

        return typer.confirm(f"Spend {found.credits} credits ({found.dollars})?", err=True)

    return agree


@contextlib.contextmanager
def working() -> Iterator[tuple[threading.Event, Listener]]:
    """An event that Ctrl-C sets, and where a run reports what it does."""
    try:
        with stop.gently(news) as cancel, _shown() as listener:
            yield cancel, listener
    except KeyboardInterrupt:
        # A second Ctrl-C, which waits for nothing, so nobody could say what is under way.
        raise Interrupted(
            "Stopped at once. What was asked for before may still be made and is paid for: `stitcher takes list BOARD` "
            "says what. Run the same again, or `stitcher rescue BOARD`, to fetch it; nothing is bought twice."
        ) from None


@contextlib.contextmanager
def _shown() -> Iterator[Listener]:
    if sys.stderr.isatty():
        with _Terminal() as terminal:
            yield terminal.report
    else:
        yield _Lines().report


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

    def __enter__(self) -> _Terminal:
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    def report(self, event: Event) -> None:
        """Take one piece of news."""
        from stitcher.cli.output import printable

        with self._lock:
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
            self._progress.update(row, description=f"{event.label}: {words}", completed=done)


def take_document(take: Take, *, folder: Path, in_film: bool = False) -> dict[str, object]:
    """A take for machines."""
    return {
        "shot": take.shot,
        "number": take.number,
        "purpose": take.purpose,
        "variant": take.variant or None,
        "piece": take.piece,
        "attempt": take.attempt,
        "provider": take.provider,
        "animatic": take.is_animatic,
        "model": take.model,
        "state": take.state.value,
        "in_film": in_film,
        "circled": take.circled,
        "removed": take.removed,
        "task_id": take.task_id,
        "spent_credits": take.spent_credits,
        "actual_credits": take.actual_credits,
        "estimated_credits": take.estimated_credits,
        "ceiling_credits": take.ceiling_credits,
        "failure_code": take.failure_code,
        "failure": take.failure,
        "request_sha256": take.request_sha256,
        "seed": take.body.get("seed"),
        "prompt": take.body.get("promptText"),
        "file": _place(folder, take.file),
        "sha256": take.sha256,
        "bytes": take.size,
        "frames": take.frames,
        "matrix": take.matrix,
        "start_frame": _place(folder, take.start_file),
        "last_frame": _place(folder, take.frame_file),
        "last_frame_sha256": take.frame_sha256,
        "created": take.created.isoformat(),
        "updated": take.updated.isoformat(),
    }


def _place(folder: Path, file: str | None) -> str | None:
    return None if file is None else str(folder / file)


def take_rows(takes: Iterable[Take], in_film: Mapping[str, Take]) -> list[str]:
    """Takes for people, one a line; what is in the film has a star."""
    film = {take.id for take in in_film.values()}
    rows = [
        (
            take.shot,
            f"{'*' if take.id in film else ' '} {_kind(take)}{take.number}",
            take.provider,
            take.model,
            "removed" if take.removed else take.state.value,
            str(take.spent_credits),
            "" if take.frames is None else str(take.frames),
            take.file if take.file is not None and not take.removed else (take.failure or ""),
        )
        for take in takes
    ]
    return table(
        ("shot", "  take", "by", "model", "state", "credits", "frames", "file, or what went wrong"),
        rows,
        right=(5, 6),
    )


def _kind(take: Take) -> str:
    match take.purpose:
        case "start-image":
            return "image "
        case "edit":
            return "edit "
        case "upscale":
            return f"{take.variant} "
        case _:
            return ""


def generated_document(made: Generated, folder: Path) -> dict[str, object]:
    """What a run has made, for machines."""
    return {
        "provider": made.provider,
        "takes": [take_document(take, folder=folder) for take in made.takes],
        "credits": made.credits,
        "spent_credits": made.spending.total,
        "reserved_credits": made.spending.reserved,
        "notes": list(made.notes),
    }


def generated_lines(made: Generated, folder: Path) -> Iterator[str]:
    """What a run has made, for people."""
    if not made.takes:
        yield "Nothing was missing."
    for take in made.takes:
        if take.file is not None:
            yield str(folder / take.file)
            frames = f"{take.frames} frames, " if take.purpose != "start-image" else ""
            yield f"  {take.label}, {frames}{take.spent_credits} credits"
    if made.credits or made.spending.total:
        yield f"{made.credits} credits spent now, {made.spending.total} in all."


def tell_generated(made: Generated) -> None:
    """Say what must be read about a run, as news."""
    for note in made.notes:
        news(f"Note: {note}")

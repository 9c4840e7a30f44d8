"""From what a service says of a task to a file on disk: each step recorded before the next is taken.

    ACCEPTED, ADOPTED ─ look ─→ SUCCEEDED ─ fetch ─→ STORED ─ frame ─→ FRAMED
                         └────→ FAILED, CANCELLED, GONE
Nothing here costs anything, so all of it may be repeated.
"""

from __future__ import annotations

from pathlib import Path

from stitcher.errors import DownloadFailed, MediaError, OutputError, TakeFailed
from stitcher.generate.asking import expected_of
from stitcher.generate.failures import advice
from stitcher.generate.framing import frame_take
from stitcher.generate.ledger import Ledger
from stitcher.generate.names import MAIN, take_file
from stitcher.generate.news import Listener, about
from stitcher.generate.project import Project
from stitcher.generate.provider import (
    Cancelled,
    Expected,
    Failed,
    Fetched,
    Gone,
    Pending,
    Provider,
    Running,
    Succeeded,
    Task,
    Throttled,
)
from stitcher.generate.runway.arrival import check_arrival
from stitcher.generate.states import TASK_RUNNING, State
from stitcher.generate.take import Take
from stitcher.media.files import sha256_file


class Settler:
    """Carries the takes of one provider to their end."""

    def __init__(self, project: Project, ledger: Ledger, provider: Provider, tell: Listener) -> None:
        self._project = project
        self._ledger = ledger
        self._provider = provider
        self._tell = tell
        self._expected: dict[int, Expected] = {}
        self.notes: list[str] = []

    def expect(self, take: Take, expected: Expected) -> None:
        """What must come back for a take that was asked for in this run."""
        self._expected[take.id] = expected

    def hear(self, take: Take, task: Task) -> Take:
        """Take a task's standing in; a finished one is fetched and framed.

        Raises `TakeFailed` when it ended badly (recorded), `DownloadFailed` when it is still at the service, and
        what writing a file raises.
        """
        match task:
            case Pending():
                self._tell(about(take, "queued"))
                return take
            case Throttled():
                self._tell(about(take, "throttled", note="waiting for a free slot of the account"))
                return take
            case Running():
                self._tell(about(take, "running", progress=task.progress))
                return take
            case Succeeded():
                if take.state in TASK_RUNNING:
                    take = self._ledger.succeeded(take.id, cost_credits=task.cost_credits)
                return self._store(take, task)
        if take.state is State.SUCCEEDED and not isinstance(task, Gone):
            raise DownloadFailed(
                f"{take.label} was made, and now the service says it is {task.status}. Nothing was bought again."
            )
        return self._ended(take, task)

    def go_on(self, take: Take) -> Take | None:
        """A take whose next step needs no service: its file is there already. `None` when it does need it."""
        if take.state is State.SUCCEEDED and self.target(take).exists():
            return self._stored(take, self._already(take))
        if take.state is State.STORED:
            return self._framed(take)
        return None

    def target(self, take: Take) -> Path:
        """Where the take's file goes."""
        # A service enlarges in pieces, which are joined later; other upscalers give the whole.
        piece = take.piece if take.purpose == "upscale" and take.provider == MAIN else None
        name = take_file(
            take.shot, take.number, take.purpose, take.provider, variant=take.variant, piece=piece
        )
        return self._project.path(name)

    def _ended(self, take: Take, task: Failed | Cancelled | Gone) -> Take:
        code: str | None = None
        match task:
            case Failed():
                code = task.code
                said = f": {task.text.strip().rstrip('.')}" if task.text.strip() else ""
                why = f"failed at the service{f' ({code})' if code else ''}{said}."
                take = self._ledger.failed(take.id, code, task.text, cost_credits=task.cost_credits)
            case Cancelled():
                why = "was cancelled at the service."
                take = self._ledger.cancelled(take.id, cost_credits=task.cost_credits)
            case Gone():
                why = "is not known to the service any more."
                take = self._ledger.gone(take.id)
        cost = f" {take.spent_credits} credits count as spent." if take.spent_credits else ""
        hint = f" {advice(code)}" if advice(code) else ""
        raise TakeFailed(
            f"{take.label} {why}{cost}{hint}",
            shot=take.shot,
            take=take.number,
            code=code,
            cost_credits=take.actual_credits,
            task_id=take.task_id,
        )

    def _store(self, take: Take, task: Succeeded) -> Take:
        self._tell(about(take, "fetching"))
        expected = self._expected.get(take.id) or expected_of(self._project, take)
        try:
            fetched = self._provider.fetch(task, self.target(take), expected)
        except DownloadFailed as exc:
            raise DownloadFailed(f"{take.label}: {exc}") from exc
        return self._stored(take, fetched)

    def _already(self, take: Take) -> Fetched:
        """The file that an earlier run put in place and had no time to record."""
        path = self.target(take)
        try:
            frames = check_arrival(path, self._expected.get(take.id) or expected_of(self._project, take))
        except MediaError as exc:
            raise OutputError(
                f"{str(path)!r} exists and is not the take that belongs there ({exc.reason}). Nothing is ever "
                "overwritten: move it away and run again."
            ) from exc
        return Fetched(path, sha256_file(path), path.stat().st_size, frames)

    def _stored(self, take: Take, fetched: Fetched) -> Take:
        take = self._ledger.stored(
            take.id,
            file=fetched.path.relative_to(self._project.folder).as_posix(),
            sha256=fetched.sha256,
            size=fetched.size,
            frames=fetched.frames,
        )
        self._tell(about(take, "stored"))
        return self._framed(take)

    def _framed(self, take: Take) -> Take:
        take, note = frame_take(self._project, self._ledger, take)
        if note:
            self.notes.append(f"{take.label}: {note}")
        self._tell(about(take, "done", note=note))
        return take

"""Completion of tasks, from their status at the service to a file on disk: each step recorded before the next is taken.

    ACCEPTED, ADOPTED ─ look ─→ SUCCEEDED ─ fetch ─→ STORED ─ frame ─→ FRAMED
                         └────→ FAILED, CANCELLED, GONE
Nothing here costs anything, so all of it may be repeated.

A file is fetched under a name that only its task has, and gets its place when it is known to be the take's: whatever
stands at that place is told from it by its bytes, never by its length.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stitcher.errors import DownloadFailed, TakeFailed
from stitcher.generation.boundary_frames import frame_take
from stitcher.generation.events import Listener, event_for
from stitcher.generation.failure_codes import advice
from stitcher.generation.ledger import Ledger
from stitcher.generation.messages import held_error
from stitcher.generation.paths import SOUND_SUFFIXES, arriving_of, place_of
from stitcher.generation.project import Project
from stitcher.generation.provider import (
    Cancelled,
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
from stitcher.generation.runway.verify_download import examine, put_in_place
from stitcher.generation.sound_length import unexpected_length
from stitcher.generation.states import TASK_RUNNING, State
from stitcher.generation.take import Take
from stitcher.media.files import disk_errors
from stitcher.media.sniff import sniff


class TaskCompletion:
    """Carries the takes of one provider to their end."""

    def __init__(self, project: Project, ledger: Ledger, provider: Provider, tell: Listener) -> None:
        self._project = project
        self._ledger = ledger
        self._provider = provider
        self._tell = tell
        self.notes: list[str] = []

    def advance(self, take: Take, task: Task) -> Take:
        """Record where a task stands; a finished one is fetched and framed.

        Raises `TakeFailed` when it ended badly (recorded), `DownloadFailed` when it is still at the service, and
        what writing a file raises.
        """
        match task:
            case Pending():
                odd = (
                    ""
                    if task.said == "PENDING"
                    else f"the service says {task.said}, which is not known here; waiting"
                )
                self._tell(event_for(take, "queued", note=odd))
                return take
            case Throttled():
                self._tell(event_for(take, "throttled", note="waiting for a free slot of the account"))
                return take
            case Running():
                self._tell(event_for(take, "running", progress=task.progress))
                return take
            case Succeeded():
                if take.state in TASK_RUNNING:
                    take = self._ledger.succeeded(take.id, cost_credits=task.cost_credits)
                return self._store(take, task)
        if take.state is State.SUCCEEDED and not isinstance(task, Gone):
            raise _not_fetched(
                take, f" was made, and now the service says it is {task.status}. Nothing was bought again."
            )
        return self._ended(take, task)

    def resume(self, take: Take) -> Take | None:
        """A take whose next step needs no service: its file is there already. `None` when it does need it."""
        if take.state is State.SUCCEEDED and self.arriving(take).exists():
            return self._taken_in(take, examine(self.arriving(take), take.expected))
        if take.state is State.STORED:
            return self._framed(take)
        return None

    def arriving(self, take: Take) -> Path:
        """Where it is fetched to."""
        return self._project.path(arriving_of(take))

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
        self._tell(event_for(take, "fetching"))
        try:
            fetched = self._provider.fetch(task, self.arriving(take), take.expected)
        except DownloadFailed as exc:
            raise _not_fetched(take, f": {exc}") from exc
        return self._taken_in(take, fetched)

    def _taken_in(self, take: Take, fetched: Fetched) -> Take:
        folder = self._project.folder
        details: dict[str, Any] = {"sha256": fetched.sha256, "size": fetched.size, "frames": fetched.frames}
        if fetched.otherwise:
            file = fetched.path.relative_to(folder).as_posix()
            raise held_error(self._ledger.held(take.id, fetched.otherwise, file=file, **details))
        target = self._project.path(final_place(take, fetched.path))
        put_in_place(fetched.path, target, take.label, fetched.sha256)
        take = self._ledger.stored(take.id, file=target.relative_to(folder).as_posix(), **details)
        with disk_errors(fetched.path):
            fetched.path.unlink(missing_ok=True)
        if take.purpose != "sound" and fetched.frames != take.expected.frames is not None:
            self.notes.append(
                f"{take.label} has {fetched.frames} frames where {take.expected.frames} were asked for; it is taken "
                "as it came."
            )
        if note := unexpected_length(self._project.board, take):
            self.notes.append(note)
        self._tell(event_for(take, "stored"))
        return self._framed(take)

    def _framed(self, take: Take) -> Take:
        take, note = frame_take(self._project.folder, self._ledger, take)
        if note:
            self.notes.append(f"{take.label}: {note}")
        self._tell(event_for(take, "done", note=note))
        return take


def final_place(take: Take, arrived: Path) -> str:
    """The name of a take's file, relative to the project, now that it has arrived: services choose the kind of sound.

    Raises `MediaRefused` for a file that is nothing known.
    """
    extension = SOUND_SUFFIXES.get(sniff(arrived).demuxer, "") if take.purpose == "sound" else ""
    return place_of(take, extension)


def _not_fetched(take: Take, why: str) -> DownloadFailed:
    return DownloadFailed(
        f"{take.label}{why}",
        shot=take.shot,
        take=take.number,
        task_id=take.task_id,
        cost_credits=take.actual_credits,
    )

"""The offline provider: makes files on this machine, for nothing, at the moment they are fetched."""

from __future__ import annotations

import secrets
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

from stitcher.errors import DownloadFailed, MediaError
from stitcher.generation.provider import (
    Accepted,
    Account,
    Expected,
    Fetched,
    Gone,
    Submission,
    Succeeded,
    Task,
)
from stitcher.generation.runway.poll import Pace
from stitcher.generation.runway.verify_download import check_arrival, take_existing
from stitcher.media.files import atomic_write, disk_errors, sha256_file


class OfflineProvider(ABC):
    """What is common to providers without a service. Implements `stitcher.generation.provider.Provider`."""

    name: str
    paid = False
    pace = Pace(interval_s=0.0, slowest_s=0.0)

    def __init__(self, *, new_id: Callable[[], str] | None = None) -> None:
        self._new_id = new_id or (lambda: f"{self.name}-{secrets.token_hex(12)}")
        self._requests: dict[str, Submission] = {}
        self._lock = threading.Lock()

    @abstractmethod
    def _check(self, request: Submission) -> None:
        """Raises `BadRequest` for what cannot be made."""

    @abstractmethod
    def _make(self, request: Submission, target: Path, expected: Expected) -> None:
        """Write the file. Raises a `StitcherError`."""

    def prepare(self, request: Submission) -> Submission:
        """The request as it is: files are read where they are."""
        return request

    def submit(self, request: Submission) -> Accepted:
        """Take the request; the work is done when it is fetched. Raises `BadRequest` for what cannot be made."""
        self._check(request)
        task_id = self._new_id()
        with self._lock:
            self._requests[task_id] = request
        return Accepted(task_id, 0)

    def look(self, task_id: str) -> Task:
        """Ready at once; what another process asked for is gone, and costs nothing to ask for again."""
        with self._lock:
            return Succeeded(task_id, (task_id,), 0) if task_id in self._requests else Gone(task_id)

    def fetch(self, task: Succeeded, target: Path, expected: Expected, *, index: int = 0) -> Fetched:
        """Make the file. Raises `DownloadFailed`, `OutputError`, `DiskFull`, `ToolError` and `Interrupted`."""
        if (existing := take_existing(target, expected)) is not None:
            return existing
        with self._lock:
            request = self._requests.get(task.task_id)
        if request is None or index != 0:
            raise DownloadFailed(f"Task {task.task_id} is not one of this {self.name}'s.")
        with disk_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(target, once=True) as temp:
            self._make(request, temp, expected)
            try:
                frames = check_arrival(temp, expected)
            except MediaError as exc:
                raise DownloadFailed(f"What was made for {target.name} {exc.reason}") from exc
            digest, size = sha256_file(temp), temp.stat().st_size
        return Fetched(target, digest, size, frames)

    def cancel(self, task_id: str) -> None:
        """Forget the task."""
        with self._lock:
            self._requests.pop(task_id, None)

    def account(self) -> Account | None:
        """There is none."""
        return None

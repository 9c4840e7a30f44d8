"""One stitcher per project: a lock file that names its holder and is let go by the system when the holder dies."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from stitcher.errors import LedgerBusy, OutputError


class Lock:
    """A held lock. It ends with `release`, or with the process however that ends; the file itself stays."""

    def __init__(self, path: Path, file: int) -> None:
        self.path = path
        self._file: int | None = file

    def release(self) -> None:
        """Let go; more than once does nothing."""
        if self._file is not None:
            # Never unlinked: somebody may already have opened this very file and be waiting for it.
            os.close(self._file)
            self._file = None


def hold(path: Path, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Lock:
    """The lock at `path`, taken now. Raises `LedgerBusy` naming the holder when somebody else has it."""
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
    except OSError as exc:
        raise OutputError(f"{path}: the project's lock cannot be made ({exc.strerror}).") from exc
    try:
        _take(file)
    except OSError as exc:
        holder = _describe(file)
        os.close(file)
        raise LedgerBusy(
            f"Another stitcher works on this project: {holder}. Wait for it, or stop it; nothing was done.",
            holder,
        ) from exc
    since = clock().astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    said = {"process": os.getpid(), "host": socket.gethostname(), "since": since}
    os.ftruncate(file, 0)
    os.lseek(file, 0, os.SEEK_SET)
    os.write(file, json.dumps(said).encode() + b"\n")
    return Lock(path, file)


def _describe(file: int) -> str:
    try:
        os.lseek(file, 0, os.SEEK_SET)
        said = json.loads(os.read(file, 4096))
        return f"process {int(said['process'])} on {said['host']!s:.64}, since {said['since']!s:.32}"
    except (OSError, ValueError, KeyError, TypeError):
        return "its lock file does not say which"


if sys.platform == "win32":
    import msvcrt

    def _take(file: int) -> None:
        # One byte far behind the text, so that others can still read who holds it.
        os.lseek(file, 1 << 20, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        os.lseek(file, 0, os.SEEK_SET)

else:
    import fcntl

    def _take(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

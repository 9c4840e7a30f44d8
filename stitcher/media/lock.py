"""Lock files: each names its holder, and is released by the system when that dies, however it dies."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from stitcher.errors import OutputError, StitcherError


class Lock:
    """A held lock. It ends with `release`, or with the process; the file itself stays unless it is removed."""

    def __init__(self, path: Path, file: int) -> None:
        self.path = path
        self._file: int | None = file

    def release(self, *, remove: bool = False) -> None:
        """Let go; more than once does nothing. `remove` also takes the file away, while it is still held, so
        that nobody can have taken it in between."""
        if self._file is not None:
            if remove:
                self.path.unlink(missing_ok=True)
            os.close(self._file)
            self._file = None


def acquire(
    path: Path,
    refusal: Callable[[str], StitcherError],
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Lock:
    """The lock at `path`, taken now.

    Raises what `refusal` makes of a description of the holder when somebody else has it, and `OutputError` when
    the file cannot be made.
    """
    while True:
        try:
            file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
        except OSError as exc:
            raise OutputError(f"The lock {str(path)!r} cannot be made ({exc.strerror}).") from exc
        try:
            _lock_file(file)
        except OSError as exc:
            holder = _describe(file)
            os.close(file)
            raise refusal(holder) from exc
        if _still_there(path, file):
            break
        # The holder before us removed the file between our opening and our taking it.
        os.close(file)
    since = clock().astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    record = {"process": os.getpid(), "host": socket.gethostname(), "since": since}
    os.ftruncate(file, 0)
    os.lseek(file, 0, os.SEEK_SET)
    os.write(file, json.dumps(record).encode() + b"\n")
    return Lock(path, file)


def _still_there(path: Path, file: int) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(file))
    except OSError:
        return False


def _describe(file: int) -> str:
    try:
        os.lseek(file, 0, os.SEEK_SET)
        record = json.loads(os.read(file, 4096))
        return f"process {int(record['process'])} on {record['host']!s:.64}, since {record['since']!s:.32}"
    except (OSError, ValueError, KeyError, TypeError):
        return "its lock file does not say which"


if sys.platform == "win32":
    import msvcrt

    def _lock_file(file: int) -> None:
        # One byte far behind the text, so that others can still read who holds it.
        os.lseek(file, 1 << 20, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        os.lseek(file, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock_file(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

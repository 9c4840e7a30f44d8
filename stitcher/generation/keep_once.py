"""Files that are kept: put in place once, read-only, and never written over."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from pathlib import Path

from stitcher.errors import OutputError
from stitcher.media.files import disk_errors, publish, temporary_beside

READ_ONLY = 0o444


_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS)


def put_in_place(temp: Path, target: Path) -> None:
    """Make `temp`, finished and closed, appear as `target`, read-only; its bytes are on the disk before that.

    Raises `OutputError` when something stands there already, which is left as it is, and `DiskFull`.
    """
    with disk_errors(target):
        if not _linked(temp, target):
            _publish(temp, target)
            return
        temp.unlink()
        _sync_folder(target.parent)


def keep_also_as(file: Path, target: Path) -> None:
    """Make a file that is kept appear as `target` too, and leave its own name. Raises as `put_in_place`."""
    with disk_errors(target):
        if _linked(file, target):
            _sync_folder(target.parent)
            return
        temp = temporary_beside(target)
        try:
            shutil.copyfile(file, temp)
            _publish(temp, target)
        finally:
            temp.unlink(missing_ok=True)


def _linked(file: Path, target: Path) -> bool:
    """Give a file, synced and made read-only, a second name; `False` where the file system knows no links."""
    _sync(file, os.O_RDONLY)
    file.chmod(READ_ONLY)
    try:
        # A link fails where a rename would replace; both names are one file for a moment.
        os.link(file, target)
    except FileExistsError:
        raise _taken(target) from None
    except OSError as exc:
        if exc.errno not in _NO_LINKS:
            raise
        # The look and the rename are two steps then, which the ledger's lock covers.
        if os.path.lexists(target):
            raise _taken(target) from None
        return False
    return True


def keep_bytes(content: bytes, target: Path) -> None:
    """Write a small file once, read-only. One that is there with the same bytes is left as it is.

    Raises `OutputError` when another file stands there, and `DiskFull`.
    """
    with disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and target.read_bytes() == content:
            return
        temp = temporary_beside(target)
        try:
            temp.write_bytes(content)
            put_in_place(temp, target)
        finally:
            temp.unlink(missing_ok=True)


def free_name(wanted: Path, content: bytes) -> Path:
    """`wanted`, or that name with `-2`, `-3`, … where other bytes stand under it already."""
    place, number = wanted, 1
    while os.path.lexists(place) and not _holds(place, content):
        number += 1
        place = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
    return place


def _holds(path: Path, content: bytes) -> bool:
    with contextlib.suppress(OSError):
        return path.is_file() and path.read_bytes() == content
    return False


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        _sync(folder, os.O_RDONLY | os.O_DIRECTORY)


def _publish(temp: Path, target: Path) -> None:
    temp.chmod(0o644)
    publish(temp, target)
    target.chmod(READ_ONLY)


def _sync(place: Path, flags: int) -> None:
    handle = os.open(place, flags)
    try:
        # Some network file systems cannot sync a folder; a full disk is told all the same.
        os.fsync(handle)
    except OSError as exc:
        if exc.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES):
            raise
    finally:
        os.close(handle)


def _taken(target: Path) -> OutputError:
    return OutputError(
        f"{str(target)!r} exists already and is not what belongs there. Nothing is ever overwritten: move it away and "
        "run again."
    )

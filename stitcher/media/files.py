"""Atomic writes: files that exist whole or not at all, written beside their target, synced, and renamed into place."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterable, Iterator
from io import BufferedReader
from pathlib import Path

from stitcher.errors import DiskFull, MediaMissing, OutputError

_MARK = ".stitcher-"
_TEMPORARY = re.compile(re.escape(_MARK) + r"[0-9a-f]{12}(\.[^.]*)?$")
_NAME_BYTES = 120

READ_ONLY = 0o444


def temporary_beside(target: Path | str) -> Path:
    """A new name in the target's folder with the target's suffix, hidden and not yet there.

    The same folder means the same file system, so that `publish` is one rename. Raises `OutputError` for a folder that
    has no name of its own, such as `.`.
    """
    target = Path(target)
    if not target.name:
        raise OutputError(f"{str(target)!r} is a folder; add a file name.")
    stem = target.stem.encode(errors="surrogateescape")[:_NAME_BYTES].decode(errors="ignore")
    return target.with_name(f".{stem}{_MARK}{secrets.token_hex(6)}{target.suffix}")


def remove_temporaries(folder: Path) -> None:
    """Remove what processes that were killed left of files they wrote in a folder; for who holds it against others.

    What cannot be removed stays; it harms nobody.
    """
    for left in folder.glob(f".*{_MARK}*"):
        if _TEMPORARY.search(left.name):
            with contextlib.suppress(OSError):
                left.unlink()


@contextlib.contextmanager
def disk_errors(target: Path | str) -> Iterator[None]:
    """Raise `DiskFull` for a full disk and `OutputError` for any other failure to write `target`."""
    try:
        yield
    except OSError as exc:
        if exc.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(
                f"There is no space left to write {str(target)!r}; make room and run again. "
                "What was there before is untouched."
            ) from exc
        raise OutputError(f"{str(target)!r} cannot be written: {exc.strerror or exc}.") from exc


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(handle)
    except OSError as exc:
        # Some network file systems cannot; a full disk is told all the same.
        if exc.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES):
            raise
    finally:
        os.close(handle)


def sync(path: Path) -> None:
    """Wait until a file's bytes are on the disk. Raises `DiskFull` or `OutputError`: the system tells of a failure once
    only, so whoever publishes the file later would not hear of it.
    """
    with disk_errors(path):
        _sync(path, os.O_RDWR)


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        # One that may be written to, but not read, cannot be opened; the rename itself has happened.
        with contextlib.suppress(PermissionError):
            _sync(folder, os.O_RDONLY | os.O_DIRECTORY)


def publish(temp: Path | str, target: Path | str, *, durable: bool = True) -> None:
    """Make `temp`, finished and closed, appear as `target`, replacing what was there in one step.

    Its bytes are on the disk before the name changes, unless it is not `durable`: then a loss of power may leave it
    empty, which is for what can be made again and is checked before it is used. On failure `target` is as before
    and `temp` is kept. Raises `DiskFull` or `OutputError`.
    """
    temp, target = Path(temp), Path(target)
    with disk_errors(target):
        if durable:
            _sync(temp, os.O_RDWR)
        os.replace(temp, target)
        if durable:
            _sync_folder(target.parent)


def publish_once(temp: Path | str, target: Path | str) -> None:
    """Make `temp`, finished and closed, appear as `target`, read-only, and never in the place of something.

    Raises `OutputError` when `target` exists, also when it appeared a moment ago, and otherwise as `publish`.
    """
    temp, target = Path(temp), Path(target)
    with disk_errors(target):
        if _link_once(temp, target):
            temp.unlink()
        else:
            temp.rename(target)
        _sync_folder(target.parent)


def link_once(path: Path, target: Path) -> None:
    """Make a file appear as `target` too, read-only under both names. Raises as `publish_once`."""
    with disk_errors(target):
        if _link_once(path, target):
            _sync_folder(target.parent)
            return
        with atomic_write(target, once=True) as temp:
            shutil.copyfile(path, temp)


def _link_once(source: Path, target: Path) -> bool:
    """Give a file, synced and made read-only, a second name; `False` where the file system knows no hard links."""
    _sync(source, os.O_RDWR if os.access(source, os.W_OK) else os.O_RDONLY)
    source.chmod(READ_ONLY)
    try:
        # A second name fails where a rename would silently replace.
        os.link(source, target)
        return True
    except OSError as exc:
        if isinstance(exc, FileExistsError) or os.path.lexists(target):
            raise OutputError(
                f"{str(target)!r} exists already and is not what belongs there; it was left as it is. "
                "Nothing is ever overwritten: move it away and run again."
            ) from exc
        return False


@contextlib.contextmanager
def atomic_write(target: Path | str, *, durable: bool = True, once: bool = False) -> Iterator[Path]:
    """A temporary name beside `target`, to write to and close; published when the body of the `with` ends well.

    With `once` as `publish_once` does, else as `publish`. Whatever is left of it is removed.
    """
    temp = temporary_beside(target)
    try:
        yield temp
        if once:
            publish_once(temp, target)
        else:
            publish(temp, target, durable=durable)
    finally:
        temp.unlink(missing_ok=True)


@contextlib.contextmanager
def made_folders(files: Iterable[Path | str | None], *, within: Path | None = None) -> Iterator[None]:
    """The folders that files are about to be written into, made, and taken away again where nothing came of it.

    With `within` only those in that folder. Raises `OutputError`.
    """
    made: list[Path] = []
    try:
        for file in [Path(os.path.abspath(file)) for file in files if file is not None]:
            with disk_errors(file):
                missing = [folder for folder in reversed(file.parents) if not folder.exists()]
                for folder in (
                    missing if within is None or file.is_relative_to(os.path.abspath(within)) else ()
                ):
                    folder.mkdir(exist_ok=True)
                    made.append(folder)
                # Tells of names that cannot be.
                file.exists()
        yield
    finally:
        # Only empty ones can be removed, which is what is wanted.
        for folder in reversed(made):
            with contextlib.suppress(OSError):
                folder.rmdir()


def write_whole(target: Path | str, content: bytes, *, durable: bool = True) -> None:
    """Write a small file whole or not at all. Raises `DiskFull` or `OutputError`.

    `durable` is as for `publish`.
    """
    with atomic_write(target, durable=durable) as temp, disk_errors(target):
        temp.write_bytes(content)


def write_once(target: Path, content: bytes) -> None:
    """Write a small file once, read-only, with its folder. One that is there with the same bytes is left as it is.

    Raises as `publish_once`.
    """
    with disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        if not _holds(target, content):
            with atomic_write(target, once=True) as temp:
                temp.write_bytes(content)


def next_free_path(path: Path, content: bytes) -> Path:
    """`path`, or that name with `-2`, `-3`, … where other bytes stand under it already."""
    free, number = path, 1
    while os.path.lexists(free) and not _holds(free, content):
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


def _holds(path: Path, content: bytes) -> bool:
    with contextlib.suppress(OSError):
        return path.is_file() and path.read_bytes() == content
    return False


def free_bytes(folder: Path | str) -> int:
    """Bytes this user may still write where `folder` is, or will be once it is made. Raises `OutputError`."""
    existing = Path(os.path.abspath(folder))
    while not existing.exists() and existing != existing.parent:
        existing = existing.parent
    try:
        return shutil.disk_usage(existing).free
    except OSError as exc:
        raise OutputError(
            f"The free space of {str(existing)!r} cannot be read: {exc.strerror or exc}."
        ) from exc


def check_regular(path: Path | str) -> os.stat_result:
    """The `os.stat` of a regular file; raises `MediaMissing`, saying what it is, for anything else.

    A FIFO or a device would hang whoever opens it, so nothing may be opened before this.
    """
    try:
        status = os.stat(path)
    except ValueError as exc:
        raise MediaMissing(path, "is not a possible file name; correct it.") from exc
    except OSError as exc:
        if isinstance(exc, (FileNotFoundError, NotADirectoryError)):
            raise MediaMissing(path, "is not there; check the name and the folder.") from exc
        raise MediaMissing(
            path, f"cannot be reached ({exc.strerror}); check its name and permissions."
        ) from exc
    if stat.S_ISREG(status.st_mode):
        return status
    kinds = (
        (stat.S_ISDIR, "is a folder; name the files in it."),
        (stat.S_ISFIFO, "is a pipe, not a file; write it to a file first."),
        (stat.S_ISSOCK, "is a socket, not a file."),
        (stat.S_ISCHR, "is a device, not a file; record from it to a file first."),
        (stat.S_ISBLK, "is a device, not a file; copy the file out of it first."),
    )
    for is_kind, reason in kinds:
        if is_kind(status.st_mode):
            raise MediaMissing(path, reason)
    raise MediaMissing(path, "is not a regular file.")


@contextlib.contextmanager
def opened_file(path: Path | str) -> Iterator[BufferedReader]:
    """A regular file opened for reading its bytes. Raises `MediaMissing`, also for what the body cannot read."""
    check_regular(path)
    try:
        with open(path, "rb") as file:
            yield file
    except OSError as exc:
        raise MediaMissing(path, f"cannot be read ({exc.strerror}); check its permissions.") from exc


def read_head(path: Path | str, count: int) -> bytes:
    """The first `count` bytes of a regular file. Raises `MediaMissing`."""
    with opened_file(path) as file:
        return file.read(count)


def sha256_file(path: Path | str) -> str:
    """SHA-256 of a regular file's bytes, lower-case hex. Raises `MediaMissing`."""
    with opened_file(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

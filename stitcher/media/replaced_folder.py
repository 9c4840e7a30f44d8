"""A folder that is whole or not there at all: filled beside its place under another name, and renamed into it."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stitcher.errors import OutputBusy
from stitcher.media.files import disk_errors
from stitcher.media.lock import acquire

_NAME_LETTERS = 100


@contextmanager
def held_folder(folder: Path) -> Iterator[None]:
    """Hold a folder's place against other stitchers. What a killed one left there is put back, or swept away.

    Raises `OutputBusy` naming the holder.
    """

    def refusal(holder: str) -> OutputBusy:
        return OutputBusy(
            f"Another stitcher is writing {str(folder)!r}: {holder}. Wait for it, or name another folder."
        )

    with disk_errors(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
    lock = acquire(folder.with_name(f"{_head(folder)}lock"), refusal)
    try:
        _sweep(folder)
        yield
    finally:
        lock.release(remove=True)


@contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """A new folder to fill, renamed to `folder` when the block ends well, and removed when it does not.

    For who holds `folder`. Raises `DiskFull` and `OutputError`, for what the block cannot write too.
    """
    mark = secrets.token_hex(6)
    new = folder.with_name(f"{_head(folder)}{mark}")
    old = folder.with_name(f"{_head(folder)}{mark}-old")
    with disk_errors(folder):
        new.mkdir()
    try:
        with disk_errors(folder):
            yield new
            if folder.exists():
                folder.rename(old)
            try:
                new.rename(folder)
            except OSError:
                if old.exists():
                    old.rename(folder)
                raise
    finally:
        shutil.rmtree(new, ignore_errors=True)
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)


def _head(folder: Path) -> str:
    return f".{folder.name[:_NAME_LETTERS]}.stitcher-"


def _sweep(folder: Path) -> None:
    pattern = re.compile(re.escape(_head(folder)) + r"[0-9a-f]{12}(-old)?")
    for left in sorted(folder.parent.iterdir()):
        match = pattern.fullmatch(left.name)
        if match is None or left.is_symlink() or not left.is_dir():
            continue
        if match[1] and not folder.exists():
            # It was killed between the two renames.
            left.rename(folder)
        else:
            shutil.rmtree(left, ignore_errors=True)

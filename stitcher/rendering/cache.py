"""Content-addressed cache of encoded segments, drawn titles and mixes, so that nothing is made twice.

An entry is a file and a small record of its hash. A file without a record, or with another hash, is not there.
Takes and clips are never kept here: the cache can be emptied at any time.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stitcher.errors import Interrupted, OutputError
from stitcher.media.files import disk_errors, publish, sha256_file, temporary_beside, write_whole
from stitcher.media.probe_cache import cache_folder

_DEFAULT_GIGABYTES = 20

_SCRATCH = "mix-"
_ABANDONED_S = 24 * 3600
"""No mix takes so long that nothing is added to its folder or taken away."""

_TURN_S = 0.1
_SLIGHT = 100
"""Of the limit, by which part the cache may grow until it is gone through again."""

_turns_guard = threading.Lock()
_turns: weakref.WeakValueDictionary[Path, threading.Lock] = weakref.WeakValueDictionary()
"""A lock for each entry that somebody in this process is making, so that nobody makes it beside them."""


_grown: dict[Path, int] = {}
"""Bytes that this process has put into a cache since it was pruned."""


@contextmanager
def _turn(path: Path, cancel: threading.Event | None) -> Iterator[None]:
    with _turns_guard:
        lock = _turns.setdefault(path, threading.Lock())
    while not lock.acquire(timeout=_TURN_S):
        if cancel is not None and cancel.is_set():
            raise Interrupted()
    try:
        yield
    finally:
        lock.release()


class EntryCount:
    """How often pieces were made, and how often they were there already."""

    def __init__(self) -> None:
        self.made = 0
        self.found = 0
        self._lock = threading.Lock()

    def add(self, *, was_there: bool) -> None:
        """Count one more."""
        with self._lock:
            if was_there:
                self.found += 1
            else:
                self.made += 1


_counts: list[tuple[Path, EntryCount]] = []
_NO_PIECES = frozenset((".film",))
"""Notes on whole films."""


@contextmanager
def counting(cache: Cache) -> Iterator[EntryCount]:
    """What this process asks of a cache while this holds."""
    counted = (cache.folder, EntryCount())
    _counts.append(counted)
    try:
        yield counted[1]
    finally:
        _counts[:] = [one for one in _counts if one is not counted]


@dataclass(frozen=True, slots=True)
class Entry:
    """One finished file in the cache."""

    path: Path
    sha256: str
    facts: Mapping[str, Any]
    """What its maker wanted to be remembered; JSON values."""


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of finished pieces. Safe to share between processes: the last of two equal ones wins."""

    folder: Path

    @classmethod
    def default(cls) -> Cache:
        """The user's cache, or the one `STITCHER_CACHE` names."""
        return cls(cache_folder() / "pieces")

    @classmethod
    def at(cls, folder: Path | None) -> Cache:
        """The cache in a folder that a person named, or the user's."""
        return cls.default() if folder is None else cls(folder / "pieces")

    def find(self, key: str, suffix: str) -> Entry | None:
        """The entry of that key, its bytes checked; `None` when it is not there whole."""
        path = self._place(key, suffix)
        try:
            written = path.with_suffix(".json")
            record = json.loads(written.read_text())
            sha256 = record["sha256"]
            if path.stat().st_size != record["bytes"] or sha256_file(path) != sha256:
                return None
            # Age is what pruning goes by, and use is what keeps an entry young. The record's, because what was found
            # out about the file itself is remembered by its time.
            os.utime(written)
            self._count(suffix, was_there=True)
            return Entry(path, sha256, dict(record["facts"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def make(
        self,
        key: str,
        suffix: str,
        work: Callable[[Path], Mapping[str, Any]],
        *,
        cancel: threading.Event | None = None,
    ) -> Entry:
        """The entry of that key, made by `work` if it is not there.

        Where another thread is making it, this waits for that, and raises `Interrupted` if `cancel` is set meanwhile.
        `work` writes the file it is given, checks it, and returns facts to remember with it; whatever it raises
        leaves nothing behind. Raises `OutputError` where the cache cannot be written.
        """
        path = self._place(key, suffix)
        with _turn(path, cancel):
            if (entry := self.find(key, suffix)) is None:
                entry = self._made(path, work)
                self._count(suffix, was_there=False)
            return entry

    def _count(self, suffix: str, *, was_there: bool) -> None:
        for folder, count in _counts if suffix not in _NO_PIECES else ():
            if folder == self.folder:
                count.add(was_there=was_there)

    def _made(self, path: Path, work: Callable[[Path], Mapping[str, Any]]) -> Entry:
        self.open(path.parent)
        temp = temporary_beside(path)
        try:
            facts = dict(work(temp))
            sha256, size = sha256_file(temp), temp.stat().st_size
            # Not waited for until they are on the disk: what a loss of power leaves has another hash, and is a miss.
            publish(temp, path, durable=False)
        finally:
            temp.unlink(missing_ok=True)
        if self.folder in _grown:
            _grown[self.folder] += size
        record = {"sha256": sha256, "bytes": size, "facts": facts}
        write_whole(path.with_suffix(".json"), json.dumps(record).encode(), durable=False)
        return Entry(path, sha256, facts)

    def open(self, folder: Path | None = None) -> Path:
        """The cache's folder, or one inside it, made if it is missing. Raises `OutputError`, `DiskFull`."""
        path = folder or self.folder
        with disk_errors(path):
            path.mkdir(parents=True, exist_ok=True)
        if not os.access(path, os.W_OK):
            raise OutputError(
                f"The cache {str(path)!r} may not be written to; name another with --cache or STITCHER_CACHE."
            )
        return path

    def prune_if_grown(self) -> None:
        """`prune`, unless this process did so and has put next to nothing into the cache since.

        For who makes many films: going through thousands of entries takes longer than a small film.
        """
        grown = _grown.get(self.folder)
        if grown is None or grown * _SLIGHT >= _limit_bytes():
            _grown[self.folder] = 0
            self.prune()

    def prune(self, keep_bytes: int | None = None) -> int:
        """Remove the longest unused entries until what is left fits; returns the bytes freed.

        The limit is `STITCHER_CACHE_GIGABYTES` (20) unless given.
        """
        self._sweep()
        limit = _limit_bytes() if keep_bytes is None else keep_bytes
        entries: dict[Path, list[tuple[Path, os.stat_result]]] = {}
        for path in self.folder.glob("??/*"):
            with contextlib.suppress(OSError):
                entries.setdefault(path.with_suffix(""), []).append((path, path.stat()))
        total = sum(stat.st_size for files in entries.values() for _, stat in files)
        freed = 0
        for files in sorted(entries.values(), key=lambda files: max(stat.st_mtime_ns for _, stat in files)):
            if total - freed <= limit:
                break
            for path, stat in files:
                path.unlink(missing_ok=True)
                freed += stat.st_size
        return freed

    def scratch(self) -> tempfile.TemporaryDirectory[str]:
        """A folder for work files, gone at the end of a `with`. Raises as `open` does."""
        return tempfile.TemporaryDirectory(dir=self.open(), prefix=_SCRATCH)

    def _sweep(self) -> None:
        """Remove work folders of processes that were killed."""
        for folder in self.folder.glob(f"{_SCRATCH}*"):
            with contextlib.suppress(OSError):
                if time.time() - folder.stat().st_mtime > _ABANDONED_S:
                    shutil.rmtree(folder, ignore_errors=True)

    def _place(self, key: str, suffix: str) -> Path:
        return self.folder / key[:2] / f"{key}{suffix}"


def _limit_bytes() -> int:
    written = os.environ.get("STITCHER_CACHE_GIGABYTES", "")
    try:
        gigabytes = float(written) if written else _DEFAULT_GIGABYTES
    except ValueError:
        gigabytes = _DEFAULT_GIGABYTES
    return int(gigabytes * 1_000_000_000)

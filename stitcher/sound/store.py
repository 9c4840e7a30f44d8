"""Where what a mix is made of is kept: the rendering's cache, or a folder that is gone with its mix."""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from stitcher.errors import Interrupted


class Kept(Protocol):
    """A finished file, and what its maker wanted to be remembered with it."""

    @property
    def path(self) -> Path: ...

    @property
    def facts(self) -> Mapping[str, Any]: ...


class Store(Protocol):
    """Files by content keys. `rendering.cache.Cache` is one."""

    def find(self, key: str, suffix: str) -> Kept | None:
        """The file of that key, where it is there whole."""

    def make(
        self,
        key: str,
        suffix: str,
        work: Callable[[Path], Mapping[str, Any]],
        *,
        cancel: threading.Event | None = None,
    ) -> Kept:
        """The file of that key, written by `work` where it is not there; what `work` raises leaves nothing behind."""


@dataclass(frozen=True, slots=True)
class _WorkFile:
    path: Path
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _WorkFolder:
    """A store whose files belong to one mix."""

    folder: Path

    def find(self, key: str, suffix: str) -> _WorkFile | None:
        path = self.folder / f"{key}{suffix}"
        facts = path.with_suffix(".facts")
        return _WorkFile(path, json.loads(facts.read_text())) if facts.exists() else None

    def make(
        self,
        key: str,
        suffix: str,
        work: Callable[[Path], Mapping[str, Any]],
        *,
        cancel: threading.Event | None = None,
    ) -> _WorkFile:
        if (found := self.find(key, suffix)) is not None:
            return found
        path = self.folder / f"{key}{suffix}"
        made = _WorkFile(path, work(path))
        path.with_suffix(".facts").write_text(json.dumps(made.facts))
        return made


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where a mix is made."""

    scratch: Path
    """For work files that are removed."""
    kept_in: Store | None = None
    """For what can be used again; `None` to keep nothing."""
    cancel: threading.Event | None = None
    """Stops it, from another thread."""

    @property
    def store(self) -> Store:
        """Where what was made is found again while the mix is made, at least."""
        return self.kept_in or _WorkFolder(self.scratch)

    def check_cancelled(self) -> None:
        """Raises `Interrupted` where it was stopped."""
        if self.cancel is not None and self.cancel.is_set():
            raise Interrupted()

    @contextmanager
    def folder(self) -> Iterator[Workshop]:
        """A workshop in a folder of its own, which is gone at the end of a `with`."""
        with tempfile.TemporaryDirectory(prefix="sound-", dir=self.scratch) as folder:
            yield replace(self, scratch=Path(folder))

"""Runs that are killed at a chosen step: before or after a change of the ledger is on the disk, before a file of the
takes is opened to write, named, renamed, removed or given to a program.

Whoever is dead does nothing any more: what would clean up after an exception meets the same end.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from stitcher.generation.ledger import Ledger


class Killed(BaseException):
    """The process is dead from here on."""


class Fate:
    """When a run dies. `open` is for `open_ledger`; files are watched while `over` holds."""

    def __init__(self) -> None:
        self._at = self._seen = 0
        self.dead = False

        class Dying(Ledger):
            @contextmanager
            def _transaction(mine) -> Iterator[Any]:  # noqa: N805 - `self` is whose fate it is
                with super()._transaction() as connection:
                    yield connection
                    self.step()
                self.step()

        self.open: Callable[[Path], Ledger] = Dying.open

    def arm(self, at: int) -> None:
        """Die at that step, from 1; 0 never. A change of the ledger is two steps."""
        self._at, self._seen, self.dead = at, 0, False

    def step(self) -> None:
        """Something is about to happen, or has just happened."""
        self._seen += 1
        self.dead = self.dead or self._seen == self._at
        if self.dead:
            raise Killed

    @contextmanager
    def over(self, folder: Path) -> Iterator[None]:
        """Take every change of a file below `folder` for a step too."""
        _Watched.watch(f"{folder}{os.sep}", self.step)
        try:
            yield
        finally:
            _Watched.watch("", None)


class _Watched:
    """What the one audit hook of this process, which nothing can take away again, looks at."""

    prefix: ClassVar[str] = ""
    step: ClassVar[Callable[[], None] | None] = None
    hooked: ClassVar[bool] = False

    @classmethod
    def watch(cls, prefix: str, step: Callable[[], None] | None) -> None:
        cls.prefix, cls.step = prefix, step
        if not cls.hooked:
            cls.hooked = True
            sys.addaudithook(cls.hear)

    @classmethod
    def hear(cls, event: str, arguments: tuple[Any, ...]) -> None:
        if cls.step is None or event not in _CHANGES or (event == "open" and not arguments[2] & _WRITING):
            return
        if cls.prefix in str(arguments):
            cls.step()


_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_CHANGES = {"open", "os.link", "os.rename", "os.remove", "os.chmod", "subprocess.Popen"}

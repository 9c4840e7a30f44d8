"""Reading the durable record of takes, also while another stitcher writes it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Self

from stitcher.generation.ledger_file import connect, is_blank, remove_ledger, translated
from stitcher.generation.states import TASK_RUNNING, State
from stitcher.generation.take import Move, Purpose, Spending, Take, circled_take, series_of, sum_spending
from stitcher.media.lock import Lock

_TAKE_FIELDS = tuple(field.name for field in fields(Take))
_SELECT = f"SELECT {', '.join(_TAKE_FIELDS)} FROM take"


class LedgerReader:
    """What is known of every take. Methods may be called from several threads; use it in a `with` statement."""

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        lock: Lock | None,
        clock: Callable[[], datetime],
    ) -> None:
        self.path = path
        self._connection = connection
        self._lock = lock
        self._clock = clock
        self._guard = RLock()

    @classmethod
    def view(cls, path: Path) -> Self:
        """The ledger at `path` to read, also while another stitcher writes it; empty when there is none yet.

        Raises `LedgerDamaged` or `LedgerError`.
        """
        return cls(path, connect(path, read_only=True), None, lambda: datetime.now(UTC))

    def close(self) -> None:
        """Let go of the file and the lock; more than once does nothing."""
        with self._guard:
            # Whoever had nothing to do leaves nothing behind.
            blank = self._lock is not None and is_blank(self._connection)
            self._connection.close()
            if self._lock is not None:
                if blank:
                    remove_ledger(self.path)
                self._lock.release(remove=blank)
                self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def get(self, take_id: int) -> Take:
        """The take of that number. Raises `KeyError`."""
        takes = self._takes("id = ?", (take_id,))
        if not takes:
            raise KeyError(take_id)
        return takes[0]

    def takes(self, shot: str | None = None) -> tuple[Take, ...]:
        """Every take of a shot, or of all, in the order they were asked for; every attempt, whatever its state."""
        return self._takes() if shot is None else self._takes("shot = ?", (shot,))

    def unfinished(self) -> tuple[Take, ...]:
        """Takes somebody still has to do something about, oldest first."""
        return tuple(take for take in self._takes() if take.unfinished)

    def running(self) -> tuple[Take, ...]:
        """Takes whose task the service has and whose end is not recorded."""
        return tuple(take for take in self._takes() if take.state in TASK_RUNNING)

    def unknown(self) -> tuple[Take, ...]:
        """Takes whose outcome nobody knows; while there is one, nothing paid is sent."""
        return self._takes("state = ?", (State.UNKNOWN.value,))

    def circled(self, shot: str) -> Take | None:
        """The take of a shot that is in the film, as `circled_take` chooses it, or `None`."""
        return circled_take(self.takes(shot))

    def next_number(self, shot: str, provider: str, purpose: Purpose = "take") -> int:
        """The number a new take of a shot, or of a sound, gets; numbers of removed takes are not used again."""
        numbers = [
            take.number
            for take in self.takes(shot)
            if take.is_select and series_of(take.purpose) == series_of(purpose) and take.provider == provider
        ]
        return max(numbers, default=0) + 1

    def spent(self, shot: str | None = None) -> Spending:
        """Credits gone for a shot, or for all."""
        return sum_spending(self.takes(shot))

    def history(self, take_id: int) -> tuple[Move, ...]:
        """Every move of a take, first to last."""
        with self._guard, translated(self.path):
            rows = self._connection.execute(
                "SELECT at, before, after, note, reply FROM move WHERE take = ? ORDER BY id", (take_id,)
            ).fetchall()
        return tuple(
            Move(
                _time(row["at"]),
                State(row["before"]) if row["before"] else None,
                State(row["after"]),
                row["note"],
                row["reply"],
            )
            for row in rows
        )

    def _takes(self, where: str = "1", values: tuple[object, ...] = ()) -> tuple[Take, ...]:
        with self._guard, translated(self.path):
            rows = self._connection.execute(f"{_SELECT} WHERE {where} ORDER BY id", values).fetchall()
        return tuple(_take(row) for row in rows)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _take(row: sqlite3.Row) -> Take:
    values = {name: row[name] for name in _TAKE_FIELDS}
    values["state"] = State(values["state"])
    values["circled"] = bool(values["circled"])
    values["removed"] = bool(values["removed"])
    values["created"] = _time(values["created"])
    values["updated"] = _time(values["updated"])
    return Take(**values)

"""Writing the durable record of takes: held by one process, and every change one transaction with its history."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from stitcher.errors import IllegalMove, InputError, LedgerBusy, LedgerError
from stitcher.generation.ledger_file import connect, translated, use_space
from stitcher.generation.ledger_reader import LedgerReader
from stitcher.generation.states import State, check_move
from stitcher.generation.take import Take
from stitcher.media.lock import acquire
from stitcher.redact import redact

MAX_REPLY = 16 * 1024
"""Characters of a service's answer that are kept."""


class LedgerWriter(LedgerReader):
    """How the record is changed: opened, locked, recovered after a crash, moved from state to state."""

    @classmethod
    def open(cls, path: Path, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Self:
        """The ledger at `path`, made if missing, held until closed.

        Raises `LedgerBusy` naming the holder, `LedgerDamaged`, `DiskFull` or `LedgerError`.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise LedgerError(f"{path.parent}: cannot be made ({exc.strerror or exc}).") from exc
        lock = acquire(path.with_name(path.name + ".lock"), _busy, clock=clock)
        try:
            ledger = cls(path, connect(path, read_only=False), lock, clock)
        except BaseException:
            lock.release(remove=not path.exists())
            raise
        try:
            ledger._recover()
        except BaseException:
            ledger.close()
            raise
        return ledger

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is changed inside is recorded, or none of it; one inside another is part of the outer one."""
        with self._guard, translated(self.path):
            if self._connection.in_transaction:
                yield self._connection
                return
            if self._lock is None:
                raise LedgerError(f"{self.path}: was opened to read only. Nothing was changed.")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _move(self, take_id: int, after: State, note: str = "", reply: str = "", **changes: Any) -> Take:
        with self._transaction():
            take = self.get(take_id)
            check_move(take.state, after, take.label)
            try:
                return self._record(take, after, note, reply, changes)
            except sqlite3.IntegrityError as exc:
                if "task_id" in changes:
                    raise InputError(
                        f"Task {changes['task_id']} belongs to another take already. Nothing was changed."
                    ) from exc
                raise IllegalMove(
                    f"{take.label} cannot be recorded as {after.value} ({exc}). Nothing was changed."
                ) from exc

    def _record(self, take: Take, after: State, note: str, reply: str, changes: dict[str, Any]) -> Take:
        if take.state is State.SENDING:
            use_space(self._connection)
        now = self._now()
        for name in ("failure", "failure_code"):
            if isinstance(changes.get(name), str):
                changes[name] = redact(changes[name])[:4096]
        told = {name: value for name, value in changes.items() if value is not None}
        columns = {"state": after.value, "updated": now, **told}
        assignments = ", ".join(f"{name} = :{name}" for name in columns)
        self._connection.execute(f"UPDATE take SET {assignments} WHERE id = :id", {**columns, "id": take.id})
        self._note(take.id, take.state, after, now, note, reply)
        return self.get(take.id)

    def _note(
        self, take_id: int, before: State | None, after: State, at: str, note: str = "", reply: str = ""
    ) -> None:
        """A line of a take's history."""
        self._connection.execute(
            "INSERT INTO move (take, at, before, after, note, reply) VALUES (?, ?, ?, ?, ?, ?)",
            (
                take_id,
                at,
                before.value if before is not None else None,
                after.value,
                redact(note)[:4096],
                redact(reply)[:MAX_REPLY],
            ),
        )

    def _recover(self) -> None:
        for take in self._takes("state = ?", (State.SENDING.value,)):
            if take.ceiling_credits:
                self._move(take.id, State.UNKNOWN, "stitcher ended while the request was in flight")
            else:
                self._move(
                    take.id, State.INTENT, "stitcher ended while it was made; it costs nothing to ask again"
                )

    def _now(self) -> str:
        return self._clock().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _busy(holder: str) -> LedgerBusy:
    return LedgerBusy(
        f"Another stitcher works on this project: {holder}. Wait for it, or stop it; nothing was done.",
        holder,
    )

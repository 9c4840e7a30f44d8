"""The ledger's SQLite file: opened so that a commit is on the disk when it returns, checked, and migrated.

    synchronous = FULL       NORMAL may lose the last commits on power loss, and with them a paid task's id
    journal_mode = PERSIST   a commit overwrites and syncs the journal's head: durable without a folder entry
                             changing, on any file system (WAL needs shared memory), and the journal keeps its
                             blocks, so that a commit needs no new space

History is append-only and requests are fixed once written: triggers refuse anything else, whoever asks.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from stitcher.errors import DiskFull, LedgerBusy, LedgerDamaged, LedgerError

SCHEMA = 3
APPLICATION_ID = 0x53_74_4C_67
BUSY_S = 30.0
RESERVE_BYTES = 128 * 1024
"""Space held while a paid request is in flight, so that its answer can be recorded on a full disk."""

_CREATE = """
CREATE TABLE take (
    id INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    series TEXT NOT NULL,
    shot TEXT NOT NULL,
    number INTEGER NOT NULL CHECK (number >= 1),
    variant TEXT NOT NULL,
    piece INTEGER NOT NULL CHECK (piece >= 0),
    attempt INTEGER NOT NULL CHECK (attempt >= 1),
    purpose TEXT NOT NULL,
    source_number INTEGER,
    model TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    request TEXT NOT NULL,
    request_sha256 TEXT NOT NULL,
    wish_sha256 TEXT NOT NULL,
    expected_frames INTEGER,
    expected_width INTEGER,
    expected_height INTEGER,
    listed_credits INTEGER,
    board TEXT,
    ceiling_credits INTEGER NOT NULL CHECK (ceiling_credits >= 0),
    state TEXT NOT NULL,
    task_id TEXT,
    balance_before INTEGER,
    estimated_credits INTEGER CHECK (estimated_credits >= 0),
    actual_credits INTEGER CHECK (actual_credits >= 0),
    failure_code TEXT,
    failure TEXT,
    start_file TEXT,
    start_sha256 TEXT,
    file TEXT,
    sha256 TEXT,
    size INTEGER,
    frames INTEGER,
    matrix TEXT,
    frame_file TEXT,
    frame_sha256 TEXT,
    circled INTEGER NOT NULL DEFAULT 0,
    removed INTEGER NOT NULL DEFAULT 0,
    created TEXT NOT NULL,
    updated TEXT NOT NULL,
    UNIQUE (provider, series, shot, number, variant, piece, attempt)
);
CREATE UNIQUE INDEX one_owner_per_task ON take (provider, task_id) WHERE task_id IS NOT NULL;
CREATE UNIQUE INDEX one_paid_request_in_flight ON take (provider) WHERE state = 'sending' AND ceiling_credits > 0;
CREATE UNIQUE INDEX one_circle_per_shot ON take (shot) WHERE circled = 1;
CREATE UNIQUE INDEX one_take_per_file ON take (file) WHERE file IS NOT NULL AND removed = 0;
CREATE TABLE move (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    take INTEGER NOT NULL REFERENCES take (id),
    at TEXT NOT NULL,
    before TEXT,
    after TEXT NOT NULL,
    note TEXT NOT NULL,
    reply TEXT NOT NULL
);
CREATE INDEX moves_of_take ON move (take);
CREATE TABLE reserve (id INTEGER PRIMARY KEY CHECK (id = 1), filler BLOB NOT NULL);
CREATE TRIGGER moves_are_kept BEFORE DELETE ON move
    BEGIN SELECT RAISE(ABORT, 'the history of takes is append-only'); END;
CREATE TRIGGER moves_are_fixed BEFORE UPDATE ON move
    BEGIN SELECT RAISE(ABORT, 'the history of takes is append-only'); END;
CREATE TRIGGER takes_are_kept BEFORE DELETE ON take
    BEGIN SELECT RAISE(ABORT, 'takes are never deleted from the ledger'); END;
CREATE TRIGGER requests_are_fixed BEFORE UPDATE OF id, provider, series, shot, number, variant, piece, attempt,
    purpose, source_number, model, endpoint, request, request_sha256, wish_sha256, ceiling_credits, created ON take
    BEGIN SELECT RAISE(ABORT, 'what was asked for is never rewritten'); END;
CREATE TRIGGER task_ids_are_fixed BEFORE UPDATE OF task_id ON take
    WHEN OLD.task_id IS NOT NULL AND NEW.task_id IS NOT OLD.task_id
    BEGIN SELECT RAISE(ABORT, 'a task id is never rewritten'); END;
"""

_LATER_COLUMNS = (
    "expected_frames INTEGER",
    "expected_width INTEGER",
    "expected_height INTEGER",
    "listed_credits INTEGER",
    "board TEXT",
)
"""What earlier versions did not keep."""


def connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """A connection to the ledger at `path`, made or migrated as needed; read-only, a missing one is empty.

    Raises `LedgerDamaged`, `LedgerBusy`, `DiskFull` or `LedgerError`.
    """
    with translated(path):
        missing = not path.exists()
        if read_only and missing:
            return _nothing()
        connection = _open(str(path))
        try:
            _check(connection, path)
            if read_only:
                return _to_read(connection)
            connection.execute("PRAGMA journal_mode = PERSIST")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA fullfsync = ON")
            if _version(connection) == 0:
                _create(connection)
            elif _version(connection) < SCHEMA:
                _migrate(connection)
            if missing:
                _sync_folder(path.parent)
        except BaseException:
            connection.close()
            raise
        return connection


def is_blank(connection: sqlite3.Connection) -> bool:
    """Whether a ledger holds nothing at all; one that cannot be asked, or is closed, is taken to hold something."""
    try:
        return not connection.execute("SELECT EXISTS (SELECT 1 FROM take)").fetchone()[0]
    except sqlite3.Error:
        return False


def remove_ledger(path: Path) -> None:
    """Take away a ledger that holds nothing; for who has its lock. What cannot be removed stays."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
        path.with_name(f"{path.name}-journal").unlink(missing_ok=True)


def _to_read(connection: sqlite3.Connection) -> sqlite3.Connection:
    """A ledger to look at: itself, or a copy in memory where it is older than this stitcher; who only reads changes
    no file."""
    version = _version(connection)
    if 0 < version < SCHEMA:
        copy = _open(":memory:")
        connection.backup(copy)
        connection.close()
        _migrate(copy)
        connection = copy
    elif version == 0:
        connection.close()
        return _nothing()
    connection.execute("PRAGMA query_only = ON")
    return connection


def _migrate(connection: sqlite3.Connection) -> None:
    present = {row["name"] for row in connection.execute("PRAGMA table_info(take)")}
    missing = [column for column in _LATER_COLUMNS if column.split()[0] not in present]
    added = " ".join(f"ALTER TABLE take ADD COLUMN {column};" for column in missing)
    connection.executescript(f"BEGIN IMMEDIATE; {added} PRAGMA user_version = {SCHEMA}; COMMIT;")


def _nothing() -> sqlite3.Connection:
    connection = _open(":memory:")
    _create(connection)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _open(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(name, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    # Without this SQLite would spill a growing transaction to the file before it is committed.
    connection.execute("PRAGMA cache_spill = OFF")
    return connection


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _check(connection: sqlite3.Connection, path: Path) -> None:
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise _damaged(path, str(found))
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if application != APPLICATION_ID and (application or tables):
        raise LedgerDamaged(f"{path}: is a database of another program, not a ledger. It was left as it is.")
    version = _version(connection)
    if version > SCHEMA:
        raise LedgerDamaged(
            f"{path}: was written by a newer stitcher (ledger version {version}, this one knows {SCHEMA}). "
            "Update stitcher; nothing was changed."
        )
    if version == 0:
        return
    torn = connection.execute(
        "SELECT shot, number FROM take WHERE state IS NOT"
        " (SELECT after FROM move WHERE move.take = take.id ORDER BY move.id DESC LIMIT 1)"
    ).fetchone()
    if torn is not None:
        raise _damaged(path, f"shot {torn[0]} take {torn[1]} does not agree with its own history")


def _create(connection: sqlite3.Connection) -> None:
    connection.executescript(
        f"BEGIN IMMEDIATE; {_CREATE} PRAGMA application_id = {APPLICATION_ID};"
        f" PRAGMA user_version = {SCHEMA}; COMMIT;"
    )
    connection.execute("INSERT INTO reserve (id, filler) VALUES (1, x'')")


def hold_space(connection: sqlite3.Connection) -> None:
    """Make room for what must be recorded next: in the file the first time, in its journal the second. Call inside
    two transactions, one directly after the other.

    Pages that held something before are copied to the journal, so the second time grows it, and PERSIST keeps its
    blocks.
    """
    connection.execute("UPDATE reserve SET filler = zeroblob(?)", (RESERVE_BYTES,))


def use_space(connection: sqlite3.Connection) -> None:
    """Give the held room to the transaction under way."""
    connection.execute("UPDATE reserve SET filler = x''")


def _sync_folder(folder: Path) -> None:
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _damaged(path: Path, why: str) -> LedgerDamaged:
    return LedgerDamaged(
        f"{path}: the ledger is damaged ({why}). Nothing was sent and nothing was changed. Put back a copy from a "
        "backup; without one, move it away and look up what was bought in the provider's own request history."
    )


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's exceptions as ours."""
    try:
        yield
    except sqlite3.OperationalError as exc:
        said = str(exc)
        code = getattr(exc, "sqlite_errorcode", None)
        if code == sqlite3.SQLITE_FULL or "disk is full" in said:
            raise DiskFull(f"{path}: no space left to record a take. Nothing after this was sent.") from exc
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise LedgerBusy(f"{path}: another program holds the ledger for over {BUSY_S:.0f} s.") from exc
        raise LedgerError(f"{path}: the ledger cannot be used ({said}).") from exc
    except sqlite3.ProgrammingError as exc:
        raise LedgerError(f"{path}: the ledger was closed already.") from exc
    except sqlite3.DatabaseError as exc:
        if isinstance(exc, sqlite3.IntegrityError):
            raise
        raise _damaged(path, str(exc)) from exc
    except OSError as exc:
        raise LedgerError(f"{path}: the ledger cannot be used ({exc.strerror or exc}).") from exc

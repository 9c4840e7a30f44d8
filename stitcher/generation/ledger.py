"""The durable record of takes: what was asked for, what it cost, where the file is. With `ledger_writer` and
`ledger_reader` the only module that knows SQL statements; `ledger_file` knows the file.

Every method that changes something is one transaction, on the disk when it returns. A crash between two of them
leaves a state from which `states.MOVES` says how to go on:

    intend      before anything is sent: the exact request, its ceiling, the budget checked in the same transaction
    sending     directly before the request leaves; found again at the next start, it becomes UNKNOWN
    the rest    directly after something was learnt, before the next act
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from stitcher.errors import BudgetExceeded, IllegalMove, InputError, UnknownOutcome
from stitcher.generation.ledger_file import hold_space
from stitcher.generation.ledger_writer import LedgerWriter
from stitcher.generation.messages import describe_unknown
from stitcher.generation.request import TakeRequest
from stitcher.generation.retry_rules import check_alive, check_second_charge
from stitcher.generation.states import ENDED_WITHOUT_FILE, START, State, check_move
from stitcher.generation.take import Take, most_spent, series_of

_REQUEST_FIELDS = (
    "provider", "series", "shot", "number", "variant", "piece", "purpose", "source_number", "model", "endpoint",
    "request", "request_sha256", "wish_sha256", "expected_frames", "expected_width", "expected_height",
    "listed_credits", "board", "ceiling_credits", "start_file", "start_sha256",
)  # fmt: skip
"""What was asked for, and never changes."""
_IDENTITY = ("provider", "series", "shot", "number", "variant", "piece")
"""What attempts at one and the same file have in common."""


class Ledger(LedgerWriter):
    """The record of one project. Methods may be called from several threads; use it in a `with` statement.

    A ledger opened to write holds the project's lock; what an earlier run left in SENDING is UNKNOWN by then.
    """

    def intend(
        self,
        request: TakeRequest,
        *,
        board: str | None = None,
        allowed_credits: int | None = None,
        agreed_credits: int | None = None,
        second_charge_credits: int | None = None,
    ) -> Take:
        """The take for a request, in INTENT; asking again for the same request returns the one there is.

        `board` is the file of the storyboard it is made for.

        `allowed_credits` bounds what is spent and reserved, this request included: `BudgetExceeded`. So does
        `agreed_credits`, the price that was agreed to, on top of what was spent before it.

        Nothing is bought twice by itself. A take that exists or is under way raises `InputError`. So does one whose
        last attempt was charged or moderated, or whose outcome is unknown, unless a person accepted a second charge
        of at least the ceiling: `second_charge_credits`. An unknown one is given up when the new one is sent.
        """
        row = _request_row(request)
        with self._transaction():
            same = self._takes(
                " AND ".join(f"{name} = ?" for name in _IDENTITY), tuple(row[name] for name in _IDENTITY)
            )
            attempt = 1
            if same:
                last = same[-1]
                attempt = last.attempt + 1
                if last.state is START and last.request_sha256 != request.sha256:
                    # It was never sent, so the newer wish simply takes its place.
                    self._record(
                        last,
                        State.CANCELLED,
                        "the request changed before it was sent",
                        "",
                        {"actual_credits": 0},
                    )
                elif last.state is START:
                    self._check_budget(request.ceiling_credits - last.ceiling_credits, allowed_credits)
                    self._check_agreed(request.ceiling_credits, agreed_credits)
                    return last
                check_alive(same, second_charge_credits)
                if last.state is not START and not last.may_be_made_again:
                    check_second_charge(last, request, second_charge_credits)
            self._check_budget(request.ceiling_credits, allowed_credits)
            self._check_agreed(request.ceiling_credits, agreed_credits)
            return self._insert(row | {"board": board, "attempt": attempt, "state": START.value})

    def _insert(self, row: Mapping[str, object], note: str = "") -> Take:
        now = self._now()
        row = {**row, "created": now, "updated": now}
        names = ", ".join(row)
        values = ", ".join(f":{name}" for name in row)
        cursor = self._connection.execute(f"INSERT INTO take ({names}) VALUES ({values})", row)
        take_id = cursor.lastrowid
        assert take_id is not None
        self._note(take_id, None, State(row["state"]), now, note)
        return self.get(take_id)

    def sending(self, take_id: int, *, balance_credits: int | None = None) -> Take:
        """The request is about to leave. For a paid one, nothing else may be in flight or unknown.

        `balance_credits` is the account's balance just before, so that an unknown outcome can be judged by it.
        Raises `UnknownOutcome` while another take's outcome is unknown, `IllegalMove` while another is in flight.
        """
        with self._guard:
            take = self.get(take_id)
            check_move(take.state, State.SENDING, take.label)
            given_up = self._given_up_for(take) if take.ceiling_credits else ()
            if take.ceiling_credits:
                with self._transaction() as connection:
                    hold_space(connection)
            with self._transaction() as connection:
                if take.ceiling_credits:
                    hold_space(connection)
                for other in given_up:
                    self._record(other, State.WRITTEN_OFF, "asked for again", "", {})
                try:
                    return self._record(take, State.SENDING, "", "", {"balance_before": balance_credits})
                except sqlite3.IntegrityError as exc:
                    raise IllegalMove(
                        f"{take.label} cannot be sent while another paid request is in flight. Nothing was changed."
                    ) from exc

    def _given_up_for(self, take: Take) -> tuple[Take, ...]:
        """Unknown requests that nobody waits for any more, because a person agreed to ask for them again as `take`.

        Raises `UnknownOutcome` for any other.
        """
        unknown = self.unknown()
        for other in unknown:
            if other.identity != take.identity:
                raise UnknownOutcome(
                    describe_unknown(other, self.history(other.id)),
                    shot=other.shot,
                    take=other.number,
                    ceiling_credits=other.ceiling_credits,
                    balance_before_credits=other.balance_before,
                    cost_credits=other.spent_credits,
                )
        return unknown

    def not_sent(self, take_id: int, why: str) -> Take:
        """The request provably never left; it may be sent again."""
        return self._move(take_id, State.INTENT, why)

    def withdraw(self, take_id: int, why: str) -> Take:
        """The request is not wanted any more and was not sent."""
        with self._guard:
            take = self.get(take_id)
            if take.state is not State.INTENT:
                raise IllegalMove(
                    f"{take.label} is {take.state.value}: only what was never sent can be withdrawn."
                )
            return self._move(take_id, State.CANCELLED, why, actual_credits=0)

    def accepted(
        self, take_id: int, task_id: str, *, estimated_credits: int | None = None, reply: str = ""
    ) -> Take:
        """The service named a task: from here on it can be found again."""
        return self._move(
            take_id, State.ACCEPTED, reply=reply, task_id=task_id, estimated_credits=estimated_credits
        )

    def rejected(self, take_id: int, why: str, *, reply: str = "") -> Take:
        """The service refused the request; nothing was made."""
        return self._move(take_id, State.REJECTED, why, reply, failure=why)

    def outcome_unknown(self, take_id: int, why: str, *, reply: str = "") -> Take:
        """The request was sent and its outcome cannot be known; a person decides."""
        return self._move(take_id, State.UNKNOWN, why, reply)

    def adopt(self, take_id: int, task_id: str) -> Take:
        """A person says which task an unknown request became, or one that was given up.

        A take that was made again since keeps its place: what was found becomes one more take of the shot. Raises
        `IllegalMove` if its outcome is known, `InputError` if another take owns the task, or if there is no other
        place for what was found (start images, enlargements).
        """
        with self._transaction():
            take = self.get(take_id)
            check_move(take.state, State.ADOPTED, take.label)
            for later in self._takes("shot = ? AND id > ?", (take.shot, take.id)):
                if later.identity != take.identity:
                    continue
                if later.state is START:
                    self.withdraw(later.id, "the first request was found")
                elif later.state not in ENDED_WITHOUT_FILE:
                    if take.is_select:
                        return self._adopt_as_another(take, task_id)
                    raise InputError(
                        f"{take.label} was asked for again, and the new one is {later.state.value}; two files cannot "
                        "have one place. Nothing was changed."
                    )
            return self._move(take_id, State.ADOPTED, "adopted by hand", task_id=task_id)

    def _adopt_as_another(self, first: Take, task_id: str) -> Take:
        """What a given up request became, as a take of its own; the cost moves there with it."""
        with self._transaction() as connection:
            if self._takes("provider = ? AND task_id = ?", (first.provider, task_id)):
                raise InputError(f"Task {task_id} belongs to another take already. Nothing was changed.")
            number = self.next_number(first.shot, first.provider, first.purpose)
            columns = f"SELECT {', '.join(_REQUEST_FIELDS)} FROM take WHERE id = ?"
            copied = dict(connection.execute(columns, (first.id,)).fetchone())
            change = {"number": number, "attempt": 1, "state": State.ADOPTED.value, "task_id": task_id}
            take = self._insert(copied | change, f"found, and first asked for as take {first.number}")
            self._record(first, first.state, f"found as take {number}", "", {"actual_credits": 0})
            return take

    def never_made(self, take_id: int) -> Take:
        """A person says that an unknown request, or one that was given up, was never booked: it cost nothing.

        Raises `IllegalMove` for any other.
        """
        with self._transaction():
            take = self.get(take_id)
            if take.state is not State.WRITTEN_OFF:
                check_move(take.state, State.WRITTEN_OFF, take.label)
            return self._record(
                take, State.WRITTEN_OFF, "never booked, a person says", "", {"actual_credits": 0}
            )

    def write_off(self, take_id: int, *, cost_credits: int | None = None) -> Take:
        """A person gives an unknown request up. Without a cost its ceiling counts as spent."""
        return self._move(take_id, State.WRITTEN_OFF, "given up by hand", actual_credits=cost_credits)

    def succeeded(self, take_id: int, *, cost_credits: int | None = None, reply: str = "") -> Take:
        """The service says it is made."""
        return self._move(take_id, State.SUCCEEDED, reply=reply, actual_credits=cost_credits)

    def failed(
        self, take_id: int, code: str | None, why: str, *, cost_credits: int | None = None, reply: str = ""
    ) -> Take:
        """The task failed. Without a cost it counts as spent."""
        return self._move(
            take_id, State.FAILED, why, reply, failure_code=code, failure=why, actual_credits=cost_credits
        )

    def cancelled(self, take_id: int, *, cost_credits: int | None = None, reply: str = "") -> Take:
        """The task was stopped. Without a cost it counts as spent: a refund is not promised."""
        with self._guard:
            take = self.get(take_id)
            if take.state is State.INTENT:
                raise IllegalMove(
                    f"{take.label} was not sent, so there is no task to cancel. Nothing was changed."
                )
            return self._move(take_id, State.CANCELLED, "cancelled", reply, actual_credits=cost_credits)

    def gone(
        self, take_id: int, why: str = "the service no longer knows the task", *, reply: str = ""
    ) -> Take:
        """The service does not know the task (any more); what it cost stays counted."""
        return self._move(take_id, State.GONE, why, reply, failure=why)

    def stored(
        self,
        take_id: int,
        *,
        file: str,
        sha256: str,
        size: int,
        frames: int | None,
        matrix: str | None = None,
    ) -> Take:
        """The file is on disk, whole and checked. `file` is relative to the project, with forward slashes."""
        return self._move(
            take_id, State.STORED, file=file, sha256=sha256, size=size, frames=frames, matrix=matrix
        )

    def held(self, take_id: int, why: str, *, file: str, sha256: str, size: int, frames: int | None) -> Take:
        """The file is on disk, whole, and not what was asked for: `why` says how it differs. A person decides."""
        return self._move(
            take_id, State.HELD, why, failure=why, file=file, sha256=sha256, size=size, frames=frames
        )

    def declined(self, take_id: int) -> Take:
        """A person does without a file that was held; it stays where it is, and what it cost stays counted."""
        return self._move(take_id, State.DECLINED, "declined by hand")

    def framed(self, take_id: int, *, frame_file: str, frame_sha256: str, matrix: str | None = None) -> Take:
        """The last frame is on disk; `frame_sha256` is what the next shot's request must hold."""
        columns: dict[str, Any] = {"frame_file": frame_file, "frame_sha256": frame_sha256}
        if matrix is not None:
            columns["matrix"] = matrix
        return self._move(take_id, State.FRAMED, **columns)

    def circle(self, take_id: int) -> Take:
        """This take is the one in the film. Raises `InputError` when it has no file or is none of several."""
        with self._transaction() as connection:
            take = self.get(take_id)
            if not (take.on_disk and take.is_select):
                what = "sound" if take.purpose == "sound" else "picture"
                raise InputError(
                    f"{take.label} cannot be circled: it has no {what} on disk ({take.state.value})."
                )
            connection.execute("UPDATE take SET circled = 0 WHERE shot = ? AND circled = 1", (take.shot,))
            connection.execute("UPDATE take SET circled = 1 WHERE id = ?", (take_id,))
            return self.get(take_id)

    def removed(self, take_id: int) -> Take:
        """Its file was removed on purpose. The record, its number and its cost stay."""
        with self._transaction() as connection:
            take = self.get(take_id)
            if not take.on_disk:
                raise InputError(f"{take.label} has no file to remove ({take.state.value}).")
            connection.execute(
                "UPDATE take SET removed = 1, circled = 0, updated = ? WHERE id = ?", (self._now(), take_id)
            )
            return self.get(take_id)

    def _check_budget(self, more: int, allowed: int | None) -> None:
        if allowed is None:
            return
        needed = self.spent().committed + more
        if more > 0 and needed > allowed:
            raise BudgetExceeded(
                f"This needs {more} credits more, {needed} with what is spent and reserved already, and {allowed} "
                "are allowed. Nothing was sent. Raise the budget, or ask for fewer or shorter takes.",
                needed_credits=needed,
                allowed_credits=allowed,
            )

    def _check_agreed(self, cost: int, agreed: int | None) -> None:
        """What an estimate went by may turn out longer than expected; what it then costs is asked about again."""
        if agreed is None or not cost:
            return
        needed = most_spent(self.takes()) + cost
        if needed > agreed:
            raise BudgetExceeded(
                f"This costs up to {cost} credits now that what it is made from is there, {needed} with what is spent "
                f"already, and the price that was agreed to allows {agreed}. It was not sent. Run the same again to "
                "see the new price and agree to it.",
                needed_credits=needed,
                allowed_credits=agreed,
            )


OpenLedger: TypeAlias = Callable[[Path], Ledger]
"""Opens the ledger at a path to write, as `Ledger.open` does."""


def _request_row(request: TakeRequest) -> dict[str, object]:
    """The columns of what is asked for, but for the storyboard's name."""
    wide, high = request.expected.size or (None, None)
    return {
        "provider": request.provider,
        "series": series_of(request.purpose),
        "shot": request.shot,
        "number": request.take,
        "variant": request.variant,
        "piece": request.piece,
        "purpose": request.purpose,
        "source_number": request.source_take,
        "model": request.model,
        "endpoint": request.endpoint,
        "request": request.canonical,
        "request_sha256": request.sha256,
        "wish_sha256": request.wish_sha256,
        "expected_frames": request.expected.frames,
        "expected_width": wide,
        "expected_height": high,
        "listed_credits": request.price.ceiling,
        "ceiling_credits": request.ceiling_credits,
        "start_file": request.start_file,
        "start_sha256": request.start_sha256,
    }

"""The ledger: what is recorded, what is refused, what is counted as spent."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stitcher.errors import (
    BudgetExceeded,
    DiskFull,
    IllegalMove,
    InputError,
    LedgerBusy,
    LedgerDamaged,
    LedgerError,
    UnknownOutcome,
)
from stitcher.generation.ledger import Ledger
from stitcher.generation.ledger_reader import LedgerReader
from stitcher.generation.messages import describe_unknown
from stitcher.generation.paths import ledger_path
from stitcher.generation.states import State
from stitcher.generation.take import Take
from tests.generation.making import Clock, make_request


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return ledger_path(tmp_path)


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with Ledger.open(path, clock=Clock()) as opened:
        yield opened


def stored(ledger: Ledger, take: Take, *, task: str | None = None, cost: int | None = 25) -> Take:
    """The take, brought all the way to FRAMED."""
    ledger.sending(take.id)
    ledger.accepted(take.id, task or f"task-{take.id}", estimated_credits=25)
    ledger.succeeded(take.id, cost_credits=cost)
    ledger.stored(take.id, file=f"takes/{take.shot}/{take.id}.mp4", sha256="ef" * 32, size=9, frames=121)
    return ledger.framed(take.id, frame_file=f"takes/{take.shot}/{take.id}.last.png", frame_sha256="01" * 32)


def test_a_take_goes_all_the_way_and_is_read_back_after_closing(ledger: Ledger, path: Path) -> None:
    done = stored(ledger, ledger.intend(make_request()))
    ledger.close()
    with Ledger.open(path) as again:
        found = again.get(done.id)
        assert found == done
        assert found.state is State.FRAMED
        assert found.body["promptText"] == "a harbour"
        assert found.frame_sha256 == "01" * 32
        moves = [move.after.value for move in again.history(done.id)]
    assert moves == ["intent", "sending", "accepted", "succeeded", "stored", "framed"]


def test_the_exact_request_is_on_disk_before_anything_is_sent(ledger: Ledger) -> None:
    request = make_request(prompt="Zoë 🎬")
    take = ledger.intend(request)
    assert take.state is State.INTENT
    assert (take.request, take.request_sha256) == (request.canonical, request.sha256)
    assert take.ceiling_credits == 25


def test_an_illegal_move_changes_nothing(ledger: Ledger) -> None:
    take = ledger.intend(make_request())
    with pytest.raises(IllegalMove, match="Shot s07 take 1 is intent"):
        ledger.accepted(take.id, "task")
    assert ledger.get(take.id) == take
    assert len(ledger.history(take.id)) == 1


def test_asking_again_for_the_same_request_is_the_same_take(ledger: Ledger) -> None:
    assert ledger.intend(make_request()) == ledger.intend(make_request())
    assert len(ledger.takes()) == 1


def test_a_request_changed_before_it_was_sent_takes_the_old_ones_place(ledger: Ledger) -> None:
    first = ledger.intend(make_request())
    second = ledger.intend(make_request(prompt="another"))
    assert ledger.get(first.id).state is State.CANCELLED
    assert (second.number, second.attempt) == (1, 2)
    assert ledger.spent().committed == 25


@pytest.mark.parametrize("steps", range(1, 6), ids=["sending", "accepted", "succeeded", "stored", "framed"])
def test_a_take_under_way_is_never_asked_for_again(ledger: Ledger, steps: int) -> None:
    take = ledger.intend(make_request())
    acts: list[Callable[[], object]] = [
        lambda: ledger.sending(take.id),
        lambda: ledger.accepted(take.id, "t1"),
        lambda: ledger.succeeded(take.id),
        lambda: ledger.stored(take.id, file="takes/s07/1.mp4", sha256="0", size=1, frames=121),
        lambda: ledger.framed(take.id, frame_file="f.png", frame_sha256="0"),
    ]
    for act in acts[:steps]:
        act()
    with pytest.raises(InputError, match="not bought again"):
        ledger.intend(make_request(prompt="edited after paying"))
    assert len(ledger.takes()) == 1


def test_a_refunded_failure_may_be_tried_again(ledger: Ledger) -> None:
    take = ledger.intend(make_request())
    ledger.sending(take.id)
    ledger.accepted(take.id, "t1")
    ledger.failed(take.id, "INTERNAL", "no luck", cost_credits=0)
    assert ledger.intend(make_request()).attempt == 2


@pytest.mark.parametrize(
    ("code", "cost"),
    [("INTERNAL", 25), ("INTERNAL", None), ("SAFETY.INPUT.TEXT", 0), ("INPUT_PREPROCESSING.SAFETY.TEXT", 0)],
)
def test_a_charged_or_moderated_failure_is_tried_again_only_when_a_person_says_so(
    ledger: Ledger, code: str, cost: int | None
) -> None:
    take = ledger.intend(make_request())
    ledger.sending(take.id)
    ledger.accepted(take.id, "t1")
    ledger.failed(take.id, code, "no", cost_credits=cost)
    with pytest.raises(InputError, match="accept-second-charge 25"):
        ledger.intend(make_request())
    with pytest.raises(InputError, match="accept-second-charge 25"):
        ledger.intend(make_request(), second_charge_credits=24)
    assert ledger.intend(make_request(), second_charge_credits=25).attempt == 2


def test_an_unknown_outcome_stops_all_paid_sending(ledger: Ledger) -> None:
    first = ledger.intend(make_request("s07"))
    second = ledger.intend(make_request("s08"))
    free = ledger.intend(make_request("s09", provider="animatic", ceiling=0))
    ledger.sending(first.id, balance_credits=1000)
    ledger.outcome_unknown(first.id, "the connection broke")
    with pytest.raises(UnknownOutcome) as caught:
        ledger.sending(second.id)
    assert (caught.value.shot, caught.value.ceiling_credits) == ("s07", 25)
    assert ledger.get(second.id).state is State.INTENT
    assert ledger.sending(free.id).state is State.SENDING


def test_the_message_about_an_unknown_outcome_says_what_to_do(ledger: Ledger) -> None:
    take = ledger.intend(make_request())
    ledger.sending(take.id, balance_credits=1000)
    take = ledger.outcome_unknown(take.id, "the connection broke")
    said = describe_unknown(take, ledger.history(take.id), balance_now=975)
    assert said == (
        "Shot s07 take 1: outcome unknown. A 25-credit request was sent 14:02:13 UTC on 2026-11-22 and no answer was "
        "recorded (the connection broke). Nothing was sent again. Balance 1000 → 975: probably charged. Find it in "
        "the developer portal's request history, then: stitcher adopt BOARD s07 TASK_ID - or buy again: stitcher "
        "retry BOARD s07 --accept-second-charge 25 - or, if it was never booked: stitcher adopt BOARD --none s07"
    )


def test_one_paid_request_is_in_flight_at_a_time(ledger: Ledger) -> None:
    first, second = ledger.intend(make_request("s07")), ledger.intend(make_request("s08"))
    ledger.sending(first.id)
    with pytest.raises(IllegalMove, match="in flight"):
        ledger.sending(second.id)
    assert ledger.get(second.id).state is State.INTENT
    ledger.accepted(first.id, "t1")
    assert ledger.sending(second.id).state is State.SENDING


def test_an_adopted_take_goes_on_like_an_accepted_one(ledger: Ledger) -> None:
    take = ledger.intend(make_request())
    ledger.sending(take.id)
    ledger.outcome_unknown(take.id, "no answer")
    assert ledger.adopt(take.id, "t9").task_id == "t9"
    assert ledger.running() == (ledger.get(take.id),)
    assert ledger.succeeded(take.id, cost_credits=25).state is State.SUCCEEDED


def test_a_task_belongs_to_one_take(ledger: Ledger) -> None:
    first, second = ledger.intend(make_request("s07")), ledger.intend(make_request("s08"))
    ledger.sending(first.id)
    ledger.accepted(first.id, "t1")
    ledger.sending(second.id)
    ledger.outcome_unknown(second.id, "no answer")
    with pytest.raises(InputError, match="Task t1 belongs to another take"):
        ledger.adopt(second.id, "t1")
    assert ledger.get(second.id).state is State.UNKNOWN


def asked_again(ledger: Ledger, first: Take) -> Take:
    """The same request once more, not sent yet."""
    return ledger.intend(make_request(first.shot), second_charge_credits=first.ceiling_credits)


def test_a_refused_adoption_leaves_the_newer_request_as_it_was(ledger: Ledger) -> None:
    first = ledger.intend(make_request())
    ledger.withdraw(first.id, "changed my mind")
    newer = asked_again(ledger, first)
    with pytest.raises(IllegalMove):
        ledger.adopt(first.id, "t9")
    assert ledger.get(newer.id).state is State.INTENT


def test_an_adoption_of_a_task_that_another_owns_leaves_the_newer_request_as_it_was(ledger: Ledger) -> None:
    owner = ledger.intend(make_request("s08"))
    ledger.sending(owner.id)
    ledger.accepted(owner.id, "t1")
    first = ledger.intend(make_request())
    ledger.sending(first.id)
    ledger.outcome_unknown(first.id, "no answer")
    newer = asked_again(ledger, first)
    with pytest.raises(InputError, match="Task t1 belongs to another take"):
        ledger.adopt(first.id, "t1")
    assert ledger.get(newer.id).state is State.INTENT
    assert ledger.adopt(first.id, "t2").state is State.ADOPTED
    assert ledger.get(newer.id).state is State.CANCELLED


def test_only_what_was_never_sent_can_be_withdrawn(ledger: Ledger) -> None:
    take = ledger.intend(make_request())
    ledger.sending(take.id)
    with pytest.raises(IllegalMove):
        ledger.withdraw(take.id, "changed my mind")
    ledger.not_sent(take.id, "connection refused")
    assert ledger.withdraw(take.id, "changed my mind").spent_credits == 0


# Money.


def test_the_actual_cost_counts_before_the_estimate_and_the_ceiling(ledger: Ledger) -> None:
    take = ledger.intend(make_request(ceiling=30))
    assert (ledger.spent().total, ledger.spent().committed) == (0, 30)
    ledger.sending(take.id)
    assert ledger.spent().total == 30
    ledger.accepted(take.id, "t1", estimated_credits=25)
    assert ledger.spent().total == 25
    ledger.succeeded(take.id, cost_credits=24)
    assert ledger.spent().total == 24


def test_what_is_unknown_counts_as_spent_also_when_given_up(ledger: Ledger) -> None:
    take = ledger.intend(make_request())
    ledger.sending(take.id)
    ledger.outcome_unknown(take.id, "no answer")
    assert ledger.spent().unknown == 25
    ledger.write_off(take.id)
    assert ledger.spent().total == 25


def test_a_refused_request_costs_nothing(ledger: Ledger) -> None:
    take = ledger.intend(make_request())
    ledger.sending(take.id)
    ledger.rejected(take.id, "bad ratio")
    assert ledger.spent().committed == 0


def test_nothing_is_intended_above_what_is_allowed(ledger: Ledger) -> None:
    ledger.intend(make_request("s07"), allowed_credits=50)
    ledger.intend(make_request("s08"), allowed_credits=50)
    with pytest.raises(BudgetExceeded) as caught:
        ledger.intend(make_request("s09"), allowed_credits=50)
    assert (caught.value.needed_credits, caught.value.allowed_credits) == (75, 50)
    assert len(ledger.takes()) == 2


def test_a_free_take_needs_no_budget(ledger: Ledger) -> None:
    assert ledger.intend(make_request(provider="animatic", ceiling=0), allowed_credits=0)


def test_what_costs_more_than_was_agreed_to_is_not_begun(ledger: Ledger) -> None:
    ledger.intend(make_request("s07"), agreed_credits=25)
    assert ledger.intend(make_request("s08"), agreed_credits=25), (
        "what waits is held against it once it is sent"
    )
    first = ledger.takes("s07")[0]
    ledger.sending(first.id)
    ledger.accepted(first.id, "task", estimated_credits=20)
    for shot in ("s08", "s09"):
        with pytest.raises(BudgetExceeded, match="allows 49") as caught:
            ledger.intend(make_request(shot), agreed_credits=49)
        assert (caught.value.needed_credits, caught.value.allowed_credits) == (50, 49), "it may cost 25 yet"
    assert ledger.intend(make_request("s08"), agreed_credits=50)


def test_a_real_take_of_the_same_number_stands_beside_the_animatic_one(ledger: Ledger) -> None:
    ledger.intend(make_request(provider="animatic", ceiling=0))
    ledger.intend(make_request())
    assert [take.provider for take in ledger.takes("s07")] == ["animatic", "runway"]


# Circles and numbers.


def test_the_first_real_take_is_in_the_film_until_another_is_circled(ledger: Ledger) -> None:
    assert ledger.circled("s07") is None
    mock = stored(ledger, ledger.intend(make_request(provider="animatic", ceiling=0)))
    assert ledger.circled("s07") == mock
    first = stored(ledger, ledger.intend(make_request(take=1)))
    second = stored(ledger, ledger.intend(make_request(take=2)))
    assert ledger.circled("s07") == first
    ledger.circle(second.id)
    found = ledger.circled("s07")
    assert found is not None
    assert (found.id, found.circled) == (second.id, True)


def test_an_edit_is_in_the_film_before_what_it_was_made_from(ledger: Ledger) -> None:
    stored(ledger, ledger.intend(make_request(take=1)))
    edit = stored(ledger, ledger.intend(make_request(take=2, purpose="edit")))
    assert ledger.circled("s07") == edit


def test_a_take_without_a_file_cannot_be_circled(ledger: Ledger) -> None:
    with pytest.raises(InputError, match="no picture on disk"):
        ledger.circle(ledger.intend(make_request()).id)


def test_a_removed_take_keeps_its_number_and_its_cost(ledger: Ledger) -> None:
    take = stored(ledger, ledger.intend(make_request()))
    assert ledger.removed(take.id).removed
    assert ledger.circled("s07") is None
    assert ledger.spent().total == 25
    assert ledger.next_number("s07", "runway") == 2


def test_pieces_of_an_upscale_are_takes_of_their_own(ledger: Ledger) -> None:
    for piece in range(3):
        ledger.intend(make_request(purpose="upscale", variant="2160p", piece=piece))
    assert [take.label for take in ledger.takes()] == [
        "Shot s07 take 1 upscale to 2160p",
        "Shot s07 take 1 upscale to 2160p piece 2",
        "Shot s07 take 1 upscale to 2160p piece 3",
    ]


# The file.


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM move",
        "UPDATE move SET note = 'x'",
        "DELETE FROM take",
        "UPDATE take SET request = '{}'",
        "UPDATE take SET ceiling_credits = 0",
        "UPDATE take SET task_id = 'another' WHERE task_id IS NOT NULL",
    ],
)
def test_history_cannot_be_rewritten_by_anybody(ledger: Ledger, path: Path, statement: str) -> None:
    stored(ledger, ledger.intend(make_request()))
    ledger.close()
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)
    connection.close()


def test_a_commit_is_on_the_disk_when_it_returns(ledger: Ledger) -> None:
    value = {
        name: ledger._connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("synchronous", "journal_mode")
    }
    assert value == {"synchronous": 2, "journal_mode": "persist"}


def test_a_second_stitcher_is_refused_and_told_who_holds_it(ledger: Ledger, path: Path) -> None:
    import os

    with pytest.raises(LedgerBusy, match=f"process {os.getpid()} on .*, since 2026-11-22") as caught:
        Ledger.open(path)
    assert str(os.getpid()) in caught.value.holder


def test_the_lock_ends_with_the_ledger(ledger: Ledger, path: Path) -> None:
    ledger.close()
    ledger.close()
    Ledger.open(path).close()


def test_a_closed_ledger_says_so(ledger: Ledger) -> None:
    ledger.close()
    with pytest.raises(LedgerError, match="closed already"):
        ledger.takes()


def test_a_view_reads_beside_the_holder_and_writes_nothing(ledger: Ledger, path: Path) -> None:
    take = ledger.intend(make_request())
    ledger.sending(take.id)
    with Ledger.view(path) as view:
        assert view.get(take.id).state is State.SENDING
        assert isinstance(view, Ledger)
        with pytest.raises(LedgerError, match="read only"):
            view.accepted(take.id, "t1")


def test_a_view_of_no_ledger_is_empty_and_makes_none(path: Path) -> None:
    with Ledger.view(path) as view:
        assert view.takes() == ()
    assert not path.exists()


def test_what_was_in_flight_when_stitcher_died_is_unknown(ledger: Ledger, path: Path) -> None:
    paid = ledger.intend(make_request())
    free = ledger.intend(make_request(provider="animatic", ceiling=0))
    ledger.sending(paid.id)
    ledger.sending(free.id)
    ledger.close()
    with Ledger.open(path) as again:
        assert again.get(paid.id).state is State.UNKNOWN
        assert again.get(free.id).state is State.INTENT


def test_a_damaged_file_is_refused_and_left_as_it_is(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    before = path.read_bytes()
    with pytest.raises(LedgerDamaged):
        Ledger.open(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"not a database at all", b"\0" * 8192], ids=["text", "zeros"])
def test_what_is_no_database_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(LedgerDamaged):
        Ledger.open(path)


def test_another_programs_database_is_refused(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    with pytest.raises(LedgerDamaged, match="another program"):
        Ledger.open(path)


def test_a_newer_stitchers_ledger_is_refused(ledger: Ledger, path: Path) -> None:
    ledger.close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(LedgerDamaged, match="newer stitcher"):
        Ledger.open(path)


def test_a_state_that_contradicts_its_history_is_damage(ledger: Ledger, path: Path) -> None:
    take = ledger.intend(make_request())
    ledger.close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE take SET state = 'framed' WHERE id = ?", (take.id,))
    connection.commit()
    connection.close()
    with pytest.raises(LedgerDamaged, match="history"):
        Ledger.open(path)


def test_the_answer_to_a_paid_request_can_be_recorded_on_a_full_disk(ledger: Ledger, path: Path) -> None:
    for number in range(1, 6):
        stored(ledger, ledger.intend(make_request(take=number)))
    take = ledger.intend(make_request("s08"))
    ledger.sending(take.id)
    journal = path.with_name(path.name + "-journal")
    sizes = path.stat().st_size, journal.stat().st_size
    pages = ledger._connection.execute("PRAGMA page_count").fetchone()[0]
    ledger._connection.execute(f"PRAGMA max_page_count = {pages}")
    ledger.accepted(take.id, "paid-for", estimated_credits=25, reply="x" * 60_000)
    assert (path.stat().st_size, journal.stat().st_size) == sizes
    assert ledger.get(take.id).task_id == "paid-for"


def test_a_full_disk_is_found_before_sending(ledger: Ledger) -> None:
    take = ledger.intend(make_request())
    pages = ledger._connection.execute("PRAGMA page_count").fetchone()[0]
    ledger._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFull):
        ledger.sending(take.id)
    assert ledger.get(take.id).state is State.INTENT


def test_no_secret_reaches_the_file(ledger: Ledger, path: Path) -> None:
    take = ledger.intend(make_request())
    ledger.sending(take.id)
    ledger.accepted(take.id, "t1", reply='{"id":"t1","url":"https://x/?_jwt=CANARYSECRET"}')
    ledger.failed(take.id, None, "Bearer key_CANARYSECRET was bad", cost_credits=0)
    ledger.close()
    for file in path.parent.iterdir():
        assert b"CANARYSECRET" not in file.read_bytes()


def test_a_clock_that_jumps_back_does_not_reorder_the_history(path: Path) -> None:
    clock = Clock()
    with Ledger.open(path, clock=clock) as ledger:
        take = ledger.intend(make_request())
        clock.now = clock.now.replace(year=2001)
        ledger.sending(take.id)
        assert [move.after for move in ledger.history(take.id)] == [State.INTENT, State.SENDING]


def test_several_threads_may_record_at_once(ledger: Ledger) -> None:
    from concurrent.futures import ThreadPoolExecutor

    takes = [ledger.intend(make_request(f"s{n}", provider="animatic", ceiling=0)) for n in range(6)]

    def make(take: Take) -> Take:
        return stored(ledger, take, cost=0)

    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(make, takes))
    assert {take.state for take in done} == {State.FRAMED}
    assert all(len(ledger.history(take.id)) == 6 for take in takes)


@pytest.mark.parametrize(
    ("version", "missing"),
    [
        (1, ("expected_frames", "expected_width", "expected_height", "listed_credits", "board")),
        (2, ("board",)),
    ],
)
def test_a_ledger_of_an_earlier_version_is_read_as_it_is_and_brought_up_when_written(
    tmp_path: Path, version: int, missing: tuple[str, ...]
) -> None:
    path = ledger_path(tmp_path)
    with Ledger.open(path) as ledger:
        ledger.intend(make_request())
    with contextlib.closing(sqlite3.connect(path)) as connection:
        for column in missing:
            connection.execute(f"ALTER TABLE take DROP COLUMN {column}")
        connection.execute(f"PRAGMA user_version = {version}")
    before = path.read_bytes()
    with LedgerReader.view(path) as reader:
        [take] = reader.takes()
    assert (take.shot, take.listed_credits if version == 1 else None) == ("s07", None)
    assert path.read_bytes() == before
    with Ledger.open(path) as ledger:
        assert [one.shot for one in ledger.takes()] == ["s07"]
        assert ledger.intend(make_request(prompt="another")).attempt == 2

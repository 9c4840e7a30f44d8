"""Chains against the stand-in: what is bought, what it costs, and which frame starts which take."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import stitcher
from stitcher.errors import (
    BudgetExceeded,
    DiskFull,
    DownloadFailed,
    InputError,
    Interrupted,
    LedgerBusy,
    MediaError,
    OutOfCredits,
    PreflightError,
    Rejected,
    TakeFailed,
    UnknownOutcome,
)
from stitcher.generation.approval import Approval
from stitcher.generation.estimate import Estimate
from stitcher.generation.events import Event
from stitcher.generation.generate import estimate, generate, inspect
from stitcher.generation.ledger import Ledger
from stitcher.generation.options import GenerateOptions
from stitcher.generation.paths import ledger_path
from stitcher.generation.rescue import adopt, rescue, retry
from stitcher.generation.states import State
from stitcher.standin import Fault, StandIn
from stitcher.storyboard.load import load
from tests.generation.chain_kit import (
    CHAIN,
    HEAD,
    START,
    at_rest,
    code_of,
    coding_server,
    project,
    runway,
    takes_of,
)
from tests.standin_kit import KEY


@pytest.fixture
def server(coded: Path) -> Iterator[StandIn]:
    with coding_server(coded) as running:
        yield running


def test_each_take_of_a_chain_starts_from_the_last_frame_of_the_one_before(
    server: StandIn, tmp_path: Path
) -> None:
    board = project(tmp_path, "".join(CHAIN))
    with runway(server) as provider:
        made = generate(board, provider=provider)
    assert [(take.shot, take.number, take.frames) for take in made.takes] == [
        ("s1", 1, 49),
        ("s2", 1, 49),
        ("s3", 1, 49),
    ]
    starts = [code_of(tmp_path / f"takes/s{number}/1.start.png") for number in (1, 2, 3)]
    assert starts == [START, (1, 48), (2, 48)]
    for before, after in ((1, 2), (2, 3)):
        last = (tmp_path / f"takes/s{before}/1.last.png").read_bytes()
        start = (tmp_path / f"takes/s{after}/1.start.png").read_bytes()
        assert last == start
    assert made.credits == server.books.charged == 30
    assert [take.state for take in takes_of(tmp_path)] == [State.FRAMED] * 3


@pytest.mark.slow
def test_a_wall_clock_that_jumps_changes_neither_the_takes_nor_their_order(
    server: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A day ahead, back before the epoch of the run, and on: as a machine does whose clock is set while it works.
    leaps = itertools.cycle([timedelta(days=1), timedelta(days=-3), timedelta(0), timedelta(days=400)])
    opened: Any = Ledger.open
    monkeypatch.setitem(opened.__func__.__kwdefaults__, "clock", lambda: datetime.now(UTC) + next(leaps))
    monkeypatch.setattr(time, "time", lambda: datetime.now(UTC).timestamp() + next(leaps).total_seconds())
    board = project(tmp_path, "".join(CHAIN))
    with runway(server) as provider:
        made = generate(board, provider=provider)
        again = generate(board, provider=provider)
    assert [take.shot for take in made.takes] == ["s1", "s2", "s3"]
    assert again.credits == 0
    assert len(server.books.tasks) == 3
    assert made.credits == server.books.charged == 30
    assert [take.state for take in takes_of(tmp_path)] == [State.FRAMED] * 3


@pytest.mark.slow
def test_no_child_process_is_given_the_key(
    server: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNWAYML_API_SECRET", KEY)
    started: list[str] = []
    popen = subprocess.Popen.__init__

    def noting(self: Any, args: Any, *rest: Any, **options: Any) -> None:
        environment = options.get("env")
        started.append(f"{args} {os.environ if environment is None else environment}")
        popen(self, args, *rest, **options)

    monkeypatch.setattr(subprocess.Popen, "__init__", noting)
    board = project(tmp_path, "".join(CHAIN))
    with runway(server) as provider:
        generate(board, provider=provider)
    stitcher.render(
        board, tmp_path / "film.mp4", preset="draft", options=stitcher.RenderOptions(cache=tmp_path / "cache")
    )
    assert started
    assert [said for said in started if KEY in said] == []


def test_a_take_is_kept_byte_for_byte_and_read_only(server: StandIn, tmp_path: Path) -> None:
    board = project(tmp_path, CHAIN[0])
    with runway(server) as provider:
        [take] = generate(board, provider=provider).takes
    served = server.books.tasks[0].output
    assert served is not None
    content = (tmp_path / "takes/s1/1.mp4").read_bytes()
    assert content == served.read_bytes()
    assert take.sha256 == hashlib.sha256(content).hexdigest()
    for name in ("1.mp4", "1.start.png", "1.last.png"):
        assert (tmp_path / "takes/s1" / name).stat().st_mode & 0o222 == 0


def test_a_second_run_buys_nothing(server: StandIn, tmp_path: Path) -> None:
    board = project(tmp_path, "".join(CHAIN[:2]))
    with runway(server) as provider:
        generate(board, provider=provider)
        again = generate(board, provider=provider)
    assert (again.takes, again.credits, len(server.books.creates)) == ((), 0, 2)


@pytest.mark.slow
def test_branches_start_from_one_frame_and_run_side_by_side(server: StandIn, tmp_path: Path) -> None:
    shots = CHAIN[0] + "".join(f"  - {{id: b{n}, start: {{shot: s1}}, prompt: b}}\n" for n in (1, 2))
    stages: list[tuple[str, str]] = []

    def note(event: Event) -> None:
        stages.append((event.shot, event.stage))

    with runway(server) as provider:
        generate(project(tmp_path, shots), provider=provider, options=GenerateOptions(progress=note))
    assert {code_of(tmp_path / f"takes/b{n}/1.start.png") for n in (1, 2)} == {(1, 48)}
    assert stages.index(("b2", "sending")) < stages.index(("b1", "done"))


@pytest.mark.slow
def test_what_has_succeeded_is_on_disk_before_the_next_request_leaves(
    server: StandIn, tmp_path: Path
) -> None:
    shots = CHAIN[0] + "  - {id: other, start: start.png, prompt: b}\n" + CHAIN[2]
    last_before: list[list[str]] = []

    def note(event: Event) -> None:
        if event.stage == "sending":
            last_before.append([take.shot for take in takes_of(tmp_path) if take.state is State.SUCCEEDED])

    with runway(server) as provider:
        generate(project(tmp_path, shots), provider=provider, options=GenerateOptions(progress=note))
    assert last_before == [[], [], []]


@pytest.mark.slow
def test_an_existing_clip_can_stand_in_a_chain(server: StandIn, tmp_path: Path) -> None:
    board = project(tmp_path / "first", CHAIN[0])
    with runway(server) as provider:
        generate(board, provider=provider)
        (tmp_path / "first/takes/s1/1.mp4").rename(tmp_path / "clip.mp4")
        shots = "  - {id: old, clip: ../clip.mp4}\n  - {id: new, start: previous, prompt: x}\n"
        generate(project(tmp_path / "second", shots), provider=provider)
    assert code_of(tmp_path / "second/takes/new/1.start.png") == (1, 48)


def test_the_first_frame_of_a_shot_can_start_another(server: StandIn, tmp_path: Path) -> None:
    shots = CHAIN[0] + "  - {id: b, start: {shot: s1, frame: first}, prompt: x}\n"
    with runway(server) as provider:
        generate(project(tmp_path, shots), provider=provider)
    assert code_of(tmp_path / "takes/b/1.start.png") == START


@pytest.mark.slow
def test_a_start_image_is_bought_once_and_all_takes_start_from_it(server: StandIn, tmp_path: Path) -> None:
    shots = (
        "  - id: a\n    prompt: x\n    takes: 2\n"
        "    start: {image: {prompt: a door of @oak, references: [{file: start.png, tag: oak}]}}\n"
    )
    with runway(server) as provider:
        made = generate(project(tmp_path, shots), provider=provider)
    assert [(take.purpose, take.number) for take in made.takes] == [
        ("start-image", 1),
        ("take", 1),
        ("take", 2),
    ]
    assert [create.endpoint for create in server.books.creates] == ["text_to_image", *["image_to_video"] * 2]
    assert (tmp_path / "takes/a/image-1.png").exists()


@pytest.mark.slow
def test_an_edit_is_made_of_the_take_and_is_what_the_next_shot_starts_from(
    server: StandIn, tmp_path: Path
) -> None:
    shots = "  - {id: a, start: start.png, prompt: x, edit: {prompt: make it night}}\n" + CHAIN[1]
    with runway(server) as provider:
        made = generate(project(tmp_path, shots), provider=provider)
    assert [(take.shot, take.purpose, take.number) for take in made.takes] == [
        ("a", "take", 1),
        ("a", "edit", 2),
        ("s2", "take", 1),
    ]
    start = (tmp_path / "takes/s2/1.start.png").read_bytes()
    assert start == (tmp_path / "takes/a/2.last.png").read_bytes()


def test_half_files_of_a_killed_run_are_swept_and_what_is_still_fetched_is_kept(
    server: StandIn, tmp_path: Path
) -> None:
    board = project(tmp_path, CHAIN[0])
    server.script("download", *[Fault.cut_off()] * 3)
    with runway(server) as provider:
        with pytest.raises(DownloadFailed):
            generate(board, provider=provider)
        [part] = (tmp_path / "takes/s1").glob("*.part")
        half = [
            tmp_path / f"takes/s1/{name}"
            for name in (".1.last.stitcher-0123456789ab.png", "1.task-0.mp4.part")
        ]
        mine = tmp_path / "takes/s1/.1.stitcher-notes.png"
        for path in (*half, mine):
            path.write_bytes(b"half")
        generate(board, provider=provider)
    assert [path.exists() for path in (*half, mine, part)] == [False, False, True, False]
    assert server.books.charged == 10


@pytest.mark.parametrize(
    ("start", "frame"),
    [
        ("previous", 23),
        pytest.param("{previous: true, frame: shown}", 23, marks=pytest.mark.slow),
        ("{shot: s1, frame: last}", 48),
        pytest.param("{previous: true, frame: first}", None, marks=pytest.mark.slow),
    ],
    ids=["previous", "shown", "last", "first"],
)
def test_a_trimmed_shot_is_gone_on_from_where_the_film_leaves_it(
    server: StandIn, tmp_path: Path, start: str, frame: int | None
) -> None:
    shots = CHAIN[0].replace("prompt: one", "prompt: one, out: 1s") + CHAIN[1].replace("previous", start)
    board = project(tmp_path, shots)
    priced = estimate(board).notes
    with runway(server) as provider:
        made = generate(board, provider=provider)
        assert not generate(board, provider=provider).takes
    assert code_of(tmp_path / "takes/s2/1.start.png") == (START if frame is None else (1, frame))
    assert inspect(board).drifts == ()
    for notes in (made.notes, priced):
        told = [note for note in notes if "which the film does not show (out: 1s)" in note]
        assert len(told) == (frame == 48)


@pytest.mark.slow
def test_takes_of_a_chain_that_are_made_anew_together_follow_from_each_other(
    server: StandIn, tmp_path: Path
) -> None:
    board = project(tmp_path, "".join(CHAIN[:2]))
    with runway(server) as provider:
        generate(board, provider=provider)
        made = generate(board, provider=provider, retake=["s2", "s1"])
    assert [(take.shot, take.number) for take in made.takes] == [("s1", 2), ("s2", 2)]
    # The third task made the new s1, and its last frame is what the new s2 starts from.
    assert code_of(tmp_path / "takes/s2/2.start.png") == (3, 48)
    assert len({take.request_sha256 for take in takes_of(tmp_path) if take.shot == "s2"}) == 2


@pytest.mark.slow
def test_a_retake_that_was_stopped_is_gone_on_with_and_not_asked_for_again(
    server: StandIn, tmp_path: Path
) -> None:
    board = project(tmp_path, "".join(CHAIN[:2]))
    cancel = threading.Event()

    def stop(event: Event) -> None:
        if event.stage == "queued":
            cancel.set()

    with runway(server) as provider:
        generate(board, provider=provider)
        with pytest.raises(Interrupted, match="nothing is bought twice"):
            generate(
                board,
                provider=provider,
                retake=["s1", "s2"],
                options=GenerateOptions(progress=stop, cancel=cancel),
            )
        assert estimate(board, retake=["s1", "s2"]).credits == 10
        made = generate(board, provider=provider, retake=["s1", "s2"])
    assert [(take.shot, take.number) for take in made.takes] == [("s1", 2), ("s2", 2)]
    assert code_of(tmp_path / "takes/s2/2.start.png") == (3, 48)
    assert server.books.charged == 40


@pytest.mark.slow
def test_who_stops_between_retakes_is_told_which_of_them_is_made(server: StandIn, tmp_path: Path) -> None:
    board = project(tmp_path, "".join(CHAIN[:2]))
    cancel = threading.Event()

    def stop(event: Event) -> None:
        if event.stage == "queued" and event.shot == "s2":
            cancel.set()

    with runway(server) as provider:
        generate(board, provider=provider)
        with pytest.raises(Interrupted, match="Leave out --retake s1: that one is made"):
            generate(
                board,
                provider=provider,
                retake=["s1", "s2"],
                options=GenerateOptions(progress=stop, cancel=cancel),
            )
        made = generate(board, provider=provider, retake=["s2"])
    assert [(take.shot, take.number) for take in made.takes] == [("s2", 2)]
    assert server.books.charged == 40


@pytest.mark.slow
def test_a_take_that_could_not_be_made_anew_is_not_replaced_by_the_old_one_as_a_start(
    server: StandIn, tmp_path: Path
) -> None:
    board = project(tmp_path, "".join(CHAIN[:2]))
    with runway(server) as provider:
        generate(board, provider=provider)
        server.script("task", Fault.fails("SAFETY.INPUT.TEXT"))
        with pytest.raises(TakeFailed):
            generate(board, provider=provider, retake=["s1", "s2"])
    assert len(server.books.creates) == 3


@pytest.mark.slow
def test_a_retake_is_one_more_take_and_leaves_the_film_as_it_is(server: StandIn, tmp_path: Path) -> None:
    board = project(tmp_path, "".join(CHAIN[:2]))
    with runway(server) as provider:
        generate(board, provider=provider)
        made = generate(board, provider=provider, retake=["s1"])
    assert [(take.shot, take.number) for take in made.takes] == [("s1", 2)]
    assert inspect(board).in_film["s1"].number == 1


@pytest.mark.slow
def test_an_animatic_is_replaced_by_the_real_take(server: StandIn, tmp_path: Path) -> None:
    board = project(tmp_path, at_rest(CHAIN[0]))
    generate(board)
    assert inspect(board).in_film["s1"].is_animatic
    assert inspect(board).missing == ("s1",)
    with runway(server) as provider:
        generate(board, provider=provider)
    assert not inspect(board).in_film["s1"].is_animatic
    assert (tmp_path / "takes/s1/1.animatic.mp4").exists()


def test_credits_are_not_spent_on_what_starts_from_an_animatic(server: StandIn, tmp_path: Path) -> None:
    board = project(tmp_path, at_rest("".join(CHAIN[:2])))
    generate(board, shots=["s1"])
    with runway(server) as provider, pytest.raises(InputError, match="only an animatic"):
        generate(board, provider=provider, shots=["s2"])
    assert server.books.creates == ()


class TestMoney:
    def test_nothing_is_sent_above_the_budget(self, server: StandIn, tmp_path: Path) -> None:
        board = project(tmp_path, "".join(CHAIN), HEAD + "budget: {credits: 29}\n")
        with runway(server) as provider, pytest.raises(BudgetExceeded, match="30"):
            generate(board, provider=provider)
        assert server.books.creates == ()

    def test_nothing_is_sent_above_what_this_run_may_spend(self, server: StandIn, tmp_path: Path) -> None:
        board = project(tmp_path, "".join(CHAIN))
        with runway(server) as provider, pytest.raises(BudgetExceeded):
            generate(board, provider=provider, approval=Approval(max_credits=10))
        assert server.books.creates == ()

    def test_nothing_is_sent_when_the_account_has_too_little(self, coded: Path, tmp_path: Path) -> None:
        with coding_server(coded, credits_bought=20) as poor, runway(poor) as provider:
            with pytest.raises(OutOfCredits, match="buy 10 more"):
                generate(project(tmp_path, "".join(CHAIN)), provider=provider)
            assert poor.books.creates == ()

    def test_nothing_is_sent_that_the_model_would_refuse(self, server: StandIn, tmp_path: Path) -> None:
        board = project(tmp_path, "  - {id: a, start: start.png, prompt: x, duration: 11}\n")
        with runway(server) as provider, pytest.raises(PreflightError, match="not of 11"):
            generate(board, provider=provider)
        assert server.books.creates == ()

    def test_nothing_is_sent_without_agreement(self, server: StandIn, tmp_path: Path) -> None:
        seen: list[Estimate] = []

        def no(found: Estimate) -> bool:
            seen.append(found)
            return False

        with runway(server) as provider, pytest.raises(Interrupted, match="nothing was sent"):
            generate(project(tmp_path, "".join(CHAIN)), provider=provider, approval=Approval(confirm=no))
        assert [found.credits for found in seen] == [30]
        assert server.books.creates == ()

    @pytest.mark.slow
    def test_the_estimate_is_what_the_run_costs(self, server: StandIn, tmp_path: Path) -> None:
        board = project(tmp_path, "".join(CHAIN))
        before = estimate(board).credits
        with runway(server) as provider:
            assert generate(board, provider=provider).credits == before == server.books.charged
        assert estimate(board).credits == 0


class TestTrouble:
    def test_a_lost_answer_stops_spending_and_a_person_can_adopt_the_task(
        self, server: StandIn, tmp_path: Path
    ) -> None:
        board = project(tmp_path, "".join(CHAIN))
        server.script("create", Fault.drop(booked=True))
        with runway(server) as provider:
            with pytest.raises(UnknownOutcome, match=r"Balance 10000 → 9990: probably charged"):
                generate(board, provider=provider)
            with pytest.raises(UnknownOutcome, match="stitcher adopt BOARD s1 TASK_ID"):
                generate(board, provider=provider)
            assert len(server.books.creates) == 1
            made = adopt(board, "s1", server.books.tasks[0].id, provider=provider)
            assert [take.shot for take in made.takes] == ["s1"]
            generate(board, provider=provider)
        assert len(server.books.creates) == 3
        assert max(server.books.booked.values()) == 1

    def test_a_task_nobody_knows_is_not_adopted(self, server: StandIn, tmp_path: Path) -> None:
        board = project(tmp_path, CHAIN[0])
        server.script("create", Fault.drop(booked=True))
        with runway(server) as provider:
            with pytest.raises(UnknownOutcome):
                generate(board, provider=provider)
            with pytest.raises(InputError, match="knows no task"):
                adopt(board, "s1", "11111111-1111-4111-8111-111111111111", provider=provider)
        assert takes_of(tmp_path)[0].state is State.UNKNOWN

    def test_a_second_charge_is_only_taken_when_accepted(self, server: StandIn, tmp_path: Path) -> None:
        board = project(tmp_path, CHAIN[0])
        server.script("create", Fault.drop(booked=True))
        with runway(server) as provider:
            with pytest.raises(UnknownOutcome):
                generate(board, provider=provider)
            with pytest.raises(InputError, match="9 were accepted"):
                retry(board, "s1", 9, provider=provider)
            assert len(server.books.creates) == 1
            made = retry(board, "s1", 10, provider=provider)
        assert [(take.number, take.attempt) for take in made.takes] == [(1, 2)]
        assert len(server.books.creates) == 2

    def test_a_free_failure_is_asked_for_again(self, server: StandIn, tmp_path: Path) -> None:
        server.script("task", Fault.fails("INTERNAL", cost=0), Fault.fails(None, cost=0))
        with runway(server) as provider:
            made = generate(project(tmp_path, CHAIN[0]), provider=provider)
        assert [take.attempt for take in made.takes] == [3]
        assert made.credits == server.books.charged == 10

    def test_free_failures_are_not_repeated_for_ever(self, server: StandIn, tmp_path: Path) -> None:
        server.script("task", *[Fault.fails("INTERNAL", cost=0)] * 9)
        with runway(server) as provider, pytest.raises(TakeFailed, match="INTERNAL"):
            generate(project(tmp_path, CHAIN[0]), provider=provider)
        assert len(server.books.creates) == 3

    @pytest.mark.parametrize("code", ["SAFETY.INPUT.TEXT", "SAFETY.OUTPUT.VIDEO", "INTERNAL.BAD_OUTPUT.01"])
    def test_what_would_fail_again_is_not_sent_again(
        self, server: StandIn, tmp_path: Path, code: str
    ) -> None:
        server.script("task", Fault.fails(code, "no"))
        with runway(server) as provider, pytest.raises(TakeFailed, match=code):
            generate(project(tmp_path, CHAIN[0]), provider=provider)
        assert len(server.books.creates) == 1

    def test_a_charged_failure_is_bought_again_only_when_accepted(
        self, server: StandIn, tmp_path: Path
    ) -> None:
        board = project(tmp_path, CHAIN[0])
        server.script("task", Fault.fails("SAFETY.INPUT.TEXT", cost=10))
        with runway(server) as provider:
            with pytest.raises(TakeFailed):
                generate(board, provider=provider)
            with pytest.raises(InputError, match="--accept-second-charge 10"):
                generate(board, provider=provider)
            assert len(server.books.creates) == 1
            assert retry(board, "s1", 10, provider=provider).takes[0].attempt == 2

    def test_a_failed_shot_blocks_only_what_starts_from_it(self, server: StandIn, tmp_path: Path) -> None:
        shots = CHAIN[0] + CHAIN[1] + "  - {id: other, start: start.png, prompt: y}\n"
        server.script("task", Fault.fails("SAFETY.INPUT.TEXT"), None)
        with runway(server) as provider, pytest.raises(TakeFailed) as caught:
            generate(project(tmp_path, shots), provider=provider)
        done = {take.shot for take in takes_of(tmp_path) if take.on_disk}
        assert done == {"other"}
        assert any("s2 starts from s1" in note for note in caught.value.__notes__)

    def test_a_refusal_is_said_and_costs_nothing(self, server: StandIn, tmp_path: Path) -> None:
        server.script("create", Fault.http(400, "Validation of body failed"))
        with runway(server) as provider, pytest.raises(Rejected, match="Validation"):
            generate(project(tmp_path, CHAIN[0]), provider=provider)
        assert takes_of(tmp_path)[0].state is State.REJECTED

    def test_a_dead_link_is_fetched_afresh_and_never_bought_again(
        self, server: StandIn, tmp_path: Path
    ) -> None:
        server.script("download", Fault.expired(), Fault.cut_off())
        with runway(server) as provider:
            generate(project(tmp_path, CHAIN[0]), provider=provider)
        assert len(server.books.creates) == 1

    def test_a_wish_to_stop_says_what_is_still_being_made_and_the_next_run_fetches_it(
        self, coded: Path, tmp_path: Path
    ) -> None:
        cancel = threading.Event()

        def stop(event: Event) -> None:
            if event.stage == "running":
                cancel.set()

        board = project(tmp_path, "".join(CHAIN[:2]))
        with coding_server(coded, running_s=0.3) as slow, runway(slow) as provider:
            with pytest.raises(
                Interrupted, match="Still being made, and paid for: Shot s1 take 1"
            ) as stopped:
                generate(board, provider=provider, options=GenerateOptions(progress=stop, cancel=cancel))
            assert stopped.value.task_ids == (slow.books.tasks[0].id,)
            [take] = rescue(board, provider=provider).takes
            assert (take.shot, len(slow.books.creates)) == ("s1", 1)
            generate(board, provider=provider)
            assert len(slow.books.creates) == 2

    def test_two_at_once_are_refused_naming_the_holder(self, server: StandIn, tmp_path: Path) -> None:
        board = project(tmp_path, CHAIN[0])
        with (
            Ledger.open(ledger_path(tmp_path)),
            runway(server) as provider,
            pytest.raises(LedgerBusy, match="process"),
        ):
            generate(board, provider=provider)
        assert server.books.creates == ()

    def test_a_changed_prompt_is_told_and_not_bought_again(self, server: StandIn, tmp_path: Path) -> None:
        with runway(server) as provider:
            generate(project(tmp_path, "".join(CHAIN[:2])), provider=provider)
            (tmp_path / "board.yaml").write_text(
                (tmp_path / "board.yaml").read_text().replace("prompt: one", "prompt: changed")
            )
            board = load(tmp_path / "board.yaml")
            assert generate(board, provider=provider).takes == ()
        [drift] = inspect(board).drifts
        assert (drift.take.shot, drift.differs) == ("s1", ("prompt",))
        assert len(server.books.creates) == 2

    def test_a_shot_edited_while_its_take_is_made_still_gets_what_was_paid_for(
        self, coded: Path, tmp_path: Path
    ) -> None:
        cancel = threading.Event()

        def stop(event: Event) -> None:
            if event.stage == "running":
                cancel.set()

        with coding_server(coded, running_s=0.3) as slow, runway(slow) as provider:
            with pytest.raises(Interrupted):
                generate(
                    project(tmp_path, CHAIN[0]),
                    provider=provider,
                    options=GenerateOptions(progress=stop, cancel=cancel),
                )
            written = tmp_path / "board.yaml"
            written.write_text(written.read_text().replace("prompt: one", "prompt: changed"))
            made = generate(load(written), provider=provider)
            assert [take.shot for take in made.takes] == ["s1"]
            assert len(slow.books.creates) == 1
        assert inspect(load(written)).drifts[0].differs == ("prompt",)

    def test_a_full_disk_loses_nothing_that_was_paid_for(
        self, server: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        board = project(tmp_path, CHAIN[0])

        def full(*arguments: object, **options: object) -> None:
            raise DiskFull("There is no space left.")

        with runway(server) as provider:
            with monkeypatch.context() as patch:
                patch.setattr(provider, "fetch", full)
                with pytest.raises(DiskFull):
                    generate(board, provider=provider)
            assert takes_of(tmp_path)[0].state is State.SUCCEEDED
            assert generate(board, provider=provider).takes[0].state is State.FRAMED
        assert len(server.books.creates) == 1

    def test_a_take_that_was_changed_on_disk_starts_nothing(self, server: StandIn, tmp_path: Path) -> None:
        board = project(tmp_path, "".join(CHAIN[:2]))
        with runway(server) as provider:
            generate(board, provider=provider, shots=["s1"])
            last = tmp_path / "takes/s1/1.last.png"
            last.chmod(0o644)
            last.write_bytes(last.read_bytes() + b"x")
            with pytest.raises(MediaError, match="was changed since"):
                generate(board, provider=provider)
        assert len(server.books.creates) == 1


def test_it_can_be_used_from_asyncio_through_a_thread(server: StandIn, tmp_path: Path) -> None:
    board = project(tmp_path, CHAIN[0])
    with runway(server) as provider:
        made = asyncio.run(asyncio.to_thread(stitcher.generate, board, provider=provider))
    assert [take.shot for take in made.takes] == ["s1"]


@pytest.mark.slow
def test_animatics_stand_in_for_images_and_edits_too(tmp_path: Path) -> None:
    shots = (
        "  - id: a\n    prompt: zoom out\n    start: {image: {prompt: a door}}\n    edit: {prompt: night}\n"
        "  - {id: b, start: previous, prompt: static}\n"
    )
    made = generate(project(tmp_path, shots))
    assert [(take.shot, take.purpose, take.number) for take in made.takes] == [
        ("a", "start-image", 1),
        ("a", "take", 1),
        ("a", "edit", 2),
        ("b", "take", 1),
    ]
    assert made.spending.total == 0
    start = (tmp_path / "takes/b/1.animatic.start.png").read_bytes()
    assert start == (tmp_path / "takes/a/2.animatic.last.png").read_bytes()


@pytest.mark.slow
def test_what_a_free_run_left_under_way_is_simply_made_again(tmp_path: Path) -> None:
    cancel = threading.Event()
    board = project(tmp_path, CHAIN[0])

    def stop(event: Event) -> None:
        if event.stage == "fetching":
            cancel.set()

    with pytest.raises(Interrupted):
        generate(board, options=GenerateOptions(progress=stop, cancel=cancel))
    assert takes_of(tmp_path)[0].state is State.SUCCEEDED
    assert [take.state for take in generate(board).takes] == [State.FRAMED]

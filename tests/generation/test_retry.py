"""Asking again: one request, at most at the price that was agreed to, and nothing given up before it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stitcher.errors import (
    BudgetExceeded,
    InputError,
    Interrupted,
    PreflightError,
    StitcherError,
    TakeFailed,
    UnknownOutcome,
)
from stitcher.generation.generate import estimate, generate, inspect
from stitcher.generation.rescue import adopt, never_made, retry
from stitcher.generation.selects import remove
from stitcher.generation.states import State
from stitcher.generation.upscale_run import upscale
from stitcher.standin import Fault, StandIn
from tests.generation.chain_kit import CHAIN, HEAD, code_of, coding_server, project, runway, takes_of

FAILS = Fault.fails("SAFETY.INPUT.TEXT", cost=10)


@pytest.fixture
def server(coded: Path) -> Iterator[StandIn]:
    with coding_server(coded) as running:
        yield running


def states(folder: Path) -> list[tuple[int, int, str]]:
    return [(take.number, take.attempt, take.state.value) for take in takes_of(folder)]


def test_a_refused_retry_gives_nothing_up(server: StandIn, tmp_path: Path) -> None:
    board = project(tmp_path, CHAIN[0], HEAD + "budget: {credits: 15}\n")
    server.script("create", Fault.drop(booked=True))
    with runway(server) as provider:
        with pytest.raises(UnknownOutcome):
            generate(board, provider=provider)
        with pytest.raises(StitcherError) as refused:
            retry(board, "s1", 10, provider=provider)
        assert isinstance(refused.value, BudgetExceeded)
        assert states(tmp_path) == [(1, 1, "unknown")]
        made = adopt(board, "s1", server.books.tasks[0].id, provider=provider)
    assert [take.state for take in made.takes] == [State.FRAMED]
    assert len(server.books.creates) == 1


def test_a_request_that_was_given_up_can_be_found_until_the_new_one_is_there(
    server: StandIn, tmp_path: Path
) -> None:
    board = project(tmp_path, CHAIN[0])
    server.script("create", Fault.drop(booked=True), Fault.http(400))
    with runway(server) as provider:
        with pytest.raises(UnknownOutcome):
            generate(board, provider=provider)
        with pytest.raises(StitcherError):
            retry(board, "s1", 10, provider=provider)
        assert states(tmp_path) == [(1, 1, "written_off"), (1, 2, "rejected")]
        made = adopt(board, "s1", server.books.tasks[0].id, provider=provider)
        assert [(take.number, take.attempt) for take in made.takes] == [(1, 1)]
        assert not generate(board, provider=provider).takes, "what was found is not bought again"
    assert len(server.books.creates) == 2


def test_a_clip_found_after_another_was_bought_becomes_one_more_take(server: StandIn, tmp_path: Path) -> None:
    board = project(tmp_path, CHAIN[0])
    server.script("create", Fault.drop(booked=True))
    with runway(server) as provider:
        with pytest.raises(UnknownOutcome):
            generate(board, provider=provider)
        retry(board, "s1", 10, provider=provider)
        made = adopt(board, "s1", server.books.tasks[0].id, provider=provider)
        with pytest.raises(InputError, match="belongs to another take"):
            adopt(board, "s1", server.books.tasks[1].id, provider=provider)
        assert not generate(board, provider=provider).takes
    assert [(take.number, take.frames) for take in made.takes] == [(2, 49)]
    assert states(tmp_path) == [(1, 1, "written_off"), (1, 2, "framed"), (2, 1, "framed")]
    assert made.spending.total == server.books.charged == 20
    assert code_of(tmp_path / "takes/s1/2.last.png") == (1, 48)


@pytest.mark.parametrize("given_up", [False, True], ids=["unknown", "given up"])
def test_what_was_never_booked_counts_as_nothing_once_a_person_says_so(
    server: StandIn, tmp_path: Path, given_up: bool
) -> None:
    board = project(tmp_path, CHAIN[0])
    server.script("create", Fault.drop(booked=False))
    asked: list[str] = []
    with runway(server) as provider:
        with pytest.raises(UnknownOutcome, match="adopt BOARD --none s1"):
            generate(board, provider=provider)
        if given_up:
            retry(board, "s1", 10, provider=provider)
        with pytest.raises(Interrupted):
            never_made(board, "s1", provider=provider, confirm=lambda said: False)

        def agree(said: str) -> bool:
            asked.append(said)
            return True

        take = never_made(board, "s1", provider=provider, confirm=agree)
        made = generate(board, provider=provider)
        with pytest.raises(InputError, match="counts as nothing already"):
            never_made(board, "s1", provider=provider, confirm=lambda said: True)
    assert "probably not charged" in asked[0]
    assert ("10 of it for later takes" in asked[0]) is given_up
    assert (take.state, take.spent_credits) == (State.WRITTEN_OFF, 0)
    assert made.spending.total == server.books.charged == 10


def test_nothing_else_of_the_shot_is_bought(server: StandIn, tmp_path: Path) -> None:
    shot = "  - {id: s1, start: start.png, prompt: one, takes: 3}\n"
    board = project(tmp_path, shot)
    server.script("create", Fault.drop(booked=False))
    with runway(server) as provider:
        with pytest.raises(UnknownOutcome):
            generate(board, provider=provider)
        made = retry(board, "s1", 10, provider=provider)
    assert [(take.number, take.attempt) for take in made.takes] == [(1, 2)]
    assert server.books.charged == 10


@pytest.mark.slow
def test_the_one_that_stands_in_the_way_is_asked_for(server: StandIn, tmp_path: Path) -> None:
    board = project(tmp_path, "  - {id: s1, start: start.png, prompt: one, takes: 2}\n")
    server.script("task", FAILS)
    with runway(server) as provider:
        with pytest.raises(TakeFailed):
            generate(board, provider=provider)
        with pytest.raises(InputError, match="stitcher retry BOARD s1 --accept-second-charge 10"):
            generate(board, provider=provider)
        assert (2, 1, "framed") in states(tmp_path)
        made = retry(board, "s1", 10, provider=provider)
        assert [(take.number, take.attempt) for take in made.takes] == [(1, 2)]
        assert not generate(board, provider=provider).takes


def test_a_retake_leaves_a_charged_failure_behind(server: StandIn, tmp_path: Path) -> None:
    board = project(tmp_path, CHAIN[0])
    server.script("task", FAILS)
    with runway(server) as provider:
        with pytest.raises(TakeFailed):
            generate(board, provider=provider)
        changed = project(tmp_path, CHAIN[0].replace("one", "another"))
        with pytest.raises(InputError, match="stitcher generate BOARD --retake s1 --provider runway"):
            generate(changed, provider=provider)
        assert estimate(changed, retake=["s1"]).credits == 10
        made = generate(changed, provider=provider, retake=["s1"])
        assert [(take.number, take.attempt) for take in made.takes] == [(2, 1)]
        assert not generate(changed, provider=provider).takes


@pytest.mark.slow
def test_an_enlargement_is_asked_for_again_too(server: StandIn, tmp_path: Path) -> None:
    board = project(tmp_path, CHAIN[0], HEAD + "upscale: {by: runway, to: 1440p}\n")
    with runway(server) as provider:
        generate(board, provider=provider)
        server.script("create", Fault.drop(booked=True))
        with pytest.raises(UnknownOutcome, match="retry BOARD s1 --accept-second-charge 45"):
            upscale(board, provider=provider)
        with pytest.raises(InputError, match="may cost 45"):
            retry(board, "s1", 44, provider=provider)
        made = retry(board, "s1", 45, provider=provider)
    assert [(take.purpose, take.attempt, take.state) for take in made.takes] == [("upscale", 2, State.FRAMED)]


def test_a_dearer_service_is_sent_nothing_more(coded: Path, tmp_path: Path) -> None:
    with coding_server(coded, price=lambda *_, **__: 25) as server, runway(server) as provider:
        board = project(tmp_path, "".join(CHAIN))
        with pytest.raises(BudgetExceeded, match="costs 25 credits at the service, and at most 10"):
            generate(board, provider=provider)
        assert len(server.books.creates) == 1
        assert states(tmp_path) == [(1, 1, "framed")], "what was paid for is fetched"


@pytest.mark.slow
def test_a_price_that_rises_only_at_the_end_stops_the_run_and_is_reckoned_with_by_the_next(
    server: StandIn, tmp_path: Path
) -> None:
    board = project(tmp_path, "".join(CHAIN), HEAD + "budget: {credits: 60}\n")
    server.script("task", Fault.costs(25), Fault.costs(25))
    with runway(server) as provider:
        with pytest.raises(BudgetExceeded, match="costs 25 credits at the service, and at most 10"):
            generate(board, provider=provider)
        assert len(server.books.creates) == 1
        # Two more at the price that was seen would be 75 in all.
        assert estimate(board).credits == 50
        with pytest.raises(BudgetExceeded) as found:
            generate(board, provider=provider)
        assert (found.value.needed_credits, found.value.allowed_credits) == (75, 60)
        made = generate(board, provider=provider, shots=["s2"])
        assert (made.credits, estimate(board).credits) == (25, 25)
    assert server.books.charged == 50


@pytest.mark.slow
def test_no_stand_in_is_made_for_what_is_there(server: StandIn, tmp_path: Path) -> None:
    board = project(tmp_path, "".join(CHAIN[:2]))
    with runway(server) as provider:
        generate(board, provider=provider, shots=["s1"])
    assert [take.shot for take in generate(board).takes] == ["s2"]


@pytest.mark.slow
def test_a_changed_edit_is_renewed_and_not_its_take(server: StandIn, tmp_path: Path) -> None:
    shot = "  - {id: s1, start: start.png, prompt: one, edit: {prompt: night}}\n"
    board = project(tmp_path, shot)
    with runway(server) as provider:
        generate(board, provider=provider)
        changed = project(tmp_path, shot.replace("night", "dawn"))
        assert [line.purpose for line in estimate(changed, retake=["s1"]).lines] == ["edit"]
        made = generate(changed, provider=provider, retake=["s1"])
    assert [take.purpose for take in made.takes] == ["edit"]


@pytest.mark.slow
def test_a_changed_start_image_is_drawn_anew_for_a_retake(server: StandIn, tmp_path: Path) -> None:
    shot = "  - {id: s1, start: {image: {prompt: hello}}, prompt: one}\n"
    board = project(tmp_path, shot)
    with runway(server) as provider:
        generate(board, provider=provider)
        changed = project(tmp_path, shot.replace("hello", "goodbye"))
        made = generate(changed, provider=provider, retake=["s1"])
        assert [take.purpose for take in made.takes] == ["start-image", "take"]
        assert made.takes[1].start_sha256 != takes_of(tmp_path)[1].start_sha256


def test_a_take_that_cannot_be_deleted_stays_on_record(
    server: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = project(tmp_path, CHAIN[0])
    with runway(server) as provider:
        generate(board, provider=provider)
    monkeypatch.setattr("stitcher.generation.selects.os.access", lambda *_: False)
    with pytest.raises(StitcherError, match="may not be changed"):
        remove(tmp_path, "s1", 1)
    assert states(tmp_path) == [(1, 1, "framed")]


def test_a_start_picture_that_can_be_seen_through_is_refused(server: StandIn, tmp_path: Path) -> None:
    from PIL import Image

    board = project(tmp_path, CHAIN[0])
    with Image.open(tmp_path / "start.png") as still:
        clear = still.convert("RGBA")
    clear.putalpha(128)
    clear.save(tmp_path / "start.png")
    with runway(server) as provider, pytest.raises(PreflightError, match="transparent in places"):
        generate(board, provider=provider)
    clear.putalpha(255)
    clear.save(tmp_path / "start.png")
    with runway(server) as provider:
        assert generate(board, provider=provider).takes
    assert len(server.books.creates) == 1


@pytest.mark.slow
def test_what_waits_for_a_person_is_told_until_it_is_settled(server: StandIn, tmp_path: Path) -> None:
    board = project(tmp_path, "".join(CHAIN[:2]))
    server.script("task", FAILS)
    with runway(server) as provider:
        with pytest.raises(TakeFailed):
            generate(board, provider=provider)
        assert [(take.shot, take.number) for take in inspect(board).stuck] == [("s1", 1)]
        generate(board, provider=provider, retake=["s1"])
    assert inspect(board).stuck == ()

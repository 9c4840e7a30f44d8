"""Nobody is asked to pay for what is not sent afterwards, and what is refused says all there is to know."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import stitcher
from stitcher.cli.exit_status import expected
from stitcher.errors import (
    BudgetExceeded,
    DailyCap,
    InputError,
    Interrupted,
    MediaMissing,
    MediaRefused,
    NotGenerated,
    OutOfCredits,
    ProviderUnavailable,
    StitcherError,
    TakeFailed,
    UnknownOutcome,
)
from stitcher.generation.approval import Approval
from stitcher.generation.estimate import Estimate
from stitcher.generation.events import Event
from stitcher.generation.generate import estimate, generate, inspect
from stitcher.generation.options import GenerateOptions
from stitcher.generation.provider import Submission
from stitcher.generation.rescue import rescue, retry
from stitcher.generation.run_policy import Timing
from stitcher.generation.states import State
from stitcher.standin import Fault, StandIn
from stitcher.storyboard.load import load
from tests.generation.chain_kit import CHAIN, HEAD, at_rest, coding_server, project, runway, takes_of
from tests.standin_kit import Clock

OWN = "  - {id: own, start: start.png, prompt: own}\n"


@pytest.fixture
def server(coded: Path) -> Iterator[StandIn]:
    with coding_server(coded) as running:
        yield running


class Asked:
    """Agrees to everything, and keeps what it was asked."""

    def __init__(self) -> None:
        self.about: list[Estimate] = []

    def __call__(self, found: Estimate) -> bool:
        self.about.append(found)
        return True


def test_what_waits_for_a_person_is_not_in_the_price_and_nor_is_what_starts_from_it(
    server: StandIn, tmp_path: Path
) -> None:
    board = project(tmp_path, f"{CHAIN[0]}{CHAIN[1]}{OWN}")
    server.script("task", Fault.fails("SAFETY.INPUT.TEXT", cost=10))
    asked = Asked()
    with runway(server) as provider:
        with pytest.raises(TakeFailed):
            generate(board, provider=provider, shots=["s1"])
        priced = estimate(board)
        with pytest.raises(InputError, match="stitcher retry BOARD s1 --accept-second-charge 10") as refused:
            generate(board, provider=provider, approval=Approval(confirm=asked))
    assert [[line.shot for line in one.lines] for one in (priced, *asked.about)] == [["own"], ["own"]]
    assert "repeats can suspend the account" in str(refused.value)
    assert "repeats can suspend the account" in asked.about[0].notes[0]
    assert "Shot s2 starts from s1, which has no take" in asked.about[0].notes[1]
    assert server.books.charged == 20


@pytest.mark.slow
def test_a_shot_whose_source_is_not_made_with_it_is_refused_before_the_question(
    server: StandIn, tmp_path: Path
) -> None:
    board = project(tmp_path, at_rest("".join(CHAIN[:2])))
    generate(board)
    asked = Asked()
    with runway(server) as provider, pytest.raises(InputError, match="has only an animatic"):
        generate(board, provider=provider, shots=["s2"], approval=Approval(confirm=asked))
    assert (asked.about, server.books.creates) == ([], ())


@pytest.mark.parametrize("name", ["1.mp4", "1.last.png"])
def test_a_source_that_was_changed_is_refused_before_the_question(
    server: StandIn, tmp_path: Path, name: str
) -> None:
    board = project(tmp_path, f"{''.join(CHAIN)}{OWN}")
    asked = Asked()
    with runway(server) as provider:
        generate(board, provider=provider, shots=["s1"])
        kept = tmp_path / "takes/s1" / name
        kept.chmod(0o644)
        kept.write_bytes(kept.read_bytes()[:-1] + b"x")
        with pytest.raises(MediaRefused, match="was changed since stitcher stored it"):
            generate(board, provider=provider, approval=Approval(confirm=asked))
    assert [[line.shot for line in one.lines] for one in asked.about] == [["own"]]
    assert [take.shot for take in takes_of(tmp_path)] == ["s1", "own"]


def test_while_an_outcome_is_unknown_nobody_is_asked_and_the_estimate_says_so(
    server: StandIn, tmp_path: Path
) -> None:
    board = project(tmp_path, f"{CHAIN[0]}{OWN}")
    server.script("create", Fault.drop(booked=True))
    asked = Asked()
    with runway(server) as provider:
        with pytest.raises(UnknownOutcome):
            generate(board, provider=provider)
        with pytest.raises(UnknownOutcome) as unknown:
            generate(board, provider=provider, approval=Approval(confirm=asked))
    [note] = estimate(board).notes
    for command in ("adopt BOARD s1 TASK_ID", "adopt BOARD --none s1", "retry BOARD s1"):
        assert f"stitcher {command}" in note
    assert "nothing paid is sent until you decide" in note
    assert (asked.about, len(server.books.creates)) == ([], 1)
    facts = expected(unknown.value).facts
    assert (facts["balance_before_credits"], facts["balance_credits"]) == (10000, 9990)
    assert (facts["shot"], facts["take"], facts["ceiling_credits"]) == ("s1", 1, 10)


def ended_by(server: StandIn, folder: Path, head: str = HEAD) -> StitcherError:
    with runway(server) as provider, pytest.raises(StitcherError) as ended:
        generate(project(folder, CHAIN[0], head), provider=provider)
    return ended.value


def test_a_daily_cap_ends_with_one_code_whenever_it_is_met(coded: Path, tmp_path: Path) -> None:
    with coding_server(coded, daily={"video": 0, "image": 0, "audio": 0}) as empty:
        beforehand = ended_by(empty, tmp_path / "before")
    with coding_server(coded) as server:
        server.script("create", Fault.http(429, "Daily limit reached"))
        midway = ended_by(server, tmp_path / "midway")
    assert [type(error) for error in (beforehand, midway)] == [DailyCap, DailyCap]
    assert beforehand.exit_code == midway.exit_code == 69
    assert all("Nothing was" in str(error) for error in (beforehand, midway))


def test_errors_about_money_tell_machines_how_much(coded: Path, tmp_path: Path) -> None:
    with coding_server(coded, credits_bought=7) as poor:
        short = ended_by(poor, tmp_path / "poor")
        above = ended_by(poor, tmp_path / "budget", HEAD + "budget: {credits: 5}\n")
    with coding_server(coded) as server:
        server.script("create", Fault.http(400, "You do not have enough credits to run this task."))
        midway = ended_by(server, tmp_path / "midway")
        server.script("task", Fault.fails("ASSET.INVALID", cost=3))
        failed = ended_by(server, tmp_path / "failed")
        task = server.books.tasks[0].id
    assert isinstance(short, OutOfCredits)
    assert isinstance(above, BudgetExceeded)
    told = expected(midway).facts
    assert (told["needed_credits"], told["balance_credits"]) == (10, 10_000)
    assert expected(short).facts == {"needed_credits": 10, "balance_credits": 7}
    assert expected(above).facts == {"needed_credits": 10, "allowed_credits": 5}
    facts = {"shot": "s1", "take": 1, "task_id": task, "cost_credits": 3, "code": "ASSET.INVALID"}
    assert expected(failed).facts == facts
    json.dumps(facts)


def facts_after(server: StandIn, folder: Path, fault: Fault) -> dict[str, object]:
    server.script("create", fault)
    told = dict(expected(ended_by(server, folder)).facts)
    return {
        name: told.get(name) for name in ("shot", "take", "cost_credits", "needed_credits", "balance_credits")
    }


@pytest.mark.parametrize(
    ("fault", "needed"),
    [
        (Fault.http(400, "promptText: too long"), 10),
        (Fault.http(400, "You do not have enough credits to run this task."), 10),
        (Fault.http(429, "Daily limit reached"), 10),
        (Fault.http(401, "Unauthorized"), None),
    ],
    ids=["request", "credits", "day", "key"],
)
def test_a_refusal_at_the_counter_names_its_take_and_the_money(
    server: StandIn, tmp_path: Path, fault: Fault, needed: int | None
) -> None:
    told = facts_after(server, tmp_path, fault)
    balance = 10_000 if needed else None
    assert list(told.values()) == ["s1", 1, 0, needed, balance]


def test_a_day_that_is_used_up_tells_what_was_needed(coded: Path, tmp_path: Path) -> None:
    with coding_server(coded, daily={"video": 0, "image": 0, "audio": 0}) as empty:
        told = expected(ended_by(empty, tmp_path)).facts
    assert told == {"needed_credits": 10, "balance_credits": 10_000}


def test_a_price_that_rose_names_the_take_and_its_task(coded: Path, tmp_path: Path) -> None:
    with coding_server(coded, price=lambda endpoint, body, seconds: 30) as dear:
        told = expected(ended_by(dear, tmp_path)).facts
        task = dear.books.tasks[0].id
    assert told == {
        "shot": "s1",
        "take": 1,
        "task_id": task,
        "cost_credits": 30,
        "needed_credits": 30,
        "allowed_credits": 10,
    }


def test_a_rescue_tells_of_a_price_that_rose_and_ends_well(server: StandIn, tmp_path: Path) -> None:
    board, stop = project(tmp_path, CHAIN[0]), threading.Event()
    server.script("task", Fault.costs(30))
    with runway(server) as provider:
        with pytest.raises(Interrupted):
            generate(
                board,
                provider=provider,
                options=GenerateOptions(progress=lambda event: stop.set(), cancel=stop),
            )
        made = rescue(board, provider=provider)
    assert [(take.shot, take.spent_credits) for take in made.takes] == [("s1", 30)]
    assert "costs 30 credits at the service" in made.notes[0]


def test_what_could_not_be_sent_is_said_at_once(
    server: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Event] = []
    clock = Clock()
    with runway(server) as provider:
        prepare, tries = provider.prepare, iter(range(5))

        def sometimes(request: Submission) -> Submission:
            if next(tries) < 2:
                raise ProviderUnavailable("The storage refused the upload (HTTP 403). Nothing was bought.")
            return prepare(request)

        monkeypatch.setattr(provider, "prepare", sometimes)
        timing = Timing(clock=clock, sleep=clock.sleep)
        generate(
            project(tmp_path, CHAIN[0]),
            provider=provider,
            options=GenerateOptions(progress=told.append, timing=timing),
        )
    assert [event.stage for event in told][:2] == ["unsent", "sending"]
    assert "Nothing was bought" in told[0].note


def test_what_may_be_charged_again_tells_how_much_it_was_and_would_be(
    server: StandIn, tmp_path: Path
) -> None:
    server.script("task", Fault.fails("SAFETY.INPUT.TEXT", cost=10))
    failed = ended_by(server, tmp_path)
    again = expected(ended_by(server, tmp_path)).facts
    board = load(tmp_path / "board.yaml")
    with pytest.raises(InputError) as short:
        retry(board, "s1", 4)
    task = {"shot": "s1", "take": 1, "task_id": failed.task_id, "cost_credits": 10}
    assert again == {**task, "needed_credits": 10}
    assert expected(short.value).facts == {**task, "needed_credits": 10, "allowed_credits": 4}


@pytest.mark.slow
def test_a_take_that_is_gone_is_named_with_its_task_where_films_are_made(
    server: StandIn, tmp_path: Path
) -> None:
    board = project(tmp_path, f"{CHAIN[0]}{OWN}")
    with pytest.raises(NotGenerated) as missing:
        stitcher.lay_out(board)
    with runway(server) as provider:
        generate(board, provider=provider)
    (tmp_path / "takes/own/1.mp4").unlink()
    with pytest.raises(MediaMissing) as gone:
        stitcher.lay_out(board)
    own = takes_of(tmp_path)[1]
    assert expected(missing.value).facts == {"shots": ("s1", "own")}
    assert expected(gone.value).facts.items() >= {"shot": "own", "take": 1, "task_id": own.task_id}.items()


@pytest.mark.slow
def test_takes_made_for_another_storyboard_of_the_folder_are_named_before_anything_is_sent(
    server: StandIn, tmp_path: Path
) -> None:
    asked = Asked()
    with runway(server) as provider:
        generate(project(tmp_path, CHAIN[0]), provider=provider)
        (tmp_path / "other.yaml").write_text((tmp_path / "board.yaml").read_text() + OWN)
        other = load(tmp_path / "other.yaml")
        made = generate(other, provider=provider, approval=Approval(confirm=asked))
        assert [take.board for take in takes_of(tmp_path)] == ["board.yaml", "other.yaml"]
        for notes in (made.notes, asked.about[0].notes, estimate(other).notes, inspect(other).notes):
            [note] = [note for note in notes if "another" not in note and "board.yaml" in note]
            assert "Shot s1 shows take 1, which was made for board.yaml" in note
        assert inspect(load(tmp_path / "board.yaml")).notes == ()
        # A storyboard that was only renamed is no other.
        (tmp_path / "board.yaml").unlink()
        assert inspect(other).notes == ()
    assert {take.state for take in takes_of(tmp_path)} == {State.FRAMED}

"""Takes that come whole and otherwise than asked for: near lengths are taken, others wait for a person."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import stitcher
from stitcher.errors import InputError, NotGenerated, TakeHeld
from stitcher.generation.generate import generate, inspect
from stitcher.generation.held_takes import accept, decline
from stitcher.generation.ledger import Ledger
from stitcher.generation.messages import held_error
from stitcher.generation.paths import ledger_path
from stitcher.generation.rescue import rescue, retry
from stitcher.generation.selects import circle, find_take, remove
from stitcher.generation.states import State
from tests.generation.chain_kit import CHAIN, code_of, coding_server, project, runway, takes_of
from tests.generation.making import make_request


def _bought(folder: Path, **settings: Any) -> Ledger:
    """The ledger of a project, with a take of s1 that was bought; the caller closes it."""
    ledger = Ledger.open(ledger_path(folder))
    take = ledger.sending(ledger.intend(make_request("s1", ceiling=10, **settings)).id)
    ledger.accepted(take.id, f"task-{take.id}", estimated_credits=10)
    return ledger


def _hold(ledger: Ledger) -> None:
    take = ledger.succeeded(ledger.takes()[-1].id, cost_credits=10)
    reason, file = "has 30 frames where 49 were asked for", f"takes/s1/{take.number}.task-aa.mp4"
    ledger.held(take.id, reason, file=file, sha256="aa" * 32, size=9, frames=30)


def _keep(ledger: Ledger) -> None:
    take = ledger.succeeded(ledger.takes()[-1].id, cost_credits=10)
    file = f"takes/s1/{take.number}.mp4"
    ledger.stored(take.id, file=file, sha256="ab" * 32, size=9, frames=49)
    ledger.framed(take.id, frame_file=f"{file}.png", frame_sha256="ac" * 32)


ACCEPT = "stitcher takes accept BOARD s1 1"


@pytest.mark.parametrize("act", [circle, remove], ids=["circle", "remove"])
def test_who_names_a_held_take_is_told_that_it_waits(tmp_path: Path, act: Callable[..., object]) -> None:
    with _bought(tmp_path) as ledger:
        _hold(ledger)
    with pytest.raises(TakeHeld, match=ACCEPT):
        act(tmp_path, "s1", 1)
    with pytest.raises(InputError, match="no take 2 on disk"):
        act(tmp_path, "s1", 2)


def test_an_enlargement_of_another_length_is_not_offered_to_be_accepted(tmp_path: Path) -> None:
    with _bought(tmp_path, purpose="upscale", variant="1080p") as ledger:
        _hold(ledger)
        (take,) = ledger.takes()
    assert "takes accept" not in str(held_error(take))
    assert "Look at it, then do without it: stitcher takes decline BOARD s1 1" in str(held_error(take))


def test_a_take_on_disk_counts_before_a_held_enlargement_of_it(tmp_path: Path) -> None:
    with _bought(tmp_path) as ledger:
        _keep(ledger)
        take = ledger.sending(ledger.intend(make_request("s1", purpose="upscale", variant="1080p")).id)
        ledger.accepted(take.id, "task-2")
        _hold(ledger)
        assert find_take(ledger.takes(), "s1", 1).purpose == "take"


def test_a_film_that_lacks_a_take_says_what_the_take_waits_for(tmp_path: Path) -> None:
    board = project(tmp_path, CHAIN[0])
    with _bought(tmp_path) as ledger:
        with pytest.raises(NotGenerated) as coming:
            stitcher.lay_out(board)
        _hold(ledger)
    with pytest.raises(NotGenerated) as held:
        stitcher.lay_out(board)
    assert coming.value.__notes__ == [
        "Shot s1 take 1 is paid for and on its way; for it: stitcher rescue BOARD"
    ]
    assert [note for note in held.value.__notes__ if ACCEPT in note]


def test_a_rescue_that_needs_no_service_ends_as_one_that_does(tmp_path: Path) -> None:
    board = project(tmp_path, CHAIN[0])
    with _bought(tmp_path) as ledger:
        _hold(ledger)
    with pytest.raises(TakeHeld, match=ACCEPT):
        rescue(board)
    with _bought(tmp_path, take=2) as ledger:
        _keep(ledger)
    assert [note for note in rescue(board).notes if ACCEPT in note]


@pytest.mark.parametrize(
    "frames", [50, pytest.param(48, marks=pytest.mark.slow), pytest.param(51, marks=pytest.mark.slow)]
)
def test_a_length_near_the_asked_one_is_taken_and_the_chain_goes_on_from_its_last_frame(
    coded: Path, tmp_path: Path, frames: int
) -> None:
    board = project(tmp_path, "".join(CHAIN[:2]))
    with coding_server(coded, lengths={1: frames}) as server, runway(server) as provider:
        made = generate(board, provider=provider)
        again = generate(board, provider=provider)
    assert [take.frames for take in made.takes] == [frames, 49]
    assert code_of(tmp_path / "takes/s2/1.start.png") == (1, frames - 1)
    assert [note for note in made.notes if f"has {frames} frames where 49 were asked for" in note]
    assert (again.takes, again.notes, server.books.charged) == ((), (), 20)
    assert [path.name for path in tmp_path.glob("takes/s1/*.mp4")] == ["1.mp4"]


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"lengths": {1: 30}}, "30 frames where 49"),
        pytest.param({"sizes": {1: (960, 720)}}, "960x720 where 1280x720", marks=pytest.mark.slow),
    ],
    ids=["length", "size"],
)
def test_what_is_far_off_is_kept_told_and_taken_when_a_person_says_so(
    coded: Path, tmp_path: Path, other: dict[str, Any], says: str
) -> None:
    board = project(tmp_path, "".join(CHAIN[:2]))
    with coding_server(coded, **other) as server, runway(server) as provider:
        with pytest.raises(TakeHeld, match=says) as found:
            generate(board, provider=provider)
        assert "stitcher takes accept BOARD s1 1" in str(found.value)
        assert found.value.file is not None
        held = tmp_path / found.value.file
        content = held.read_bytes()
        # Nothing is bought or fetched again, however often it is asked for.
        for act in (generate, rescue):
            with pytest.raises(TakeHeld, match=says):
                act(board, provider=provider)
        assert [take.state for take in inspect(board).stuck] == [State.HELD]
        take, _ = accept(tmp_path, "s1", 1)
        assert (take.state, take.file) == (State.FRAMED, "takes/s1/1.mp4")
        assert (tmp_path / "takes/s1/1.mp4").read_bytes() == content
        assert not held.exists()
        made = generate(board, provider=provider)
    assert [take.shot for take in made.takes] == ["s2"]
    assert code_of(tmp_path / "takes/s2/1.start.png") == (1, (take.frames or 0) - 1)
    assert server.books.charged == 20
    assert len(server.books.creates) == 2


@pytest.mark.slow
def test_a_held_take_that_was_declined_is_bought_again_only_when_a_person_pays_again(
    coded: Path, tmp_path: Path
) -> None:
    board = project(tmp_path, CHAIN[0])
    with coding_server(coded, lengths={1: 30}) as server, runway(server) as provider:
        with pytest.raises(TakeHeld) as found:
            generate(board, provider=provider)
        with pytest.raises(InputError, match="nothing to retry"):
            retry(board, "s1", 10, provider=provider)
        assert decline(tmp_path, "s1", 1).state is State.DECLINED
        with pytest.raises(InputError, match="not bought again by itself"):
            generate(board, provider=provider)
        assert len(server.books.creates) == 1
        made = retry(board, "s1", 10, provider=provider)
    assert [(take.number, take.frames) for take in made.takes] == [(1, 49)]
    assert found.value.file is not None
    assert (tmp_path / found.value.file).exists()
    assert made.spending.total == server.books.charged == 20


@pytest.mark.slow
def test_a_held_take_stands_in_nobodys_way_once_the_shot_has_another(coded: Path, tmp_path: Path) -> None:
    board = project(tmp_path, CHAIN[0])
    with coding_server(coded, lengths={1: 30}) as server, runway(server) as provider:
        with pytest.raises(TakeHeld):
            generate(board, provider=provider)
        retaken = generate(board, provider=provider, retake=["s1"])
        made = generate(board, provider=provider)
        fetched = rescue(board, provider=provider)
    assert [take.state for take in takes_of(tmp_path)] == [State.HELD, State.FRAMED]
    assert [take.number for take in retaken.takes] == [2]
    assert made.takes == fetched.takes == ()
    for run in (retaken, made, fetched):
        assert [note for note in run.notes if "takes accept BOARD s1 1" in note]
    assert len(server.books.creates) == 2


@pytest.mark.slow
def test_only_what_is_held_can_be_accepted_or_declined(coded: Path, tmp_path: Path) -> None:
    board = project(tmp_path, CHAIN[0])
    with coding_server(coded) as server, runway(server) as provider:
        generate(board, provider=provider)
    for act in (accept, decline):
        with pytest.raises(InputError, match="No take 1 of s1 waits to be accepted; there are: none"):
            act(tmp_path, "s1", 1)


@pytest.mark.slow
def test_a_run_killed_between_giving_a_file_its_place_and_recording_it_goes_on(
    coded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stitcher.generation.ledger import Ledger

    board = project(tmp_path, CHAIN[0])
    with coding_server(coded, lengths={1: 30}) as server, runway(server) as provider:
        with pytest.raises(TakeHeld):
            generate(board, provider=provider)

        def dies(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(Ledger, "stored", dies)
            with pytest.raises(KeyboardInterrupt):
                accept(tmp_path, "s1", 1)
        assert (tmp_path / "takes/s1/1.mp4").exists()
        take, _ = accept(tmp_path, "s1", 1)
    assert take.state is State.FRAMED
    assert [path.name for path in tmp_path.glob("takes/s1/*.mp4")] == ["1.mp4"]


@pytest.mark.slow
def test_what_is_to_be_said_of_other_takes_is_said_though_the_run_ends_with_one_held(
    coded: Path, tmp_path: Path
) -> None:
    board = project(tmp_path, "".join(CHAIN[:2]))
    with (
        coding_server(coded, lengths={1: 50, 2: 30}) as server,
        runway(server) as provider,
        pytest.raises(TakeHeld) as found,
    ):
        generate(board, provider=provider)
    assert [note for note in found.value.__notes__ if "s1 take 1 has 50 frames where 49" in note]

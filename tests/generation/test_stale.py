"""A storyboard edited after paying: which takes no longer match, and in what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stitcher.generation.ledger import Ledger
from stitcher.generation.models import Models
from stitcher.generation.paths import ledger_path
from stitcher.generation.preflight import ProbedFiles
from stitcher.generation.request import image_request, take_request
from stitcher.generation.stale import find_drift, start_origin
from stitcher.generation.start_crop import StartFrame, plan_crop
from stitcher.generation.take import Take
from stitcher.storyboard.model import Storyboard
from tests.generation.boards import make_board, make_still

BOARD = """  - {id: a, start: s.png, prompt: dawn, duration: 5, seed: 7}
  - {id: b, start: previous, prompt: door}
"""
STILL = make_still("s.png", (1000, 1000))
FACTS = ProbedFiles({STILL.path: STILL})


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(ledger_path(tmp_path)) as opened:
        yield opened


def buy(
    ledger: Ledger, models: Models, board: Storyboard, index: int, number: int = 1, sent: str = "b1"
) -> Take:
    """Take `number` of a shot, made from what the storyboard says."""
    shot = board.shots[index]
    found = start_origin(board, index, ledger.takes(), FACTS)
    assert found is not None
    origin, size = found
    crop = plan_crop(*size, (1280, 720)) if size else None
    start = StartFrame(make_still(sha256=sent * 32), origin, crop)
    request = take_request(board, shot, number, models.get(shot.model or board.defaults.model), start)
    take = ledger.intend(request)
    ledger.sending(take.id)
    ledger.accepted(take.id, f"t{take.id}")
    ledger.succeeded(take.id, cost_credits=25)
    return ledger.stored(take.id, file=f"{take.id}.mp4", sha256=f"{take.id:064}", size=1, frames=121)


@pytest.fixture
def bought(ledger: Ledger, models: Models) -> tuple[Take, ...]:
    board = make_board(BOARD)
    buy(ledger, models, board, 0)
    buy(ledger, models, board, 1)
    return ledger.takes()


def drifts(
    models: Models, takes: tuple[Take, ...], shots: str, head: str = "", facts: ProbedFiles = FACTS
) -> list[str]:
    found = find_drift(make_board(shots, head), models, takes, facts)
    return [f"{drift.take.shot}: {', '.join(drift.differs)}" for drift in found]


def test_what_was_bought_as_written_matches(models: Models, bought: tuple[Take, ...]) -> None:
    assert drifts(models, bought, BOARD) == []


def test_it_matches_also_where_the_stills_were_not_measured(models: Models, bought: tuple[Take, ...]) -> None:
    assert drifts(models, bought, BOARD, facts=ProbedFiles()) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("prompt: dawn", "prompt: dusk"), ["a: prompt"]),
        (("duration: 5", "duration: 10"), ["a: duration 5 → 10"]),
        (("seed: 7", "seed: 8"), ["a: seed 7 → 8"]),
        ((", seed: 7", ""), ["a: seed 7 → none"]),
        (("id: a,", "id: a, model: gen4.5,"), ["a: model gen4_turbo → gen4.5"]),
        (("id: a,", "id: a, moderation: low,"), ["a: moderation"]),
        (("start: previous", "start: s.png"), ["b: start frame"]),
        (("start: previous", "start: {shot: a, frame: first}"), ["b: start frame"]),
        (("start: previous", "start: {shot: a, frame: last}"), []),
    ],
    ids=[
        "prompt",
        "duration",
        "seed",
        "no seed",
        "model",
        "moderation",
        "still",
        "first frame",
        "same in other words",
    ],
)
def test_what_was_edited_is_told_by_name(
    models: Models, bought: tuple[Take, ...], change: tuple[str, str], told: list[str]
) -> None:
    assert drifts(models, bought, BOARD.replace(*change)) == told


def test_another_picture_under_the_same_name_is_another_start(
    models: Models, bought: tuple[Take, ...]
) -> None:
    other = make_still("s.png", (1000, 1000), sha256="ee" * 32)
    assert drifts(models, bought, BOARD, facts=ProbedFiles({other.path: other})) == ["a: start frame"]


def test_circling_another_take_leaves_the_next_shot_behind(models: Models, ledger: Ledger) -> None:
    board = make_board(BOARD)
    buy(ledger, models, board, 0)
    buy(ledger, models, board, 1)
    second = buy(ledger, models, board, 0, number=2)
    assert drifts(models, ledger.takes(), BOARD) == []
    ledger.circle(second.id)
    assert drifts(models, ledger.takes(), BOARD) == ["b: start frame"]


def test_a_retired_model_does_not_make_its_takes_wrong(models: Models, ledger: Ledger) -> None:
    buy(ledger, models, make_board(BOARD), 0)
    from stitcher.generation.models import Models as Known

    later = Known(
        {name: model for name, model in models.known.items() if name != "gen4_turbo"}, models.retired
    )
    assert drifts(later, ledger.takes(), BOARD) == []


def test_other_references_are_another_start_image(models: Models, ledger: Ledger) -> None:
    shots = "  - {id: a, start: {image: {prompt: '@k', references: [{file: s.png, tag: kay}]}}}\n".replace(
        "@k", "@kay"
    )
    board = make_board(shots)
    start = board.shots[0].start
    assert start is not None
    assert start.image is not None
    made = ledger.intend(
        image_request(board, board.shots[0], start.image, models.get("gen4_image"), {"kay": STILL})
    )
    ledger.sending(made.id)
    ledger.accepted(made.id, "t")
    ledger.succeeded(made.id)
    ledger.stored(made.id, file="a.png", sha256="0" * 64, size=1, frames=1)
    assert drifts(models, ledger.takes(), shots) == []
    other = make_still("s.png", sha256="ee" * 32)
    assert drifts(models, ledger.takes(), shots, facts=ProbedFiles({other.path: other})) == ["a: references"]
    assert drifts(models, ledger.takes(), "  - {id: a, start: s.png}\n") == [
        "a: the shot asks for no start-image"
    ]


def test_the_message_says_how_to_get_a_new_one(models: Models, bought: tuple[Take, ...]) -> None:
    (drift,) = find_drift(make_board(BOARD.replace("dawn", "dusk")), models, bought, FACTS)
    assert str(drift) == (
        "Shot a take 1 no longer matches the storyboard (prompt). It is kept; for a new one: "
        "stitcher generate BOARD --retake a --provider runway"
    )

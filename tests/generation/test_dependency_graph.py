"""Which shot comes after which, and what a run sets out to make."""

from __future__ import annotations

import pytest

from stitcher.errors import InputError, PlanError
from stitcher.generation.dependency_graph import check_shots, topological_order
from stitcher.generation.need import Need
from stitcher.generation.needs import plan_needs, prerequisites
from stitcher.storyboard.model import Start
from tests.generation.boards import make_board

BRANCHES = """\
  - {id: end, prompt: x, start: {shot: mid}}
  - {id: mid, prompt: x, start: {shot: one}, takes: 2}
  - {id: one, prompt: x, start: a.png}
  - {id: side, prompt: x, start: {shot: one, frame: first}}
"""


def test_every_shot_comes_after_the_one_it_starts_from() -> None:
    assert topological_order(make_board(BRANCHES)) == (2, 1, 0, 3)


def test_shots_that_start_from_each_other_are_refused() -> None:
    board = make_board("  - {id: a, prompt: x, start: s.png}\n  - {id: b, prompt: x, start: {shot: a}}\n")
    ring = board.shots[0].model_copy(update={"start": Start(shot="b")})
    with pytest.raises(PlanError, match="a → b → a"):
        topological_order(board.model_copy(update={"shots": (ring, board.shots[1])}))


def test_an_unknown_shot_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match="did you mean 'side'"):
        check_shots(make_board(BRANCHES), ["sid"])


def test_goals_are_everything_missing_sources_first() -> None:
    needs = plan_needs(make_board(BRANCHES), ())
    assert [(need.shot, need.number) for need in needs] == [
        ("one", 1),
        ("mid", 1),
        ("mid", 2),
        ("end", 1),
        ("side", 1),
    ]


def test_a_shot_waits_for_all_takes_of_the_one_it_starts_from() -> None:
    board = make_board(BRANCHES)
    needs = plan_needs(board, ())
    assert [need.number for need in prerequisites(board, Need("end", 0, "take", 1), needs)] == [1, 2]


def test_an_edit_waits_for_the_takes_of_its_shot_and_the_next_shot_for_the_edit() -> None:
    board = make_board(
        "  - {id: a, prompt: x, start: s.png, edit: {prompt: y}}\n  - {id: b, prompt: x, start: previous}\n"
    )
    needs = plan_needs(board, ())
    assert [(need.purpose, need.number) for need in needs] == [("take", 1), ("edit", 2), ("take", 1)]
    assert [need.purpose for need in prerequisites(board, needs[1], needs)] == ["take"]
    assert [need.purpose for need in prerequisites(board, needs[2], needs)] == ["take", "edit"]

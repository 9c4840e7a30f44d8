"""The table of moves: what is legal, and that everything else is refused."""

from __future__ import annotations

import pytest

from stitcher.errors import IllegalMove
from stitcher.generation.states import (
    ENDED_WITHOUT_FILE,
    MOVES,
    ON_DISK,
    START,
    UNFINISHED,
    State,
    check_move,
    may_move,
)

LEGAL = {
    "intent": {"sending", "cancelled"},
    "sending": {"accepted", "rejected", "unknown", "intent"},
    "accepted": {"succeeded", "failed", "cancelled", "gone"},
    "adopted": {"succeeded", "failed", "cancelled", "gone"},
    "succeeded": {"stored", "held", "gone"},
    "held": {"stored", "declined"},
    "stored": {"framed"},
    "unknown": {"adopted", "written_off"},
    "written_off": {"adopted"},
}


@pytest.mark.parametrize("before", list(State), ids=lambda state: state.value)
@pytest.mark.parametrize("after", list(State), ids=lambda state: state.value)
def test_every_pair_of_states_is_legal_or_refused(before: State, after: State) -> None:
    if after.value in LEGAL.get(before.value, set()):
        check_move(before, after)
        return
    with pytest.raises(IllegalMove, match="Nothing was changed"):
        check_move(before, after, "Shot s07 take 1")


def test_no_state_is_missing_from_the_table() -> None:
    assert set(MOVES) == set(State)


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        MOVES[State.FRAMED] = frozenset({State.INTENT})  # type: ignore[index]  # that is what is tested


def test_every_state_can_be_reached() -> None:
    reached, edge = {START}, {START}
    while edge:
        edge = {after for before in edge for after in MOVES[before]} - reached
        reached |= edge
    assert reached == set(State)


def test_a_paid_task_has_no_way_back_to_being_sent() -> None:
    for state in set(State) - {State.INTENT, State.SENDING}:
        assert not may_move(state, State.SENDING)
        assert not may_move(state, State.INTENT)


def test_what_has_ended_without_a_file_goes_nowhere_unless_it_was_only_given_up() -> None:
    assert not any(MOVES[state] for state in ENDED_WITHOUT_FILE - {State.WRITTEN_OFF})


def test_each_state_is_unfinished_ended_or_framed() -> None:
    assert UNFINISHED | ENDED_WITHOUT_FILE | {State.FRAMED} == set(State)
    assert not UNFINISHED & ENDED_WITHOUT_FILE
    assert {State.STORED, State.FRAMED} == ON_DISK


def test_the_refusal_names_the_take_and_the_moves_there_are() -> None:
    with pytest.raises(IllegalMove, match=r"Shot s07 take 1 is unknown .* become adopted, written_off"):
        check_move(State.UNKNOWN, State.SENDING, "Shot s07 take 1")

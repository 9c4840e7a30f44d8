"""Transitions: how long they are, what a match cut drops, and what they need of their shots."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stitcher.errors import PlanError
from stitcher.storyboard.transition_kinds import DISSOLVE, MATCH, transition_kind
from stitcher.timebase import FrameRange
from stitcher.timeline.layout import lay_out, match_seams
from stitcher.timeline.media_index import MediaIndex, Unsure
from stitcher.timeline.picture import Transition
from stitcher.timeline.uncertain_matches import uncertain_match_lines
from tests.timeline.boards import CARD, board_of, film_of, media_of, records, refusal


def test_a_dissolve_overlaps_its_shots() -> None:
    film = film_of({"id": "a"}, {"id": "b", "transition": {"kind": "dissolve", "duration": "0.5s"}})
    assert records(film) == [(0, 121), (109, 230)]
    assert film.transitions == (Transition(DISSOLVE, 12),)


def test_a_dissolve_lasts_twelve_frames_unless_told() -> None:
    film = film_of({"id": "a"}, {"id": "b", "transition": "wipeleft"})
    assert film.transitions == (Transition(transition_kind("wipeleft"), 12),)


def test_a_match_takes_the_doubled_frame_off_the_earlier_shot() -> None:
    film = film_of({"id": "a"}, {"id": "b"}, media={"doubled": True})
    assert records(film) == [(0, 120), (120, 241)]
    assert film.items[0].source_range == FrameRange(0, 120)
    assert film.items[1].source_range == FrameRange(0, 121)
    assert film.transitions == (Transition(MATCH, dropped_frames=1),)


def test_a_match_without_a_doubled_frame_is_a_cut() -> None:
    film = film_of({"id": "a"}, {"id": "b"})
    assert film.frames == 242
    assert film.transitions == (Transition(MATCH),)


@pytest.mark.parametrize(
    ("drop", "doubled", "dropped"), [(0, True, 0), (1, False, 1), (5, False, 5), ("auto", True, 1)]
)
def test_a_storyboard_can_force_or_forbid_the_drop(drop: object, doubled: bool, dropped: int) -> None:
    film = film_of(
        {"id": "a"}, {"id": "b", "transition": {"kind": "match", "drop": drop}}, media={"doubled": doubled}
    )
    assert film.frames == 242 - dropped


def test_a_match_takes_off_every_frame_that_is_shown_again() -> None:
    board = board_of({"id": "a"}, {"id": "b"})
    film = lay_out(board, replace(media_of(board), doubled={("a", "b"): 5}))
    assert records(film) == [(0, 116), (116, 237)]
    assert film.transitions == (Transition(MATCH, dropped_frames=5),)


def test_what_is_shown_again_is_counted_in_frames_of_the_film() -> None:
    board = board_of({"id": "a"}, {"id": "b"}, format={"fps": 48})
    film = lay_out(board, replace(media_of(board), doubled={("a", "b"): 1}))
    assert records(film) == [(0, 240), (240, 482)]


def test_a_match_nobody_is_sure_of_drops_nothing_and_says_why() -> None:
    board = board_of({"id": "a"}, {"id": "b"})
    film = lay_out(board, replace(media_of(board), doubled={("a", "b"): Unsure("nothing moves")}))
    assert film.frames == 242
    assert film.transitions == (Transition(MATCH, unsure="nothing moves"),)
    told, hint = uncertain_match_lines(film)
    assert told == "match: unsure from 'a' to 'b': nothing moves; nothing is dropped"
    assert "drop: 1" in hint


@pytest.mark.parametrize("frames", [121, 241, 242])
def test_a_clip_may_have_any_number_of_frames(frames: int) -> None:
    film = film_of({"id": "a"}, {"id": "b"}, media={"doubled": True, "frames": frames})
    assert records(film) == [(0, frames - 1), (frames - 1, 2 * frames - 1)]


def test_a_shot_cannot_give_up_all_it_has() -> None:
    told = refusal({"id": "a", "out": "5f"}, {"id": "b", "transition": {"kind": "match", "drop": 5}})
    assert "shot 'a' has 5 frames: it cannot give up 5 for the match cut into 'b'" in told


def test_text_that_lasts_to_the_end_of_a_shortened_shot_ends_with_it() -> None:
    film = film_of(
        {"id": "a", "overlays": [{"text": "x", "at": "1s", "fade_out": "6f"}]},
        {"id": "b", "transition": {"kind": "match", "drop": 5}},
    )
    (text,) = film.items[0].overlays
    assert text.start + text.frames == len(film.items[0].source_range) == 116


def test_a_match_beside_a_title_is_a_cut() -> None:
    film = film_of(
        {"id": "t", "title": CARD}, {"id": "a"}, {"id": "u", "title": CARD}, media={"doubled": True}
    )
    assert film.frames == 48 + 121 + 48


def test_a_shot_of_one_frame_keeps_it() -> None:
    film = film_of({"id": "a", "out": "1f"}, {"id": "b"}, media={"doubled": True})
    assert records(film) == [(0, 1), (1, 122)]


def test_a_seam_nobody_measured_is_refused() -> None:
    board = board_of({"id": "a"}, {"id": "b"})
    media = media_of(board)
    with pytest.raises(PlanError, match="has not been measured"):
        lay_out(board, MediaIndex(clips=media.clips))


def test_only_seams_left_to_measuring_are_asked_for() -> None:
    board = board_of(
        {"id": "a", "out": "50f"},
        {"id": "b", "in": "10f"},
        {"id": "c", "transition": "cut"},
        {"id": "d", "transition": {"kind": "match", "drop": 0}},
        {"id": "t", "title": CARD},
    )
    seams = match_seams(board, media_of(board))
    assert [(s.earlier_shot, s.last_picture, s.later_shot, s.first_picture) for s in seams] == [
        ("a", 49, "b", 10)
    ]


@pytest.mark.parametrize(
    ("second", "said"),
    [
        pytest.param(
            {"transition": {"kind": "dissolve", "duration": "3s"}},
            "shot 'a' has 48 frames, and the dissolve into 'b' needs 72 frames",
            id="earlier too short",
        ),
        pytest.param(
            {"transition": {"kind": "fadeblack", "duration": "1s"}, "out": "10f"},
            "shot 'b' has 10 frames, and the fadeblack it comes in by needs 24 frames",
            id="later too short",
        ),
        pytest.param(
            {"transition": {"kind": "fade", "duration": "0.01s"}}, "less than a frame", id="too short to see"
        ),
        pytest.param({"transition": "disolve"}, "did you mean 'dissolve'?", id="unknown kind"),
    ],
)
def test_transitions_that_do_not_fit_are_refused(second: dict[str, Any], said: str) -> None:
    board = board_of({"id": "a", "out": "48f"}, {"id": "b", **second})
    with pytest.raises(PlanError) as caught:
        lay_out(board, media_of(board), kinds=frozenset({"fade", "fadeblack"}))
    assert said in str(caught.value)


def test_two_transitions_of_a_shot_must_fit_together() -> None:
    long = {"kind": "dissolve", "duration": "1s"}
    told = refusal(
        {"id": "a"}, {"id": "b", "out": "40f", "transition": long}, {"id": "c", "transition": long}
    )
    assert (
        "shot 'b' has 40 frames, and needs 48 frames: 24 for the dissolve it comes in by and 24 for the dissolve"
        in told
    )


def test_two_transitions_may_fill_a_shot() -> None:
    long = {"kind": "dissolve", "duration": "1s"}
    film = film_of(
        {"id": "a"}, {"id": "b", "out": "48f", "transition": long}, {"id": "c", "transition": long}
    )
    assert records(film) == [(0, 121), (97, 145), (121, 242)]


def test_every_transition_that_does_not_fit_is_told() -> None:
    long = {"kind": "dissolve", "duration": "6s"}
    told = refusal({"id": "a"}, {"id": "b", "transition": long}, {"id": "c", "transition": long})
    assert told.count("needs 144 frames") == 4

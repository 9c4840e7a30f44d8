"""The focus of shots by frame, and films as deliveries frame them."""

from __future__ import annotations

from typing import Any

import pytest

from stitcher.storyboard.choices import Flip
from stitcher.timebase import FrameRange
from stitcher.timeline.focus import AUTO, CENTRE, Focus, FocusPoint
from stitcher.timeline.model import Timeline
from stitcher.timeline.placement import placed
from stitcher.timeline.reframe import Reframing
from tests.timeline.boards import CARD, board_of, film_of, refusal

MOVING = Focus((FocusPoint(10, 0.2, 0.5), FocusPoint(20, 0.4, 0.5), FocusPoint(30, 0.8, 0.5, "in")))


@pytest.mark.parametrize(
    ("frame", "x"), [(0, 0.2), (10, 0.2), (15, 0.3), (20, 0.4), (25, 0.5), (30, 0.8), (99, 0.8)]
)
def test_it_goes_from_key_to_key_and_stays_outside_of_them(frame: int, x: float) -> None:
    assert MOVING.at(frame) == (pytest.approx(x), 0.5)


@pytest.mark.parametrize(("start", "stop"), [(0, 5), (0, 12), (11, 19), (20, 31), (25, 60), (40, 50)])
def test_a_part_of_it_is_as_the_whole_in_its_frames(start: int, stop: int) -> None:
    part = MOVING.within(FrameRange(start, stop))
    assert [part.at(frame) for frame in range(start, stop)] == [
        MOVING.at(frame) for frame in range(start, stop)
    ]


def test_a_part_does_not_know_of_keys_it_has_no_use_for() -> None:
    assert len(MOVING.within(FrameRange(12, 18)).keys) == 2
    assert MOVING.within(FrameRange(40, 50)) == Focus((FocusPoint(0, 0.8, 0.5),))


@pytest.mark.parametrize(
    ("flip", "point"),
    [(None, (0.2, 0.1)), ("horizontal", (0.8, 0.1)), ("vertical", (0.2, 0.9)), ("both", (0.8, 0.9))],
)
def test_it_is_mirrored_with_its_picture(flip: Flip | None, point: tuple[float, float]) -> None:
    assert Focus((FocusPoint(0, 0.2, 0.1),)).mirrored(flip).at(0) == pytest.approx(point)


def test_its_keys_count_from_the_shots_first_frame() -> None:
    film = film_of({"id": "a", "in": "1s", "focus": [{"x": 0.1}, {"at": "12f", "x": 0.3}]})
    assert [key.frame for key in film.items[0].focus.keys] == [24, 36]


def test_shots_that_say_nothing_have_that_of_the_defaults() -> None:
    film = film_of({"id": "a"}, {"id": "b", "focus": {"x": 0.9}}, defaults={"focus": {"x": 0.1}})
    assert [item.focus.at(0)[0] for item in film.items] == [0.1, 0.9]


@pytest.mark.parametrize(
    ("focus", "said"),
    [
        pytest.param([{"at": "2s"}, {"at": "1s", "x": 0}], "come one after another", id="out of order"),
        pytest.param([{"x": 0}, {"at": "0f"}], "come one after another", id="twice in one frame"),
        pytest.param([{"x": 0}, {"at": "99s"}], "it has 121 frames, and this is at 2376", id="behind it"),
    ],
)
def test_key_frames_that_cannot_be_are_told(focus: Any, said: str) -> None:
    assert said in refusal({"id": "a", "focus": focus})


def framed(**delivery: Any) -> Timeline:
    shots: list[dict[str, Any]] = [
        {"id": "a", "focus": {"x": 0.1}},
        {"id": "b"},
        {"id": "end", "title": CARD},
    ]
    deliver = [{"preset": "reels", "file": "r.mp4", **delivery}]
    return Reframing.of(board_of(*shots, deliver=deliver).deliver[0]).applied(film_of(*shots))


def test_a_delivery_that_says_nothing_leaves_shots_as_they_are() -> None:
    assert [item.focus.at(0)[0] for item in framed().items] == [0.1, 0.5, 0.5]
    assert {item.film_fit for item in framed().items} == {None}


def test_a_deliverys_focus_goes_before_the_shots_own_and_that_of_one_shot_before_it() -> None:
    film = framed(focus="auto", shots={"b": {"focus": {"x": 0.7}}})
    assert [item.focus for item in film.items] == [AUTO, Focus((FocusPoint(0, 0.7, 0.5),)), CENTRE]


def test_a_deliverys_fit_is_that_of_all_shots_but_those_with_their_own() -> None:
    film = framed(fit="blur", shots={"b": {"fit": "crop"}})
    assert [item.film_fit for item in film.items] == ["blur", "crop", "blur"]


@pytest.mark.parametrize(
    ("x", "left"),
    [(0.5, -100), (0.0, 0), (0.2, 0), (0.3, -20), (0.6, -140), (1.0, -200)],
    ids=lambda value: f"{value}",
)
def test_a_picture_is_cropped_around_its_focus_and_never_beyond_its_edge(x: float, left: float) -> None:
    there = placed((400, 200), (200, 200), "crop", (x, 0.9))
    assert (there.left, there.top, there.scale) == (pytest.approx(left), 0, 1)


@pytest.mark.parametrize(
    ("focus", "said"),
    [(AUTO, "auto"), (CENTRE, "0.5 0.5"), (MOVING, "0.2 0.5 to 0.8 0.5")],
    ids=["auto", "a point", "a way"],
)
def test_it_is_said_in_a_few_letters(focus: Focus, said: str) -> None:
    assert str(focus) == said

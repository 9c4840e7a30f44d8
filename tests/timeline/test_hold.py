"""Shots whose last picture is held: for how long, and what follows from it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from stitcher.timeline.conform import source_picture
from tests.storyboard.texts import only_issue
from tests.timeline.boards import film_of, records

LINE = {"role": "dialogue", "file": "/line.wav"}


def held(sound: Fraction | int, *cues: dict[str, Any], hold: str = "to-sound", **shot: Any) -> int:
    """Frames that a shot of 121 is held, in a film of two."""
    film = film_of(
        {"id": "a", "hold": hold, **shot},
        {"id": "b", "transition": "cut"},
        media={"sound": sound},
        sound=list(cues),
    )
    return len(film.items[0].source_range) - 121


@pytest.mark.parametrize(
    ("sound", "cue", "frames"),
    [
        pytest.param(6, {"from": "a"}, 23, id="from the shot"),
        pytest.param(6, {"at": "a+1s"}, 47, id="after its beginning"),
        pytest.param(6, {"at": "a+1s", "in": "1s"}, 23, id="cut into"),
        pytest.param(6, {"at": "a+1s", "pivot": "1s"}, 23, id="by a moment of it"),
        pytest.param(6, {"at": "a+1s", "length": "4.5s"}, 11, id="as long as said"),
        pytest.param(Fraction(240_001, 48_000), {"at": "a+1s"}, 24, id="into a frame"),
        pytest.param(5, {"from": "a"}, 0, id="long enough"),
        pytest.param(9, {"at": "1s"}, 0, id="anchored elsewhere"),
        pytest.param(9, {"at": "b"}, 0, id="another shot's"),
        pytest.param(9, {"from": "a", "role": "music"}, 0, id="no words"),
        pytest.param(9, {"from": "a", "mute": True}, 0, id="not heard"),
    ],
)
def test_a_shot_lasts_until_its_lines_are_over(
    sound: Fraction | int, cue: dict[str, Any], frames: int
) -> None:
    assert held(sound, {**LINE, **cue}) == frames


def test_the_longest_line_counts() -> None:
    assert held(6, {**LINE, "from": "a"}, {**LINE, "at": "a+2s"}) == 71


def test_a_picture_can_be_held_for_a_time() -> None:
    assert held(6, hold="1s") == 24


def test_it_is_the_last_picture_that_is_held_at_any_speed_and_rate() -> None:
    for more in ({}, {"speed": 2}):
        film = film_of({"id": "a", "hold": "10f", **more}, format={"fps": 30})
        (item,) = film.items
        plain = film_of({"id": "a", **more}, format={"fps": 30}).items[0]
        assert len(item.source_range) == len(plain.source_range) + 10
        assert item.clip is not None
        stop = item.source_range.stop
        shown = [source_picture(item.clip, n, Fraction(30), item.speed) for n in range(stop - 11, stop)]
        assert shown == [120] * 11


def test_what_follows_comes_later_and_it_is_told() -> None:
    film = film_of(
        {"id": "a", "hold": "to-sound"},
        {"id": "b", "transition": "dissolve"},
        media={"sound": 6},
        sound=[{**LINE, "from": "a"}],
    )
    assert records(film) == [(0, 144), (132, 253)]
    assert film.notes == ("The last picture of the shot 'a' is held for 0.96s ('hold').",)


def test_a_held_picture_is_not_taken_off_by_a_match_cut() -> None:
    shots = ({"id": "a", "hold": "10f"}, {"id": "b", "transition": "match"})
    assert records(film_of(*shots, media={"doubled": True})) == [(0, 131), (131, 252)]


@pytest.mark.parametrize(
    ("shot", "said"),
    [
        ("clip: a.mp4, out: 2s, hold: to-sound", "'out' ends before it"),
        ("clip: a.mp4, hold: forever", "or to-sound"),
        ("title: {text: x, duration: 1s}, hold: 1s", "a title card has no 'hold'"),
    ],
)
def test_a_hold_that_cannot_be_is_refused(shot: str, said: str) -> None:
    assert said in only_issue(f"stitcher: 1\nshots:\n  - {{id: a, {shot}}}\n")


def test_nothing_is_told_of_a_shot_that_is_not_shown() -> None:
    switched_off = {"id": "a", "enabled": False, "freeze": {"at": "1s", "duration": "10f"}}
    assert film_of(switched_off, {"id": "b", "transition": "cut"}).notes == ()

"""Frozen pictures and shots that play backwards: which frame is seen when, how long shots get, when they are heard."""

from __future__ import annotations

from typing import Any

import pytest

from stitcher.timebase import FrameRange
from stitcher.timeline.retiming import FrozenFrame, Retiming
from tests.timeline.boards import film_of, records, refusal


def seen(shot: dict[str, Any], **media: Any) -> list[int]:
    (item,) = film_of({"id": "a", **shot}, media={"frames": 10, **media}).items
    return [
        item.retiming.source_frame(frame) for frame in range(item.source_range.start, item.source_range.stop)
    ]


FREEZE = {"at": "2f", "duration": "3f"}
ORDERS = [
    ({"freeze": FREEZE}, [0, 1, 2, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9]),
    ({"freeze": [FREEZE, {"at": "4f", "duration": "1f"}]}, [0, 1, 2, 2, 2, 2, 3, 4, 4, 5, 6, 7, 8, 9]),
    ({"freeze": FREEZE, "in": "3f", "out": "8f"}, [3, 4, 5, 5, 5, 5, 6, 7]),
    ({"freeze": {"at": "9f", "duration": "2f"}}, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9]),
    ({"freeze": {"at": "0f", "duration": "2f"}}, [0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ({"reverse": True}, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]),
    ({"reverse": True, "in": "2f", "out": "6f"}, [5, 4, 3, 2]),
    (
        {"reverse": True, "in": "2f", "out": "6f", "freeze": {"at": "1f", "duration": "2f"}},
        [5, 4, 4, 4, 3, 2],
    ),
    ({"reverse": True, "in": "7f", "hold": "2f"}, [9, 8, 7, 7, 7]),
    ({"freeze": FREEZE, "in": "7f", "hold": "2f"}, [7, 8, 9, 9, 9, 9, 10, 11]),
    ({"reverse": True, "speed": 2}, [4, 3, 2, 1, 0]),
    ({"freeze": {"at": "1f", "duration": "1f"}, "speed": 2}, [0, 1, 1, 2, 3, 4]),
]


@pytest.mark.parametrize(("shot", "order"), ORDERS, ids=str)
def test_frames_are_seen_in_this_order(shot: dict[str, Any], order: list[int]) -> None:
    assert seen(shot) == order


@pytest.mark.parametrize(("shot", "order"), ORDERS, ids=str)
def test_stretches_of_any_part_show_the_same_frames(shot: dict[str, Any], order: list[int]) -> None:
    (item,) = film_of({"id": "a", **shot}, media={"frames": 10}).items
    first = item.source_range.start
    for start in range(len(order)):
        for stop in range(start, len(order) + 1):
            stretches = list(item.retiming.stretches(FrameRange(first + start, first + stop)))
            frames = [one.first + one.step * n for one in stretches for n in range(len(one.frames))]
            assert frames == order[start:stop]
            assert [frame for one in stretches for frame in range(one.frames.start, one.frames.stop)] == list(
                range(first + start, first + stop)
            )


def test_a_shot_lies_as_long_in_the_film_as_it_is_seen() -> None:
    film = film_of({"id": "a", "freeze": FREEZE}, {"id": "b", "transition": "cut"}, media={"frames": 10})
    assert records(film) == [(0, 13), (13, 23)]


@pytest.mark.parametrize(
    ("shot", "said"),
    [
        ({"freeze": {"at": "10f", "duration": "1f"}}, "it has 10 frames, and this is at 10"),
        ({"freeze": {"at": "1f", "duration": "0.01s"}}, "0.01s is less than a frame"),
        ({"freeze": [FREEZE, FREEZE]}, "frozen frames come one after another"),
    ],
    ids=str,
)
def test_what_cannot_be_frozen_is_refused(shot: dict[str, Any], said: str) -> None:
    assert said in refusal({"id": "a", **shot}, media={"frames": 10})


def test_no_frame_is_dropped_of_what_is_frozen_or_before_what_plays_backwards() -> None:
    doubled = {"doubled": True}
    frozen = {"id": "a", "freeze": {"at": "120f", "duration": "1f"}}
    assert film_of(frozen, {"id": "b"}, media=doubled).frames == 243
    assert film_of({"id": "a", "freeze": FREEZE}, {"id": "b"}, media=doubled).frames == 244
    assert film_of({"id": "a"}, {"id": "b", "reverse": True}, media=doubled).frames == 242


def test_what_is_shown_between_two_frames() -> None:
    frozen = Retiming(frozen=(FrozenFrame(4, 10),))
    assert frozen.source(FrameRange(3, 20)) == FrameRange(3, 10)
    assert str(Retiming(9, (FrozenFrame(4, 10),))) == "backwards, frozen for 10 frames"

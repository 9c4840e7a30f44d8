"""Anchors: which of the ways to read one is meant."""

from __future__ import annotations

from stitcher.storyboard.load import parse
from stitcher.timebase import Time


def test_an_anchor_prefers_the_shot_that_exists() -> None:
    text = "stitcher: 1\nshots: [{id: a-12f, clip: a}, {id: a, clip: b}]\nsound: [{role: music, file: x, at: a-12f}]\n"
    board = parse(text)
    at = board.sound[0].at
    assert at is not None
    place = at.resolve([shot.id for shot in board.shots])
    assert place is not None
    assert (place.shot, place.offset) == ("a-12f", Time())
    alone = at.resolve(["a"])
    assert alone is not None
    assert (alone.shot, alone.offset, alone.before) == ("a", Time(frames=12), True)

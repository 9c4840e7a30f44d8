"""Anchors: which of the ways to read one is meant."""

from __future__ import annotations

import pytest

from stitcher.errors import StoryboardError
from stitcher.storyboard.anchor import Position, read_anchor
from stitcher.storyboard.load import parse
from stitcher.timebase import Time

SECOND = Time(seconds=Time().seconds + 1)


@pytest.mark.parametrize(
    ("text", "shots", "position"),
    [
        ("12f", [], Position("start", offset=Time(frames=12))),
        ("a-12f", ["a-12f", "a"], Position("shot", "a-12f")),
        ("a-12f", ["a"], Position("shot", "a", Time(frames=12), before=True)),
        ("a.end", ["a"], Position("shot end", "a")),
        ("a.end", ["a.end", "a"], Position("shot", "a.end")),
        ("a.end+1s", ["a"], Position("shot end", "a", SECOND)),
        ("end", ["a"], Position("end")),
        ("end-1s", ["a"], Position("end", "", SECOND, before=True)),
        ("end-1s", ["a", "end"], Position("shot", "end", SECOND, before=True)),
        ("end.end-1s", ["a", "end"], Position("shot end", "end", SECOND, before=True)),
        ("seam:a", ["a"], Position("seam", "a")),
        ("seam:a - 1s", ["a"], Position("seam", "a", SECOND, before=True)),
        ("marker:big bang+1s", ["a"], Position("marker", "big bang", SECOND)),
        ("marker:b-52", ["a"], Position("marker", "b-52")),
    ],
)
def test_an_anchor_prefers_the_longest_name_that_exists(
    text: str, shots: list[str], position: Position
) -> None:
    assert read_anchor(text).resolve(shots, ["big bang", "b-52"]) == position


@pytest.mark.parametrize("text", ["seam:", "marker:", "seam:a b", "door+", "+1s", "door+1"])
def test_what_is_no_anchor_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is neither a time"):
        read_anchor(text)


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ("seam:dor", "no shot is called 'dor': did you mean 'door'?"),
        ("dor.end", "no shot is called 'dor': did you mean 'door'?"),
        ("marker:tunder+1f", "no marker is called 'tunder': did you mean 'thunder'?"),
    ],
)
def test_an_anchor_to_nothing_is_told_when_the_storyboard_is_read(at: str, message: str) -> None:
    shots = "shots: [{id: door, clip: a, markers: [thunder]}]"
    with pytest.raises(StoryboardError) as caught:
        parse(f"stitcher: 1\n{shots}\nsound: [{{role: music, file: x, at: {at}}}]\n")
    assert message in str(caught.value)


def test_a_marker_is_not_anchored_to_a_marker() -> None:
    with pytest.raises(StoryboardError, match="a marker is not anchored to a marker"):
        parse("stitcher: 1\nshots: [{id: a, clip: a}]\nmarkers: [{name: x, at: marker:x}]\n")

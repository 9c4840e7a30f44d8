"""Anchors in a laid-out film: which frame and which sample they mean."""

from __future__ import annotations

from fractions import Fraction

import pytest

from stitcher.storyboard.anchor import read_anchor
from stitcher.timebase import FrameRange
from stitcher.timeline.anchors import Places
from stitcher.timeline.model import Marker
from tests.timeline.boards import film_of, refusal

NTSC = Fraction(24000, 1001)
PLACES = Places(
    Fraction(24), 96, {"a": FrameRange(0, 53), "b": FrameRange(48, 96)}, overlaps={"b": 5}
).with_markers([Marker(30, "bang"), Marker(7, "echo"), Marker(9, "echo")])


@pytest.mark.parametrize(
    ("text", "frame", "sample"),
    [
        ("2s", 48, 96_000),
        ("00:00:01:12", 36, 72_000),
        ("b", 48, 96_000),
        ("b-12f", 36, 72_000),
        ("a.end", 53, 106_000),
        ("seam:a", 0, 0),
        ("seam:b", 50, 101_000),
        ("seam:b+1f", 51, 103_000),
        ("marker:bang", 30, 60_000),
        ("end-2s", 48, 96_000),
        ("end", 96, 192_000),
    ],
)
def test_an_anchor_means_a_frame_and_a_sample(text: str, frame: int, sample: int) -> None:
    position = PLACES.position(read_anchor(text))
    assert not isinstance(position, str)
    assert (PLACES.frame(position), PLACES.sample(position)) == (frame, sample)


def test_a_sample_is_rounded_once() -> None:
    places = Places(NTSC, 1000, {"a": FrameRange(101, 200)}, overlaps={})
    position = places.position(read_anchor("a.end"))
    assert not isinstance(position, str)
    assert places.sample(position) == 200 * 2002


def test_a_marker_of_which_there_are_two_is_no_place() -> None:
    assert PLACES.position(read_anchor("marker:echo")) == "2 markers are called 'echo': rename the others."


def test_markers_can_be_at_seams_and_at_ends() -> None:
    shots = ({"id": "a"}, {"id": "b", "transition": "dissolve"})
    film = film_of(*shots, markers=[{"name": "mid", "at": "seam:b"}, {"name": "last", "at": "end-1f"}])
    frames = {marker.name: marker.frame for marker in film.markers}
    assert (frames["mid"], frames["last"]) == (frames["b"] + 6, film.frames - 1)
    assert "the marker 'x' is at frame" in refusal(*shots, markers=[{"name": "x", "at": "end"}])

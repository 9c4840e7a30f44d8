"""Captions that overlap become screens that follow each other, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stitcher.captions.track import screens
from tests.captions.samples import caption


def test_two_that_overlap_are_shown_together_meanwhile() -> None:
    one, two = caption(0, 48, "one"), caption(24, 72, "two")
    assert [((s.record.start, s.record.stop), s.captions) for s in screens((one, two))] == [
        ((0, 24), (one,)),
        ((24, 48), (one, two)),
        ((48, 72), (two,)),
    ]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20)), max_size=8))
def test_every_frame_shows_just_its_captions(spans: list[tuple[int, int]]) -> None:
    captions = tuple(caption(start, start + length, str(n)) for n, (start, length) in enumerate(spans))
    shown = {
        frame: set(s.captions) for s in screens(captions) for frame in range(s.record.start, s.record.stop)
    }
    for frame in range(70):
        assert shown.get(frame, set()) == {one for one in captions if frame in one.record}


@pytest.mark.parametrize(
    ("settings", "at_top"),
    [
        ("", None),
        ("align:start", None),
        ("line:0", True),
        ("line:-1", False),
        ("line:90%,end", False),
        ("line:10%", True),
    ],
)
def test_settings_tell_which_half_of_the_picture(settings: str, at_top: bool | None) -> None:
    assert caption(0, 1, "x", settings).at_top is at_top

"""A part of a film is named by shots, times and anchors, and means frames."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from stitcher.errors import InputError
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Marker
from stitcher.timeline.part import frame_of, part_range
from tests.factories import make_clip
from tests.rendering.films import CUT, dissolve, film

FILM = replace(
    film([make_clip(frames=121)] * 4, [dissolve(12), CUT, dissolve(24)]),
    markers=(Marker(200, "thunder"),),
    start_frame=86400,
)
"""448 frames; s0 0 to 121, s1 109 to 230, s2 230 to 351, s3 327 to 448."""


@pytest.mark.parametrize(
    ("first", "last", "frames"),
    [
        ("s1", "s2", (109, 351)),
        ("s1", "s1", (109, 230)),
        (None, "s0", (0, 121)),
        ("s3", None, (327, 448)),
        ("2s", "00:00:04:12", (48, 108)),
        ("marker:thunder", "s2+1s", (200, 254)),
        ("01:00:02:00", "01:00:04:00", (48, 96)),
    ],
)
def test_a_part_is_from_a_place_to_a_place(first: str, last: str, frames: tuple[int, int]) -> None:
    assert part_range(FILM, first, last) == FrameRange(*frames)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("s2", "s1", "would end ('s1', frame 230) before it begins ('s2', frame 230)"),
        ("s1", "s0", "before it begins"),
        ("s9", None, "no shot is called 's9'"),
        ("12", None, "'12'"),
        ("90s", None, "begins at '90s', frame 2160; the film's frames are 0 to 447"),
        (None, "90s", "ends at '90s', frame 2160"),
    ],
)
def test_a_part_that_is_none_is_refused(first: str, last: str, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        part_range(FILM, first, last)


def test_a_frame_is_the_one_seen_at_a_time() -> None:
    assert frame_of(FILM, "4s") == frame_of(FILM, "01:00:04:00") == 96
    assert frame_of(FILM, "s1") == 109
    with pytest.raises(InputError, match="no frame at '448f'"):
        frame_of(FILM, "448f")

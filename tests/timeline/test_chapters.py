"""Chapters: from shots or markers, and as YouTube reads them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from stitcher.timeline.chapters import youtube_list
from stitcher.timeline.model import Marker
from tests.timeline.boards import film_of

SHOTS = [{"id": "a"}, {"id": "b", "transition": "cut"}, {"id": "c", "transition": "cut"}]


def test_begin_with_shots_or_with_markers() -> None:
    marks: dict[str, Any] = {"markers": [{"name": "turn", "at": "b+1s"}]}
    assert film_of(*SHOTS, **marks).chapters == ()
    assert film_of(*SHOTS, chapters="shots", **marks).chapters == (
        Marker(0, "a"),
        Marker(121, "b"),
        Marker(242, "c"),
    )
    assert film_of(*SHOTS, chapters="markers", **marks).chapters == (Marker(145, "turn"),)


def test_are_listed_as_youtube_reads_them() -> None:
    chapters = [Marker(0, "a"), Marker(24 * 75 + 23, "b\nc"), Marker(24 * 3661, "d")]
    assert youtube_list(chapters, Fraction(24)) == "0:00 a\n1:15 b c\n1:01:01 d\n"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"chapters": "shots"}, "3 last less than 10 s ('a', 'b', 'c')"),
        ({"chapters": "markers"}, "finds no marker"),
        ({"chapters": "markers", "markers": [{"name": "x", "at": "2s"}]}, "the first, 'x', is not at 0:00; there"),
        ({}, ""),
    ],
)  # fmt: skip
def test_what_youtube_would_not_show_is_told(more: dict[str, Any], told: str) -> None:
    notes = " ".join(film_of(*SHOTS, **more).notes)
    assert told in notes if told else "hapters" not in notes

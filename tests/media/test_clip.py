from __future__ import annotations

from fractions import Fraction

import pytest

from tests.factories import make_clip


@pytest.mark.parametrize(
    ("size", "other", "shown"),
    [
        ((640, 360), (320, 180), (640, 360)),
        ((1280, 720), (854, 480), (1280, 720)),
        ((640, 360), (360, 640), (202, 360)),
        ((360, 640), (640, 360), (360, 202)),
        ((640, 360), (640, 480), (480, 360)),
        ((161, 97), (161, 97), (161, 97)),
    ],
    ids=["half", "rounded to even", "upright", "lying", "4:3", "odd"],
)
def test_pictures_of_another_size_keep_their_shape(
    size: tuple[int, int], other: tuple[int, int], shown: tuple[int, int]
) -> None:
    assert make_clip(size=size).video.within(*other) == shown


def test_pictures_of_unknown_shape_fill_a_clip_whose_pixels_are_not_square() -> None:
    clip = make_clip(size=(1440, 1080), sample_aspect=Fraction(4, 3))
    assert clip.video.within(1920, 1080) == (1440, 1080)

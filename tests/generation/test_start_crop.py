"""Crops are exact, centred and as large as can be; the limit of a data URI is the service's own."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stitcher.generation.start_crop import (
    DATA_URI_CHARACTERS,
    Crop,
    data_uri_characters,
    fits_data_uri,
    lost_share,
    plan_crop,
)

RATIOS = [(1280, 720), (720, 1280), (1104, 832), (832, 1104), (960, 960), (1584, 672)]


@pytest.mark.parametrize(
    ("size", "target", "crop"),
    [
        ((1280, 720), (1280, 720), None),
        ((1920, 1080), (1280, 720), None),
        ((1000, 1000), (1280, 720), Crop(4, 221, 992, 558)),
        ((1168, 880), (1104, 832), Crop(32, 24, 1104, 832)),
        ((1808, 768), (1584, 672), Crop(13, 6, 1782, 756)),
        ((720, 1280), (960, 960), Crop(0, 280, 720, 720)),
    ],
    ids=["same", "same shape", "square", "gen4 still to video", "21:9 still to video", "tall to square"],
)
def test_a_picture_of_another_shape_is_cropped_from_its_centre(
    size: tuple[int, int], target: tuple[int, int], crop: Crop | None
) -> None:
    assert plan_crop(*size, target) == crop


@given(width=st.integers(1, 9000), height=st.integers(1, 9000), target=st.sampled_from(RATIOS))
def test_a_crop_has_exactly_the_target_shape_and_lies_inside(
    width: int, height: int, target: tuple[int, int]
) -> None:
    try:
        crop = plan_crop(width, height, target)
    except ValueError:
        assert width < 69 or height < 69
        return
    if crop is None:
        assert Fraction(width, height) == Fraction(*target)
        return
    assert Fraction(crop.width, crop.height) == Fraction(*target)
    assert crop.x >= 0
    assert crop.y >= 0
    assert crop.x + crop.width <= width
    assert crop.y + crop.height <= height
    assert abs(crop.x - (width - crop.width - crop.x)) <= 1
    assert 0 < lost_share(width, height, crop) < 1


@given(size=st.integers(0, 8_000_000))
def test_a_data_uri_is_as_long_as_it_really_is(size: int) -> None:
    import base64

    if size < 4000:
        real = "data:image/png;base64," + base64.b64encode(b"x" * size).decode()
        assert data_uri_characters("image/png", size) == len(real)
    assert fits_data_uri("image/png", size) == (data_uri_characters("image/png", size) <= DATA_URI_CHARACTERS)


def test_the_largest_png_that_fits_is_just_under_the_cap() -> None:
    largest = (DATA_URI_CHARACTERS - len("data:image/png;base64,")) // 4 * 3
    assert fits_data_uri("image/png", largest)
    assert not fits_data_uri("image/png", largest + 1)

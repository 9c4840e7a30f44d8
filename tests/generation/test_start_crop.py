"""Crops are exact, centred and as large as can be; the limit of a data URI is the service's own."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stitcher.errors import Rejected
from stitcher.generation.provider import Asset
from stitcher.generation.runway.client import Network
from stitcher.generation.runway.uploads import Placeholder, Uploads, data_uri
from stitcher.generation.start_crop import INLINE_BYTES, STILL_TYPES, Crop, is_uploaded, lost_share, plan_crop
from stitcher.standin.rules import DATA_URI_CHARACTERS

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


@pytest.mark.parametrize("media_type", STILL_TYPES)
def test_the_largest_picture_inside_a_request_is_taken_as_a_data_uri(media_type: str) -> None:
    uri = data_uri(media_type, bytes(INLINE_BYTES))
    assert len(uri) <= DATA_URI_CHARACTERS
    assert not is_uploaded(INLINE_BYTES)


@pytest.mark.parametrize("size", [INLINE_BYTES, INLINE_BYTES + 1])
def test_a_file_is_sent_as_was_forecast(size: int, tmp_path: Path) -> None:
    asked: list[str] = []

    def placeholder(name: str) -> Placeholder:
        asked.append(name)
        raise Rejected("enough is known")

    path = tmp_path / "still.png"
    path.write_bytes(bytes(size))
    asset = Asset(path, hashlib.sha256(bytes(size)).hexdigest(), "image/png")
    with suppress(Rejected):
        assert Uploads(placeholder, Network()).address(asset).startswith("data:image/png;base64,")
    assert bool(asked) is is_uploaded(size)

"""The table of code points against the libraries that count and name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

import pytest
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

from stitcher.formats.colour import (
    HDR_TRANSFERS,
    MATRICES,
    PRIMARIES,
    RANGES,
    SWSCALE_MATRICES,
    TRANSFERS,
    CodePoint,
    MatrixName,
    name_of,
    number_of,
)
from tests.footage import run_ffmpeg

TABLES = {"color_primaries": PRIMARIES, "color_trc": TRANSFERS, "colorspace": MATRICES}


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_each_number_has_one_name(table: Mapping[str, CodePoint]) -> None:
    assert [name_of(point.number, table) for point in table.values()] == list(table)
    assert [number_of(name, table) for name in table] == [point.number for point in table.values()]
    assert number_of(None, table) == 2
    assert name_of(2, table) is None
    assert name_of(99, table) is None


def test_the_numbers_are_those_of_ffmpeg() -> None:
    # From 256 on FFmpeg counts primaries of its own, which no stream and no container has a number for.
    standard = {number for number in ColorPrimaries if number < 256}
    assert {point.number for point in PRIMARIES.values()} == standard - {ColorPrimaries.UNSPECIFIED}
    assert {point.number for point in TRANSFERS.values()} <= set(ColorTrc)
    assert set(RANGES.values()) == {ColorRange.MPEG, ColorRange.JPEG}
    assert set(SWSCALE_MATRICES.values()) == set(Colorspace)


def test_the_names_are_those_of_ffmpeg() -> None:
    """Each is taken by the filter that tags pictures."""
    tags = [f"setparams={key}={name}" for key, table in TABLES.items() for name in table]
    tags += [f"setparams=range={name}" for name in RANGES]
    run_ffmpeg(
        "-f", "lavfi", "-i", "color=s=16x16", "-frames:v", "1", "-vf", ",".join(tags), "-f", "null", "-"
    )


def test_matrices_may_be_assumed_where_swscale_converts_them() -> None:
    converted = {name for name, point in MATRICES.items() if point.swscale and not point.swscale_refuses}
    assert set(get_args(MatrixName)) == converted


def test_every_matrix_of_swscale_is_one_it_counts() -> None:
    assert {point.swscale for point in MATRICES.values() if point.swscale} == set(SWSCALE_MATRICES)


def test_zimg_is_told_code_points_that_it_knows() -> None:
    for table in (TRANSFERS, MATRICES):
        assert all(not table[point.zimg].zimg for point in table.values() if point.zimg)
    assert set(HDR_TRANSFERS) <= set(TRANSFERS)

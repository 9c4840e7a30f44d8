"""Overlays stand where their place says, in any shape of picture, and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stitcher.pictures.overlay_place import Box, overlay_box
from stitcher.pictures.title_page import Page, plain_page
from stitcher.timeline.picture import PictureOverlay, StillPicture

HD = plain_page(1920, 1080)
UPRIGHT = Page(1080, 1920, (1080, 1920), 1080.0, (0.14, 0.12, 0.22, 0.06))
"""As Reels has it."""


def box(page: Page, size: tuple[int, int], **how: Any) -> Box:
    still = StillPicture(Path("/logo.png"), "a", size, 1)
    return overlay_box(PictureOverlay(still, 24, **how), page, 1080)


@pytest.mark.parametrize(
    ("place", "corner"),
    [
        ("top-left", (96, 54)),
        ("top", (860, 54)),
        ("top-right", (1624, 54)),
        ("left", (96, 490)),
        ("centre", (860, 490)),
        ("right", (1624, 490)),
        ("bottom-left", (96, 926)),
        ("bottom", (860, 926)),
        ("bottom-right", (1624, 926)),
        ((0.25, 0.75), (380, 760)),
        ((0.0, 1.0), (-100, 1030)),
    ],
)
def test_a_place_keeps_the_margin_of_the_edges_it_names(place: Any, corner: tuple[int, int]) -> None:
    assert box(HD, (200, 100), position=place) == Box(*corner, 200, 100)


@pytest.mark.parametrize(
    ("how", "size"),
    [
        pytest.param({}, (200, 100), id="its own pixels"),
        pytest.param({"height": 0.5}, (1080, 540), id="height"),
        pytest.param({"width": 0.5}, (960, 480), id="width"),
        pytest.param({"height": 1.0}, (1920, 960), id="no wider than the picture"),
    ],
)
def test_it_is_as_large_as_it_is_said_to_be(how: dict[str, Any], size: tuple[int, int]) -> None:
    made = box(HD, (200, 100), **how)
    assert (made.width, made.height) == size


def test_in_a_smaller_deliverable_everything_is_smaller_alike() -> None:
    half = Page(960, 540, (960, 540), 540.0)
    assert box(half, (200, 100), position="bottom-right") == Box(812, 464, 100, 50)


def test_upright_it_keeps_clear_of_a_platforms_buttons() -> None:
    assert box(UPRIGHT, (200, 100), position="top-right") == Box(750, 268, 200, 100)
    assert box(UPRIGHT, (200, 100), position="top-right", margin=0.0) == Box(880, 0, 200, 100)


def test_a_graphic_for_the_whole_picture_is_as_wide_as_an_upright_one() -> None:
    assert box(UPRIGHT, (1920, 1080)) == Box(0, 656, 1080, 608)


@pytest.mark.parametrize("size", [(1, 1), (33, 17), (8000, 10)])
def test_sides_and_places_are_even(size: tuple[int, int]) -> None:
    made = box(HD, size, position="top-right", margin=0.013)
    assert {number % 2 for number in (made.left, made.top, made.width, made.height)} == {0}
    assert min(made.width, made.height) >= 2
    assert made.left + made.width <= 1920

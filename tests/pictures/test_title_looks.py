"""Titles lie where they are asked for, with a line around them, a shadow, and letters as far apart as wished."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from stitcher.errors import InputError
from stitcher.pictures.title_page import plain_page
from stitcher.pictures.title_setting import set_share
from stitcher.pictures.titles import check_title, draw_title
from stitcher.storyboard.choices import PLACES, PlaceName
from stitcher.timeline.picture import TextOutline, TextShadow, Title

PAGE = plain_page(640, 360)
SIZES = [(640, 360), (360, 640), (400, 400)]
BARE: dict[str, Any] = {"kind": "lower_third", "background": None}


def drawn(text: str = "HHH", **more: Any) -> np.ndarray:
    return draw_title(Title(text, 3, **{"size": 0.1, **more}), PAGE, 1)


def box(cover: np.ndarray) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is covered."""
    columns, rows = np.flatnonzero(cover.any(axis=0)), np.flatnonzero(cover.any(axis=1))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


@pytest.mark.parametrize(("place", "size"), list(product(PLACES, SIZES)), ids=str)
def test_a_title_lies_at_its_place_clear_of_the_edges(place: PlaceName, size: tuple[int, int]) -> None:
    page = plain_page(*size)
    picture = draw_title(Title("HHH", 3, size=0.05, position=place), page, 1)
    left, top, right, bottom = box(picture[..., 0] > 127)
    across = "left" if "left" in place else "right" if "right" in place else "middle"
    down = "top" if "top" in place else "bottom" if "bottom" in place else "middle"
    lies = {
        "left": left / size[0],
        "right": 1 - right / size[0],
        "middle": (left + right) / 2 / size[0] - 0.42,
    }
    assert lies[across] == pytest.approx(0.08, abs=0.008)
    stands = {
        "top": top / size[1],
        "bottom": 1 - bottom / size[1],
        "middle": (top + bottom) / 2 / size[1] - 0.39,
    }
    assert stands[down] == pytest.approx(0.10, abs=0.008)


@pytest.mark.parametrize(
    ("align", "edge"), [("left", 0), ("centre", None), ("right", 2), (None, None)], ids=str
)
def test_a_point_holds_the_lines_as_they_are_aligned(align: str | None, edge: int | None) -> None:
    found = box(drawn("HHH\nH", position=(0.4, 0.7), align=align)[..., 0] > 127)
    held = (found[0] + found[2]) / 2 if edge is None else found[edge]
    assert held == pytest.approx(256, abs=3)
    assert (found[1] + found[3]) / 2 == pytest.approx(252, abs=3)


@pytest.mark.parametrize("align", ["left", "centre", "right"])
def test_lines_are_aligned_within_their_block(align: str) -> None:
    cover = drawn("HHHHH\nH", position="centre", align=align)[..., 0] > 127
    top, bottom = box(cover[:178]), box(cover[178:])
    gap = {
        "left": bottom[0] - top[0],
        "right": top[2] - bottom[2],
        "centre": (sum(bottom[:3:2]) - sum(top[:3:2])) / 2,
    }
    assert abs(gap[align]) <= 2


def test_lines_are_as_far_apart_as_asked() -> None:
    tops = [box(drawn("H\nH", line_height=height)[..., 0] > 127) for height in (1.5, 2.5)]
    near, far = (bottom - top for _, top, _, bottom in tops)
    # Between the two the font's size, of which a capital is 0.67.
    assert far - near == pytest.approx(36 / 0.67, rel=0.03)


@pytest.mark.parametrize("kind", ["card", "lower_third"])
def test_tracking_sets_letters_apart(kind: str) -> None:
    widths = []
    for tracking in (0.0, 0.5):
        left, _, right, _ = box(drawn("HHHH", tracking=tracking, kind=kind)[..., :3].min(axis=2) > 127)
        widths.append(right - left)
    assert widths[1] - widths[0] == pytest.approx(3 * 0.5 * 36 / 0.67, rel=0.05)


def test_an_outline_surrounds_the_letters() -> None:
    plain = drawn(**BARE)[..., 3] > 127
    outlined = drawn(**BARE, outline=TextOutline(0.1, "#ff0000"))
    assert [here - there for here, there in zip(box(outlined[..., 3] > 127), box(plain), strict=True)][1] == (
        pytest.approx(-3.6, abs=1)
    )
    red = (outlined[..., 0] > 200) & (outlined[..., 1] < 50) & (outlined[..., 3] > 200)
    white = outlined[..., 1] > 200
    assert red.any()
    assert white.sum() == pytest.approx(plain.sum(), rel=0.15)


def test_a_shadow_lies_as_far_off_as_asked() -> None:
    shadow = TextShadow(0.5, 1.0, blur=0.0, colour="#0000ff", opacity=0.5)
    picture = drawn(**BARE, shadow=shadow, position="left")
    letters = picture[..., 0] > 127
    thrown = (picture[..., 3] > 100) & (picture[..., 0] < 100)
    assert np.median(picture[thrown][:, 3]) == pytest.approx(128, abs=2)
    _, _, right, bottom = box(letters)
    assert box(thrown)[2:] == (pytest.approx(right + 18, abs=2), pytest.approx(bottom + 36, abs=2))


def test_a_blurred_shadow_is_soft() -> None:
    alphas = [
        np.unique(drawn(**BARE, shadow=TextShadow(0.5, 1.0, blur, "#000000", 1.0))[..., 3]).size
        for blur in (0.0, 1.0)
    ]
    assert alphas[1] > 2 * alphas[0]


def test_letters_and_shadow_fade_as_one() -> None:
    shadow = TextShadow(1.0, 1.0, blur=0.0, colour="#000000", opacity=1.0)
    words = Title("HHH", 4, fade_in_frames=3, size=0.1, shadow=shadow, **BARE)
    shown = [int(draw_title(words, PAGE, frame)[..., 3].max()) for frame in range(4)]
    assert shown == pytest.approx([64, 128, 191, 255], abs=1)


def test_a_lower_third_without_a_band_is_its_letters_alone() -> None:
    picture = drawn(**BARE)
    assert (picture[..., 3] > 0).mean() < 0.05
    assert (picture[picture[..., 3] > 0][:, :3] == 255).all()


@pytest.mark.parametrize(("place", "dark", "clear"), [("left", 4, 636), ("right", 636, 4)])
def test_the_band_thins_out_away_from_the_text(place: PlaceName, dark: int, clear: int) -> None:
    band = drawn(kind="lower_third", position=place)[176, :, 3]
    assert band[dark] > 140
    assert band[clear] < 20


def test_what_does_not_fit_is_set_smaller_and_by_how_much_is_told() -> None:
    assert set_share(Title("Short", 3), PAGE) == 1
    assert 0.3 < set_share(Title("Unbreakable" * 2, 3, size=0.15), PAGE) < 0.7


@pytest.mark.parametrize("position", [(0.5, 1.0), (1.0, 0.5)], ids=str)
def test_a_place_without_room_is_refused_by_how_much(position: tuple[float, float]) -> None:
    with pytest.raises(
        InputError, match=r"times as (wide|high) as there is room; make it shorter, or move it"
    ):
        check_title(Title("HHH", 3, position=position), PAGE)

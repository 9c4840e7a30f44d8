"""What a shot makes of its picture, laid out: shares and pixels, sizes, turns, gains."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from stitcher.timeline.look import ColourGrade, Look, luma_weights
from tests.timeline.boards import film_of, refusal

BT709 = luma_weights("bt709")


def test_edges_are_shares_below_one_and_pixels_from_one_on() -> None:
    film = film_of({"id": "a", "crop": {"left": 0.1, "right": 128, "top": 1, "bottom": 0.25}})
    assert film.items[0].look.crop == (
        Fraction(1, 10),
        Fraction(1, 720),
        Fraction(1, 10),
        Fraction(1, 4),
    )


def test_a_shot_that_says_nothing_is_left_as_it_is() -> None:
    assert not film_of({"id": "a"}).items[0].look.changes


def test_a_crop_that_leaves_too_little_is_refused() -> None:
    said = refusal({"id": "a", "crop": {"left": 1270}})
    assert "fewer than 16 of 1280 pixels are left between 'left' and 'right' of 'crop'" in said


@pytest.mark.parametrize("other", [{"zoom": 1.2}, {"crop": {"left": 2}}, {"rotate": 90}], ids=str)
def test_no_frame_is_dropped_where_one_of_two_shots_is_seen_otherwise(other: dict[str, object]) -> None:
    doubled = {"doubled": True}
    assert film_of({"id": "a"}, {"id": "b", **other}, media=doubled).frames == 242
    assert film_of({"id": "a", **other}, {"id": "b", **other}, media=doubled).frames == 241


@pytest.mark.parametrize(
    ("look", "seen"),
    [
        (Look(), (1280, 720)),
        (Look(zoom=2), (640, 360)),
        (Look(rotate=90), (720, 1280)),
        (Look(rotate=-90), (720, 1280)),
        (Look(rotate=180), (1280, 720)),
        (Look(crop=(Fraction(1, 4),) * 4), (640, 360)),
    ],
    ids=str,
)
def test_how_much_is_seen(look: Look, seen: tuple[int, int]) -> None:
    assert look.seen((1280, 720)) == seen


@pytest.mark.parametrize("degrees", [0.3, -1.5, 7, 44, 92, -178, 300])
def test_no_corner_of_a_tilted_picture_is_empty(degrees: float) -> None:
    look = Look(rotate=degrees)
    width, height = look.seen((1280, 720))
    a, b, c, d, e, f = look.to_source((1280, 720))
    corners = [(x, y) for x in (0, width) for y in (0, height)]
    assert all(-1e-6 <= a * x + b * y + c <= 1280 + 1e-6 for x, y in corners)
    assert all(-1e-6 <= d * x + e * y + f <= 720 + 1e-6 for x, y in corners)


def test_a_zoom_that_hides_the_corners_is_not_enlarged_further() -> None:
    assert Look(rotate=1, zoom=1.5).seen((1280, 720)) == (853, 480)


@pytest.mark.parametrize("kelvin", [2500, 4000, 6000, 7000, 15000])
def test_white_balance_warms_above_6500_and_keeps_the_brightness_of_grey(kelvin: float) -> None:
    red, green, blue = ColourGrade(temperature=kelvin).temperature_gains(BT709)
    assert (red > 1 > blue) if kelvin > 6500 else (red < 1 < blue)
    light = sum(weight * gain**2.4 for weight, gain in zip(BT709, (red, green, blue), strict=True))
    assert light == pytest.approx(1)


def test_a_stop_is_twice_the_light() -> None:
    assert ColourGrade(exposure=1).exposure_gain ** 2.4 == pytest.approx(2)


def test_a_film_names_its_tables_among_its_files() -> None:
    from dataclasses import replace

    from stitcher.timeline.look import Lut

    film = film_of({"id": "a"})
    item = replace(film.items[0], look=Look(grade=ColourGrade(lut=Lut(Path("/a.cube"), "1"))))
    assert Path("/a.cube") in replace(film, items=(item,)).files

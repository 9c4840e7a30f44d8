"""Titles are set whole, in the right letters, and fade frame by frame."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stitcher.errors import InputError, MediaMissing, MediaRefused
from stitcher.media.font_file import FontFile, font_file
from stitcher.pictures.title_page import plain_page
from stitcher.pictures.titles import check_title, draw_title, title_frames
from stitcher.pictures.typeface import BUNDLED_FONT
from stitcher.timeline.picture import Title

FONT = Path(__file__).parents[2] / "stitcher/pictures/fonts" / BUNDLED_FONT


def title(text: str = "The Lighthouse", frames: int = 24, **more: Any) -> Title:
    return Title(text, frames, **more)


def inked(picture: np.ndarray) -> tuple[int, int, int, int]:
    """First and last row and column with letters on a black card."""
    rows = np.flatnonzero(picture[..., 0].max(axis=1) > 60)
    columns = np.flatnonzero(picture[..., 0].max(axis=0) > 60)
    return rows[0], rows[-1], columns[0], columns[-1]


def test_a_card_is_opaque_and_centred() -> None:
    picture = draw_title(title(), plain_page(640, 360), 12)
    assert picture.shape == (360, 640, 4)
    assert picture.dtype == np.uint8
    assert (picture[..., 3] == 255).all()
    _, _, left, right = inked(picture)
    assert abs((left + right) / 2 - 320) < 4


def test_capitals_are_as_high_as_asked() -> None:
    top, bottom, _, _ = inked(draw_title(title("HHH", size=0.2), plain_page(640, 360), 0))
    assert bottom - top + 1 == pytest.approx(72, abs=3)


def test_a_card_has_its_colours() -> None:
    picture = draw_title(
        title("HHHH", size=0.3, colour="#ff8000", background="#102030"), plain_page(640, 360), 0
    )
    assert tuple(picture[0, 0, :3]) == (16, 32, 48)
    assert (picture[..., :3].reshape(-1, 3) == (255, 128, 0)).all(axis=1).any()


def test_long_text_is_wrapped_within_the_picture() -> None:
    top, bottom, left, right = inked(draw_title(title("word " * 30, size=0.12), plain_page(640, 360), 0))
    assert 30 < left < right < 610
    assert 20 < top < bottom < 340


def test_one_word_too_wide_is_made_smaller() -> None:
    _, _, left, right = inked(draw_title(title("W" * 40, size=0.3), plain_page(640, 360), 0))
    assert 30 < left < right < 610


def test_line_breaks_are_kept() -> None:
    one = inked(draw_title(title("a b"), plain_page(640, 360), 0))
    two = inked(draw_title(title("a\nb"), plain_page(640, 360), 0))
    assert two[1] - two[0] > 1.5 * (one[1] - one[0])


@pytest.mark.parametrize("text", ["Ο Φάρος", "Маяк", "Łódź – žluťoučký", "Grüße ﬁ"], ids=ascii)
def test_the_bundled_font_has_latin_greek_and_cyrillic(text: str) -> None:
    check_title(title(text), plain_page(1280, 720))


def test_composed_and_decomposed_letters_look_alike() -> None:
    assert np.array_equal(
        draw_title(title("caf\u00e9"), plain_page(320, 180), 0),
        draw_title(title("cafe\u0301"), plain_page(320, 180), 0),
    )


def test_a_fade_rises_evenly_and_wastes_no_frame() -> None:
    words = title("HHHH", size=0.3, frames=8, fade_in_frames=3, fade_out_frames=2)
    shown = [int(picture[..., 0].max()) for picture in title_frames(words, plain_page(320, 180))]
    assert shown == [64, 128, 191, 255, 255, 255, 170, 85]


def test_frames_in_a_row_are_those_asked_for_singly() -> None:
    words = title(frames=6, fade_in_frames=2, fade_out_frames=2)
    for number, picture in enumerate(title_frames(words, plain_page(160, 90))):
        assert np.array_equal(picture, draw_title(words, plain_page(160, 90), number))


def test_a_lower_third_is_clear_above_its_band() -> None:
    picture = draw_title(
        title("A name", kind="lower_third", size=0.045, background="#204060"), plain_page(640, 360), 0
    )
    assert not picture[:240, :, 3].any()
    band = picture[320, 4]
    assert 120 < band[3] < 200
    assert tuple(band[:3]) == (32, 64, 96)
    assert picture[..., 3].max() == 255


def test_a_lower_third_fades_as_one() -> None:
    words = title("A name", kind="lower_third", frames=9, fade_in_frames=3)
    band = [int(draw_title(words, plain_page(320, 180), number)[160, 4, 3]) for number in (0, 1, 2, 3)]
    assert band == pytest.approx([band[3] * share for share in (0.25, 0.5, 0.75, 1)], abs=1)


def test_a_font_file_is_used() -> None:
    assert np.array_equal(
        draw_title(title(font=font_file(FONT)), plain_page(320, 180), 0),
        draw_title(title(), plain_page(320, 180), 0),
    )


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        pytest.param({"text": " \n ", "kind": "lower_third"}, InputError, "no text", id="no text"),
        pytest.param({"text": "a" * 6000}, InputError, "letters", id="a novel"),
        pytest.param({"text": "日本"}, InputError, "lacks", id="letters the font lacks"),
        pytest.param({"colour": "blurple"}, InputError, "colour", id="no colour"),
        pytest.param({"font": FontFile("/nowhere/font.ttf", "")}, MediaMissing, "font.ttf", id="no font"),
        pytest.param({"font": FontFile(__file__, "")}, MediaRefused, "is not a font", id="text as font"),
    ],
)
def test_what_cannot_be_drawn_is_refused(change: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        check_title(Title(**{"text": "x", "frames": 3, **change}), plain_page(1280, 720))


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(st.text(max_size=120), st.floats(0.01, 0.5), st.sampled_from([(160, 90), (90, 160)]))
def test_any_text_is_drawn_within_the_picture_or_refused(
    text: str, size: float, film: tuple[int, int]
) -> None:
    try:
        picture = draw_title(title(text, size=size), plain_page(*film), 0)
    except InputError:
        return
    assert picture.shape == (film[1], film[0], 4)


def test_control_characters_are_left_out() -> None:
    assert np.array_equal(
        draw_title(title("a\x07b\u0000"), plain_page(320, 180), 0),
        draw_title(title("ab"), plain_page(320, 180), 0),
    )


def test_a_frame_outside_the_title_is_an_index_error() -> None:
    with pytest.raises(IndexError):
        draw_title(title(frames=3), plain_page(160, 90), 3)


def test_a_card_without_text_is_its_background_alone() -> None:
    drawn = draw_title(title(text="", background="#336699"), plain_page(320, 180), 0)
    assert np.all(drawn == drawn[0, 0])

"""Text never runs over its place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stitcher.pictures.text_fit import ellipsized
from stitcher.pictures.typeface import load_font


@given(text=st.text("ab cW\n", max_size=60), width=st.integers(0, 200))
def test_a_text_is_cut_to_its_width(text: str, width: int) -> None:
    font = load_font(None, 13)
    shown = ellipsized(text, font, width)
    assert font.getlength(shown) <= width
    assert shown in ("", " ".join(text.split())) or shown.endswith("…")


def test_a_text_that_fits_stays_as_it_is() -> None:
    assert ellipsized("two\n words", load_font(None, 13), 500) == "two words"

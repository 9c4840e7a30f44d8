"""Titles in ten scripts are set in letters that are there, joined and ordered as they are read, or refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stitcher.errors import InputError
from stitcher.inputs import fonts
from stitcher.media.system_fonts import SystemFont, fonts_called
from stitcher.pictures import typeface
from stitcher.pictures.lettering import Lettering, TextLine
from stitcher.pictures.substitute_fonts import substitutes
from stitcher.pictures.title_page import plain_page
from stitcher.pictures.titles import check_title, draw_title
from stitcher.timeline.picture import Title
from tests.pictures.scripts import FONTS, SET_IN, TEXTS, only_these_fonts

PAGE = plain_page(320, 180)


@pytest.fixture(autouse=True)
def _fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with only_these_fonts(tmp_path, monkeypatch):
        yield


def title(text: str, **more: Any) -> Title:
    return Title(text, 3, fallbacks=tuple(one.font for one in substitutes(None, text)), **more)


def length(text: str, right_to_left: bool = False) -> float:
    fonts = (None, *(one.font for one in substitutes(None, text)))
    return Lettering(fonts, 40, 0).length(TextLine(text, right_to_left))


@pytest.mark.parametrize("script", TEXTS)
def test_letters_come_from_the_font_of_their_script(script: str) -> None:
    chosen = [
        (Path(one.font.path).name, one.font.face) for one in substitutes(None, TEXTS[script]) if one.font
    ]
    assert chosen == ([SET_IN[script]] if script in SET_IN else [])


@pytest.mark.parametrize("script", TEXTS)
def test_a_title_in_any_script_is_drawn_whole(script: str) -> None:
    drawn = draw_title(title(TEXTS[script]), PAGE, 1)[..., 0]
    columns, rows = np.flatnonzero(drawn.any(axis=0)), np.flatnonzero(drawn.any(axis=1))
    assert 20 < columns[0] < columns[-1] < 300
    assert 60 < rows[0] < rows[-1] < 120
    # A full stop of Japanese has its room within the line.
    assert abs((columns[0] + columns[-1]) / 2 - 160) < 8


@pytest.mark.parametrize("text", ["المنارة", "स्त"], ids=["Arabic", "Devanagari"])
def test_letters_that_join_do(text: str) -> None:
    letters = [letter for letter in text if letter.isalpha()]
    assert length(text) < 0.95 * sum(map(length, letters))


def test_hebrew_is_set_from_right_to_left() -> None:
    def tallest(text: str) -> float:
        """Where the stem is that is taller than all other letters."""
        drawn = draw_title(Title(text, 3, fallbacks=title("שלום").fallbacks, size=0.3), PAGE, 1)[..., 0] > 127
        return float(np.flatnonzero(drawn[np.flatnonzero(drawn.any(axis=1))[0]]).mean())

    assert tallest("שלום") > tallest("םולש") + 10


def test_a_letter_that_shaping_takes_apart_is_missed_where_it_is_lacking() -> None:
    assert not typeface.has_letter(None, "ำ")


def test_chinese_characters_have_the_forms_of_the_text_beside_them() -> None:
    chinese, japanese = title("直骨"), Title("直骨", 3, fallbacks=title(TEXTS["Japanese"]).fallbacks)
    assert not np.array_equal(draw_title(chinese, PAGE, 1), draw_title(japanese, PAGE, 1))


def test_text_without_spaces_is_wrapped() -> None:
    drawn = draw_title(title("灯台を見る、直骨。" * 3, size=0.12), PAGE, 1)[..., 0]
    assert np.ptp(np.flatnonzero(drawn.any(axis=1))) > 60


@pytest.mark.parametrize("script", ["Arabic", "Hebrew", "Devanagari", "Thai"])
def test_what_cannot_be_shaped_is_refused_by_name(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = title(TEXTS[script])
    monkeypatch.setattr(typeface, "has_shaping", lambda: False)
    with pytest.raises(InputError, match=r"right to left or joined .* libfribidi"):
        typeface.check_glyphs((None, *wanted.fallbacks), wanted.text, "The title")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("Հայ", "lacks: Հ ա յ", id="letters that no font has"),
        pytest.param("Ship 🚀", "Coloured emoji are pictures", id="emoji"),
    ],
)
def test_letters_that_no_font_has_are_refused_by_name(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        check_title(title(text), PAGE)


def test_letters_that_join_are_not_set_apart() -> None:
    with pytest.raises(InputError, match="'tracking' would tear them apart"):
        check_title(title("المنارة", tracking=0.1), PAGE)


@pytest.mark.parametrize(
    "name", ["Noto Sans Thai", "noto sans thai", "Noto Sans CJK KR", "Noto Sans Thai Regular"]
)
def test_a_font_is_found_by_its_name(name: str) -> None:
    assert fonts_called(name)[0].path.parent == FONTS
    assert fonts.font_fault(name) is None


def test_a_name_that_no_font_has_is_told_with_one_like_it() -> None:
    assert "Did you mean 'Noto Sans Thai'?" in (fonts.font_fault("Noto Sans Thaj") or "")


def test_names_of_fonts_need_fontconfig(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert "no fontconfig" in (fonts.font_fault("Noto Sans Thai") or "")


@pytest.mark.parametrize(
    ("name", "called"),
    [
        pytest.param("Open Sans", False, id="a family of which it is the heavy one"),
        pytest.param("Open Sans Extrabold", True, id="the family it is the upright one of"),
        pytest.param("open  sans extrabold", True, id="in any case"),
        pytest.param("Open", False, id="a part of its name"),
    ],
)
def test_a_heavy_font_is_called_by_its_weight(name: str, called: bool) -> None:
    font = SystemFont(
        Path("/f.ttf"),
        0,
        ("Open Sans", "Open Sans Extrabold"),
        ("Extrabold", "Regular"),
        ("Open Sans Extrabold",),
    )
    assert font.is_called(name) is called

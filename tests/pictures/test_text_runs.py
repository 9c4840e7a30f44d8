"""A line is cut into runs of one font and direction, in the order in which they stand from left to right."""

from __future__ import annotations

import unicodedata

import pytest

from stitcher.pictures.text_runs import clusters, is_right_to_left, pieces, runs


def _latin(letter: str) -> bool:
    return letter.isascii()


def _other(letter: str) -> bool:
    return not letter.isascii() or unicodedata.category(letter)[0] in "ZP"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        pytest.param("one שלום two", ["one ", "שלום", " two"], id="a word within Latin"),
        pytest.param("שלום 12:30 עולם", ["עולם", " ", "12:30", " ", "שלום"], id="a time within Hebrew"),
        pytest.param("שלום one two עולם", ["עולם", " ", "one two", " ", "שלום"], id="Latin within Hebrew"),
        pytest.param("one 灯台 two", ["one ", "灯台", " two"], id="Chinese within Latin"),
        pytest.param("שלום 50%", ["50%", " ", "שלום"], id="a share after Hebrew"),
    ],
)
def test_runs_stand_as_they_are_read(line: str, shown: list[str]) -> None:
    made = runs(line, [_latin, _other], is_right_to_left(line))
    assert [run.text for run in made] == shown


def test_a_line_of_one_font_is_one_run() -> None:
    (run,) = runs("one two", [_latin, _other], right_to_left=False)
    assert (run.text, run.font, run.right_to_left) == ("one two", 0, False)


def test_what_is_between_letters_of_one_font_is_of_that_font() -> None:
    made = runs("a “שלום, עולם”", [_latin, _other], right_to_left=False)
    assert [(run.text, run.font) for run in made] == [("a ", 0), ("“", 1), ("שלום, עולם", 1), ("”", 1)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("e\u0301a", ["e\u0301", "a"], id="an accent"),
        pytest.param("ที่น", ["ที่", "น"], id="Thai"),
        pytest.param("हि", ["हि"], id="Devanagari"),
        pytest.param("👩\u200d🚀x", ["👩\u200d🚀", "x"], id="joined emoji"),
    ],
)
def test_marks_stay_with_their_letters(text: str, parts: list[str]) -> None:
    assert clusters(text) == parts


@pytest.mark.parametrize(
    ("paragraph", "parts"),
    [
        pytest.param("two words", ["two", "words"], id="at spaces"),
        pytest.param("灯台を見る。", ["灯", "台", "を", "見", "る。"], id="never before a full stop"),
        pytest.param("「灯」台", ["「灯」", "台"], id="never after an opening bracket"),
        pytest.param("ที่\u200bน้ำ", ["ที่", "น้ำ"], id="at spaces of no width"),
        pytest.param("등대 이야기", ["등대", "이야기"], id="Korean at spaces"),
    ],
)
def test_lines_may_end_where_the_script_lets_them(paragraph: str, parts: list[str]) -> None:
    assert [piece.text for piece in pieces(paragraph)] == parts

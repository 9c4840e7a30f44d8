"""Conditions on rows: what holds, and what is no condition."""

from __future__ import annotations

import pytest

from stitcher.errors import InputError
from stitcher.tables.where import parse_condition

CELLS = {"lang": "de", "price": "9.50", "kind": "short", "date": "2026-01-31", "empty": "", "on": "true"}
COLUMNS = [*CELLS, "absent"]


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ('lang == "de"', True),
        ("lang == 'fr'", False),
        ('"de" == lang', True),
        ('lang != "de"', False),
        ("price < 10", True),
        ("price == 9.5", True),
        ("price >= 9.51", False),
        ("price > -1", True),
        ('price < "10"', False),
        ('date < "2026-02-01"', True),
        ('kind in ["short", "teaser"]', True),
        ('kind not in ["short", "teaser"]', False),
        ("price in [1, 9.5]", True),
        ("lang == kind", False),
        ('on == "true"', True),
        ('empty == ""', True),
        ('absent == ""', True),
        ("lang == 5", False),
        ("lang != 5", True),
        ('not lang == "fr"', True),
        ('lang == "fr" or lang == "de" and price < 10', True),
        ('(lang == "fr" or lang == "de") and price > 10', False),
        ('not (lang == "de" and kind == "short")', False),
        ('not not lang == "de"', True),
        ('lang=="de"and price<10', True),
    ],
)
def test_a_condition_holds(text: str, holds: bool) -> None:
    assert parse_condition(text, COLUMNS)(CELLS) is holds


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("", 1, "a column, a text in quotes or a number is missing"),
        ('lang = "de"', 6, "write '=='"),
        ("lang", 5, "a comparison is missing"),
        ('lang == "de', 9, "is never closed"),
        ('lang == "de" price < 1', 14, "'and' or 'or' is missing"),
        ('lang == "de" && price < 1', 14, "write 'and' and 'or'"),
        ('(lang == "de"', 14, "a ')' is missing"),
        ('lang in "de"', 9, "a list, such as"),
        ('lang in ["de"', 14, "a ']' is missing"),
        ("lang in []", 10, "is missing"),
        ('lnag == "de"', 1, "did you mean 'lang'"),
        ("lang == de", 9, 'a text stands in quotes: "de"'),
        ("price < 10 < 20", 12, "'and' or 'or' is missing"),
        ("price + 1 < 2", 7, "'+' is no column"),
        ('lang.upper() == "DE"', 1, "no column is called 'lang.upper'"),
        ("__import__('os').system('true')", 17, "is no column"),
        ("(" * 100 + 'lang == "de"', 41, "nested more than 40 deep"),
        ("not " * 100 + 'lang == "de"', 161, "nested more than 40 deep"),
        ("price < 1e5", 9, "'1e5' is no column"),
    ],
)
def test_anything_else_is_refused_by_its_column(text: str, column: int, said: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_condition(text, COLUMNS)
    message = str(caught.value)
    assert f"at column {column}: " in message
    assert said in message
    assert message.splitlines()[-1] == " " * (3 + column) + "^"


def test_a_condition_of_a_page_is_refused() -> None:
    with pytest.raises(InputError, match="at most 2000 characters"):
        parse_condition("lang == 'x' or " * 200, COLUMNS)


@pytest.mark.parametrize("value", ["", "cheap", "nan", "1e3", "１２"])
def test_what_is_no_number_is_neither_more_nor_less_than_one(value: str) -> None:
    with pytest.raises(ValueError, match=r"is no number, and is compared with one by '<'"):
        parse_condition("price < 10", ["price"])({"price": value})

"""Tables of every kind are the same rows; what is no table is refused by its line."""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path

import pytest

from stitcher.errors import InputError, IssuesError, MediaMissing, StitcherError
from stitcher.tables.read import read_table
from stitcher.tables.table import Table

ROWS = [
    {"slug": "a", "title": "Licht, für alle", "n": "1"},
    {"slug": "b", "title": 'Say "hey";', "n": "2.50"},
]
CSV = 'slug,title,n\na,"Licht, für alle",1\nb,"Say ""hey"";",2.50\n'
SEMICOLONS = 'slug;title;n\na;"Licht, für alle";1\nb;"Say ""hey"";";2.50\n'
YAML = "- {slug: a, title: 'Licht, für alle', n: 1}\n- {slug: b, title: 'Say \"hey\";', n: 2.50}\n"


def write(folder: Path, name: str, content: str | bytes) -> Path:
    """A file with this content, in UTF-8."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def cells(table: Table) -> list[dict[str, str]]:
    """What each row has."""
    return [table.cells(row) for row in table.rows]


@pytest.mark.parametrize(
    ("name", "content", "lines"),
    [
        pytest.param("t.csv", CSV, [2, 3], id="commas"),
        pytest.param("t.csv", SEMICOLONS, [2, 3], id="semicolons"),
        pytest.param("t.tsv", CSV.replace(",", "\t").replace("Licht\t", "Licht,"), [2, 3], id="tabs"),
        pytest.param("t.csv", b"\xef\xbb\xbf" + SEMICOLONS.encode(), [2, 3], id="a byte order mark"),
        pytest.param("t.csv", SEMICOLONS.encode("utf-16"), [2, 3], id="UTF-16"),
        pytest.param("t.csv", CSV.replace("\n", "\r\n"), [2, 3], id="line ends of Windows"),
        pytest.param("t.csv", CSV.rstrip("\n"), [2, 3], id="no line end at the end"),
        pytest.param("t.csv", "\n" + CSV.replace("\nb", "\n\n,,\nb"), [3, 6], id="empty lines"),
        pytest.param("t.csv", CSV.replace("slug,", " slug ,"), [2, 3], id="spaces around names"),
        pytest.param("t.jsonl", "\n".join(map(json.dumps, ROWS)) + "\n\n", [1, 2], id="JSON lines"),
        pytest.param("t.json", json.dumps(ROWS), [None, None], id="JSON"),
        pytest.param("t.json", json.dumps({"films": ROWS}), [None, None], id="JSON under a name"),
        pytest.param("t.yaml", YAML, [1, 2], id="YAML"),
        pytest.param("t.yml", "rows:\n" + YAML, [2, 3], id="YAML under a name"),
        pytest.param(
            "t.toml",
            '[[rows]]\nslug = "a"\ntitle = "Licht, für alle"\nn = 1\n\n'
            "[[rows]]\nslug = \"b\"\ntitle = 'Say \"hey\";'\nn = '2.50'\n",
            [1, 6],
            id="TOML",
        ),
    ],
)
def test_a_table_of_every_kind_has_the_same_rows(
    tmp_path: Path, name: str, content: str | bytes, lines: list[int | None]
) -> None:
    table = read_table(write(tmp_path, name, content))
    assert table.columns == ("slug", "title", "n")
    assert cells(table) == ROWS
    assert [row.line for row in table.rows] == lines
    assert [row.number for row in table.rows] == [1, 2]


def test_parquet_is_read_where_pyarrow_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "t.parquet", b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(InputError, match="pip install pyarrow"):
        read_table(path)
    pyarrow = types.ModuleType("pyarrow.parquet")
    pyarrow.read_table = lambda _: types.SimpleNamespace(to_pylist=lambda: ROWS)  # type: ignore[attr-defined]  # a stand-in for the module
    monkeypatch.setitem(sys.modules, "pyarrow", types.ModuleType("pyarrow"))
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", pyarrow)
    assert cells(read_table(path)) == ROWS


def test_a_value_in_quotes_goes_over_lines_and_the_next_row_keeps_its_line(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, "t.csv", 'a,b\n1,"two\nlines"\n2,x\n'))
    assert cells(table)[0]["b"] == "two\nlines"
    assert [row.line for row in table.rows] == [2, 4]


def test_values_become_texts_and_a_row_may_lack_some(tmp_path: Path) -> None:
    lines = '{"a": 5, "b": true, "c": {"d": 1.5}}\n{"e": "x", "a": null}\n'
    table = read_table(write(tmp_path, "t.jsonl", lines))
    assert table.columns == ("a", "b", "c.d", "e")
    assert cells(table) == [{"a": "5", "b": "true", "c.d": "1.5"}, {"e": "x"}]


@pytest.mark.parametrize(
    ("name", "content", "line", "said"),
    [
        ("t.csv", "", None, "is empty"),
        ("t.csv", "\n\n", None, "is empty"),
        ("t.csv", "a,b\n", None, "has no rows"),
        ("t.csv", "a,b\n1,2\n3\n4,5,6\n", 3, "1 values for 2 columns: 'b' and what follows are missing"),
        ("t.csv", "a,b\n1,2\n4,5,6\n", 3, "3 values for 2 columns: too many"),
        ("t.csv", 'a,b\n1,2\n3,"x\n4,5\n', 3, "is a quote missing"),
        ("t.csv", 'a,b\n1,"x"y\n', 2, "this is not CSV"),
        ("t.csv", "a,,b\n1,2,3\n", 1, "column 2 has no name"),
        ("t.csv", "a,b,a\n1,2,3\n", 1, "two columns are called 'a'"),
        ("t.csv", b"a,b\n1,\xe4\n", 2, "not UTF-8"),
        ("t.jsonl", '{"a": 1}\n{"a": \n', 2, "this is not JSON"),
        ("t.jsonl", '{"a": 1}\n[1]\n', 2, "must be an object"),
        ("t.jsonl", '{"a": 1}\n{"a": [1, 2]}\n', 2, "the variable 'a' must be a text"),
        ("t.jsonl", '{"a b": 1}\n', 1, "cannot name a variable"),
        ("t.json", "[1, 2]", None, "is a list of rows"),
        ("t.json", "{", None, "is not JSON"),
        ("t.toml", "a = 1\n", None, "is a list of rows"),
        ("t.yaml", "a: b\n", None, "is a list of rows"),
        ("t.yaml", "- {a: 1}\n- {a: [1]}\n", 2, "the variable 'a' must be a text"),
        ("t.xlsx", "x", None, "tables come from .csv"),
        ("t.parquet", "x", None, "Parquet"),
    ],
)
def test_what_is_no_table_is_refused_by_its_line(
    tmp_path: Path, name: str, content: str | bytes, line: int | None, said: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_table(write(tmp_path, name, content))
    assert said in str(caught.value)
    assert name in str(caught.value)
    if line is not None:
        assert isinstance(caught.value, IssuesError)
        assert caught.value.issues[0].line == line


def test_every_uneven_row_is_named(tmp_path: Path) -> None:
    with pytest.raises(IssuesError) as caught:
        read_table(write(tmp_path, "t.csv", "a,b\n1\n1,2\n1,2,3\n"))
    assert [issue.line for issue in caught.value.issues] == [2, 4]


def test_a_table_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MediaMissing):
        read_table(tmp_path / "none.csv")
    with pytest.raises(StitcherError):
        read_table(tmp_path)


@pytest.mark.parametrize(
    ("rows", "where", "sample", "chosen"),
    [
        (None, None, None, range(1, 21)),
        ("3:5", None, None, [3, 4, 5]),
        ("19:", None, None, [19, 20]),
        ("19:99", None, None, [19, 20]),
        (":2", None, None, [1, 2]),
        ("7", None, None, [7]),
        (None, "n > 18", None, [19, 20]),
        ("3:12", "n > 10", None, [11, 12]),
        (None, None, 4, [1, 6, 11, 16]),
        (None, "n > 10", 2, [11, 16]),
        (None, None, 99, range(1, 21)),
    ],
)
def test_rows_are_chosen_by_number_then_by_condition_then_spread(
    tmp_path: Path, rows: str | None, where: str | None, sample: int | None, chosen: list[int]
) -> None:
    table = read_table(write(tmp_path, "t.csv", "n,m\n" + "".join(f"{n},x\n" for n in range(1, 21))))
    found = table.chosen(rows=rows, where=where, sample=sample)
    assert [row.number for row in found.rows] == list(chosen)


@pytest.mark.parametrize("rows", ["", ":", "x", "5:3", "0:2", "0", "1:2:3", "-1"])
def test_a_range_of_rows_that_is_none_is_refused(tmp_path: Path, rows: str) -> None:
    table = read_table(write(tmp_path, "t.csv", "n,m\n1,2\n"))
    with pytest.raises(InputError, match="rows"):
        table.chosen(rows=rows)


def test_every_row_that_cannot_be_compared_is_named(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, "t.csv", "n,m\n1,2\nx,2\n3,2\n,2\n"))
    with pytest.raises(IssuesError) as caught:
        table.chosen(where="n < 3")
    assert [issue.line for issue in caught.value.issues] == [3, 5]


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_read_and_chosen(tmp_path: Path) -> None:
    path = write(tmp_path, "t.csv", "slug;n\n" + "".join(f"s{n};{n}\n" for n in range(100_000)))
    table = read_table(path).chosen(where='n >= 99990 and slug != "s99999"')
    assert [row.line for row in table.rows] == list(range(99_992, 100_001))

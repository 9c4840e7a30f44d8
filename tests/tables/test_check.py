"""Rows are checked before any film is made: every bad one by its line and column, and where films go."""

from __future__ import annotations

import os
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

import stitcher
from stitcher.errors import DiskFull, InputError, IssuesError, OutputError
from tests.footage import Footage

HEAD = "stitcher: 1\nshots:\n"


@pytest.fixture
def films(tmp_path: Path, footage: Footage, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Asks for films of a storyboard and a table, in a folder with the clips `a.mp4` and `b.mp4` of a second."""
    monkeypatch.chdir(tmp_path)
    for number, name in enumerate(("a.mp4", "b.mp4"), start=61):
        (tmp_path / name).symlink_to(footage.clip(number, frames=24))

    def ask(shots: str, rows: str, out: str = "out/${slug}.mp4", **how: Any) -> stitcher.TableResult:
        Path("board.yaml").write_text(HEAD + shots)
        Path("rows.csv").write_text(rows)
        return stitcher.render_table("board.yaml", "rows.csv", out, how=stitcher.TableOptions(**how))

    return ask


def issues(films: Any, *asked: str, **how: Any) -> list[tuple[str, int | None, str]]:
    """File, line and message of everything that is wrong."""
    with pytest.raises(IssuesError) as caught:
        films(*asked, **how)
    assert not Path("out").exists()
    return [(one.path.name if one.path else "", one.line, one.message) for one in caught.value.issues]


CLIP = '  - {id: one, clip: "${clip}"}\n'


def test_every_bad_row_is_named_with_its_line_and_column_and_nothing_is_made(films: Any) -> None:
    rows = "slug,clip,end\na,a.mp4,12f\nb,none.mp4,12f\nc,b.mp4,soon\nd,b.mp4,99s\ne,a.mp4,1f\n"
    found = issues(films, '  - {id: one, clip: "${clip}", out: "${end}"}\n', rows)
    assert [(file, line) for file, line, _ in found] == [("rows.csv", 3), ("rows.csv", 4), ("rows.csv", 5)]
    assert found[0][2].startswith("column 'clip': ")
    assert "none.mp4" in found[0][2]
    assert found[1][2].startswith("column 'end': ")
    assert "(board.yaml:3)" in found[1][2]
    assert found[2][2].startswith("column 'end': ")


def test_the_same_fault_of_several_rows_is_told_once_with_their_lines(films: Any) -> None:
    [(_, line, message)] = issues(films, CLIP, "slug,clip\na,x.mp4\nb,a.mp4\nc,x.mp4\nd,x.mp4\n")
    assert line == 2
    assert message.endswith("The same in line 4, line 5.")


def test_what_is_wrong_with_the_storyboard_itself_is_told_once_of_it(films: Any) -> None:
    [(file, line, _)] = issues(films, CLIP + "  - {id: one, clip: a.mp4}\n", "slug,clip\na,a.mp4\nb,b.mp4\n")
    assert (file, line) == ("board.yaml", 4)


@pytest.mark.parametrize(
    ("rows", "line", "said"),
    [
        ("slug,clip\na,a.mp4\nb,a.mp4\na,b.mp4\n", 4, "as that of line 2: 'slug' must differ in every row"),
        ("slug,clip\na,a.mp4\nA,b.mp4\n", 3, "as that of line 2"),
        ("slug,clip\né,a.mp4\ne\u0301,b.mp4\n", 3, "as that of line 2"),
        ("slug,clip\nx/../a,a.mp4\na,a.mp4\n", 3, "as that of line 2"),
        ("slug,clip\na,a.mp4\n../b,a.mp4\n", 3, "outside of"),
        ("slug,clip\na,a.mp4\n../../../../../../b,a.mp4\n", 3, "outside of"),
        ("slug,clip\na,a.mp4\n../out-2/b,a.mp4\n", 3, "outside of"),
        ('slug,clip\na,a.mp4\n"",a.mp4\n', 3, "column 'slug' is empty"),
        ('slug,clip\na,a.mp4\n"b\nc",a.mp4\n', 3, "characters that no file name should have"),
        (f"slug,clip\na,a.mp4\n{'b' * 250},a.mp4\n", 3, "longer than 240 bytes"),
    ],
)
def test_a_film_that_may_not_go_there_is_refused(films: Any, rows: str, line: int, said: str) -> None:
    [(file, found, message)] = issues(films, CLIP, rows)
    assert (file, found) == ("rows.csv", line)
    assert said in message


def test_a_film_in_the_place_of_what_films_are_made_from_is_refused(films: Any, tmp_path: Path) -> None:
    [(_, line, message)] = issues(
        films, CLIP, "slug,clip\nc,a.mp4\nb,a.mp4\nd,b.mp4\n", f"{tmp_path}/${{slug}}.mp4"
    )
    assert line == 3
    assert "which films here are made from" in message


def test_a_film_of_a_name_that_its_preset_does_not_make_is_told_of_its_column(films: Any) -> None:
    found = issues(films, CLIP, "slug,clip\na.mp4,a.mp4\nb.xyz,a.mp4\n", "out/${slug}")
    assert [(line, message.startswith("column 'slug': ")) for _, line, message in found] == [(3, True)]


def test_a_column_that_is_missing_is_told_once_where_it_is_asked_for(films: Any) -> None:
    [(file, line, message)] = issues(films, CLIP, "slug,clpi\na,a.mp4\nb,b.mp4\n")
    assert (file, line) == ("board.yaml", 3)
    assert message == "the variable 'clip' is no column of 'rows.csv', and is not set: did you mean 'clpi'?"


def test_a_column_that_the_place_asks_for_is_missing(films: Any) -> None:
    [(file, _, message)] = issues(films, CLIP, "slug,clip\na,a.mp4\n", "out/${slgu}.mp4")
    assert file == "rows.csv"
    assert "did you mean 'slug'?" in message


def test_a_variable_that_nothing_asks_for_is_refused(films: Any) -> None:
    [(_, _, message)] = issues(films, CLIP, "slug,clip\na,a.mp4\n", variables={"clpi": "x"})
    assert message == "the variable 'clpi' is set, and nothing asks for it: did you mean 'clip'?"


def test_a_value_that_a_row_leaves_out_is_told_of_the_row(films: Any, tmp_path: Path) -> None:
    Path("board.yaml").write_text(HEAD + CLIP)
    Path("rows.jsonl").write_text('{"slug": "a", "clip": "a.mp4"}\n{"slug": "b"}\n')
    with pytest.raises(IssuesError) as caught:
        stitcher.render_table("board.yaml", "rows.jsonl", "out/${slug}.mp4")
    [issue] = caught.value.issues
    assert issue.line == 2
    assert issue.message.startswith("column 'clip': the variable 'clip' is not set")


def test_one_place_for_several_films_is_refused(films: Any) -> None:
    with pytest.raises(InputError, match=r"names one film and the table has 2 rows.*'out/\$\{slug\}\.mp4'"):
        films(CLIP, "slug,clip\na,a.mp4\nb,a.mp4\n", "out/film.mp4")


def test_no_row_chosen_is_no_film(films: Any) -> None:
    with pytest.raises(InputError, match="No row of"):
        films(CLIP, "slug,clip\na,a.mp4\n", where='slug == "b"')


@pytest.mark.parametrize("name", ["report.json", "report.csv"])
def test_what_is_no_report_of_ours_is_not_overwritten(films: Any, name: str) -> None:
    Path("out").mkdir()
    Path("out", name).write_text("mine")
    with pytest.raises(OutputError, match="is no report of a table's films"):
        films(CLIP, "slug,clip\na,a.mp4\n")
    assert os.listdir("out") == [name]


def test_all_films_must_fit_on_the_disk(films: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(1, 1, 16_100_000))
    with pytest.raises(DiskFull, match="its 40 films may need"):
        films(CLIP, "slug,clip\n" + "".join(f"s{n},a.mp4\n" for n in range(40)))
    assert not Path("out").exists()

"""`stitcher review`: the page where it is asked for, what is refused, decisions carried out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stitcher.cli.main import main
from tests.cli.conftest import Run


@pytest.mark.slow
def test_a_page_is_a_folder_that_is_replaced_and_holds_nothing_else(
    run: Run, here: Path, board: Path
) -> None:
    ended = run("review", board, "--set", "who=me", "-o", "page", "--json")
    assert ended.code == 0, ended.err
    assert (ended.document["path"], ended.document["shots"]) == (str(here / "page/index.html"), 3)
    assert sorted(path.name for path in (here / "page").iterdir()) == [
        "film.mp4",
        "index.html",
        "pictures",
        "takes",
    ]
    assert run("review", board, "--set", "who=you", "-o", "page").code == 0
    assert "A film by you" in (here / "page/index.html").read_text()
    (here / "page/board.review.json").write_text("{}")
    ended = run("review", board, "--set", "who=me", "-o", "page")
    assert (ended.code, "board.review.json" in ended.err) == (73, True)
    assert (here / "page/board.review.json").exists()


def test_a_single_file_has_a_name_that_browsers_know(run: Run, board: Path) -> None:
    ended = run("review", board, "--set", "who=me", "-o", "page", "--single-file")
    assert (ended.code, "ends in .html" in ended.err) == (73, True)


def test_decisions_are_carried_out_and_what_is_gone_is_listed(run: Run, here: Path, board: Path) -> None:
    notes = [{"shot": shot, "frame": 2, "text": f"Look at {shot}"} for shot in ("two", "gone")]
    (here / "d.json").write_text(json.dumps({"stitcher_review": 1, "notes": notes}))
    ended = run("review", "apply", "d.json", board, "--set", "who=me")
    assert ended.code == 0, ended.err
    assert "Marker 'Look at two' at two+2f." in ended.out
    assert "Note 'Look at gone': the film has no shot 'gone' any more." in ended.out
    again = run("review", "apply", "d.json", board, "--set", "who=me", "--json").document
    assert (again["changed"], again["unchanged"], len(again["left"])) == ([], 1, 1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--help"], "stitcher review [OPTIONS] COMMAND"),
        (["apply", "--help"], "stitcher review apply [OPTIONS] FILE BOARD"),
        (["page", "--help"], "stitcher review page [OPTIONS] BOARD"),
    ],
)
def test_help_is_of_what_was_named(words: list[str], said: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["review", *words]) == 0
    assert said in capfd.readouterr().out

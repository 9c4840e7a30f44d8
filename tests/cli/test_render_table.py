"""`stitcher render --table`: a film a row, told, reported, and made once."""

from __future__ import annotations

import csv
import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest

import stitcher
from stitcher import errors
from stitcher.cli import table_films
from stitcher.rendering.progress import Step
from stitcher.session import render
from stitcher.tables.films import RowFilm
from tests.cli.conftest import Run


@pytest.fixture
def table(here: Path, chain: list[Path], score: Path) -> Path:
    """Four rows: three films that share a clip, a sound and, two of them, a card."""
    (here / "board.yaml").write_text(
        "stitcher: 1\nshots:\n"
        f"  - {{id: one, clip: {json.dumps(str(chain[0]))}}}\n"
        '  - {id: end, title: {text: "${card}", duration: 6f}}\n'
        f"sound:\n  - {{role: music, file: {json.dumps(str(score))}}}\n"
    )
    path = here / "rows.csv"
    path.write_text('slug;card;lang\na;Fin;fr\nb;"The; end";en\nc;Fin;fr\nd;Ende;de\n')
    return path


def fail_at(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Make the film of that name fail."""

    def failing(board: Any, order: Any, options: Any) -> Any:
        if order.file.stem == name:
            raise errors.VerifyError("not as planned")
        return render(board, order, options)

    monkeypatch.setattr("stitcher.tables.films.render", failing)


@pytest.mark.slow
@pytest.mark.usefixtures("table")
def test_a_table_makes_a_film_a_row_and_makes_what_they_share_once(run: Run, here: Path) -> None:
    command = (
        "render",
        "board.yaml",
        "--table",
        "rows.csv",
        "-o",
        "out/${slug}.mp4",
        "--where",
        'lang != "de"',
    )
    ended = run(*command, "--cache", here / "c", "--json")
    assert ended.code == 0
    document = ended.document
    assert (document["made"], document["frames"], document["copied_frames"]) == (3, 3 * 31, 3 * 25)
    # Of two cards the drawn clip and the encoded piece, of the sound of all three the mix and its encoded form.
    assert document["pieces_made"] == 2 * 2 + 2
    assert document["pieces_shared"] >= 2 + 2
    assert [one["file"] for one in document["films"]] == [str(here / "out" / f"{name}.mp4") for name in "abc"]
    assert "3 of 3: " in ended.err

    (here / "out" / "b.mp4").unlink()
    text = (here / "rows.csv").read_text().replace("c;Fin", "c;Schluss")
    (here / "rows.csv").write_text(text)
    before = (here / "out" / "a.mp4").stat().st_mtime_ns
    again = run(*command, "--cache", here / "c", "--json").document
    assert [one["status"] for one in again["films"]] == ["kept", "made", "made"]
    assert again["pieces_made"] == 2
    assert (here / "out" / "a.mp4").stat().st_mtime_ns == before

    report = json.loads((here / "out" / "report.json").read_text())
    assert [(one["film"], one["status"]) for one in report["films"]] == [
        ("a.mp4", "kept"),
        ("b.mp4", "made"),
        ("c.mp4", "made"),
    ]
    with open(here / "out" / "report.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["line"], row["frames"], row["encoded_frames"], row["error"]) for row in rows] == [
        ("2", "31", "6", ""),
        ("3", "31", "6", ""),
        ("4", "31", "6", ""),
    ]


@pytest.mark.slow
@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    ("options", "status"),
    [((), ["made", "failed", "made", "made"]), (("--stop",), ["made", "failed", "not made", "not made"])],
)
def test_one_film_that_fails_stops_the_others_only_where_it_is_to(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], status: list[str]
) -> None:
    fail_at(monkeypatch, "b")
    ended = run(
        *(
            "render",
            "board.yaml",
            "--table",
            "rows.csv",
            "-o",
            "out/${slug}.mp4",
            "--jobs",
            "1",
            "--json",
            *options,
        )
    )
    assert ended.code == errors.VerifyError.exit_code
    assert [one["status"] for one in ended.document["films"]] == status
    assert ended.document["error"]["message"] == "not as planned"
    assert "b.mp4 (row 2): not as planned" in ended.err
    assert ended.err.splitlines()[-1].startswith("1 of 4 films failed: ")
    report = json.loads((here / "out" / "report.json").read_text())
    assert (report["films"][1]["error"], report["films"][1]["error_kind"]) == (
        "not as planned",
        "VerifyError",
    )


@pytest.mark.slow
@pytest.mark.usefixtures("table")
def test_what_the_caller_raises_ends_the_films_and_leaves_a_report(here: Path) -> None:
    def each(film: RowFilm) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stitcher.render_table(
            "board.yaml", "rows.csv", "out/${slug}.mp4", each=each, how=stitcher.TableOptions(jobs=1)
        )
    assert len(json.loads((here / "out" / "report.json").read_text())["films"]) == 1
    assert len(list((here / "out").glob("*.mp4"))) == 1


@pytest.mark.slow
@pytest.mark.usefixtures("table")
def test_films_that_are_stopped_are_not_made_and_have_not_failed(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped_at_the_second(board: Any, order: Any, options: Any) -> Any:
        if order.file.stem == "b":
            signal.raise_signal(signal.SIGINT)
            # It is handled by the main thread, which waits for films.
            while not options.cancel.is_set():
                time.sleep(0.01)
        return render(board, order, options)

    monkeypatch.setattr("stitcher.tables.films.render", stopped_at_the_second)
    ended = run(
        "render", "board.yaml", "--table", "rows.csv", "-o", "out/${slug}.mp4", "--jobs", "1", "--json"
    )
    assert ended.code == 130
    document = ended.document
    assert (document["made"], document["failed"], document["not_made"]) == (1, 0, 3)
    assert "error" not in document["films"][1]
    assert "failed" not in ended.err
    report = json.loads((here / "out" / "report.json").read_text())
    assert [one["status"] for one in report["films"]] == ["made", "not made", "not made", "not made"]


@pytest.mark.usefixtures("table")
def test_bad_rows_are_told_like_the_mistakes_of_a_storyboard(run: Run, here: Path) -> None:
    (here / "rows.csv").write_text("slug,card\na,Fin\na,Fin\n../b,Fin\n")
    ended = run("render", "board.yaml", "--table", "rows.csv", "-o", "out/${slug}.mp4", "--json")
    assert ended.code == 65
    assert [issue["line"] for issue in ended.document["error"]["issues"]] == [3, 4]
    assert not (here / "out").exists()


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--where", "a == 1"], "--where cannot stand without --table"),
        (["--jobs", "2"], "--jobs cannot stand without --table"),
        (["--stop"], "--stop cannot stand without --table"),
        (["--table", "rows.csv"], "--table needs a place for each film"),
        (["--table", "rows.csv", "--from", "one", "-o", "${slug}.mp4"], "--from cannot stand beside --table"),
        (["--table", "rows.csv", "--open", "-o", "${slug}.mp4"], "--open cannot stand beside --table"),
        (["--table", "rows.csv", "--set", "x=1", "-o", "${slug}.mp4"], "'x' is set, and nothing asks for it"),
        (["--table", "rows.csv", "--where", "lang = 1", "-o", "${slug}.mp4"], "at column 6"),
    ],
)
def test_options_that_mean_nothing_are_refused(run: Run, options: list[str], said: str) -> None:
    ended = run("render", "board.yaml", *options)
    assert ended.code == 65
    assert said in ended.err


class _Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_plain_progress_is_a_line_a_film_with_the_time_that_is_left() -> None:
    said: list[str] = []
    clock = _Clock()
    lines = table_films.RowProgress(None, said.append, clock)
    for number in range(1, 11):
        clock.now += 1
        lines.report(Step("look", number, 10, "rows"))
    for number in range(1, 4):
        clock.now += 30
        lines.report(Step("films", number, 3))
        film = RowFilm(number, number + 1, Path(f"{number}.mp4"), "made", 48, 24, 24, 12, seconds=2.0)
        lines.film(film)
    assert said == [
        "checking row 5 of 10",
        "checking row 10 of 10",
        "1 of 3: 1.mp4: 48 frames, 12 newly encoded, 2.0 s; 1:00 left",
        "2 of 3: 2.mp4: 48 frames, 12 newly encoded, 2.0 s; 0:30 left",
        "3 of 3: 3.mp4: 48 frames, 12 newly encoded, 2.0 s",
    ]

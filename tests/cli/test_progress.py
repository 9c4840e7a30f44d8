"""Plain progress: a line now and then."""

from __future__ import annotations

import pytest

from stitcher.cli import output, progress
from stitcher.cli.main import main
from stitcher.rendering.progress import Step


class _Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_short_render_says_nothing() -> None:
    said: list[str] = []
    clock = _Clock()
    lines = progress.FilmProgress(None, said.append, clock)
    for done in range(0, 101, 10):
        clock.now += 0.4
        lines.report(Step("encode", done, 100))
    assert said == []


def test_a_long_render_says_a_line_every_few_seconds() -> None:
    said: list[str] = []
    clock = _Clock()
    lines = progress.FilmProgress(None, said.append, clock)
    for done in range(100):
        lines.report(Step("encode", done, 100))
        clock.now += 0.5
    assert len(said) == 9
    assert said[0] == "encoding: 10 of 100 frames, 2 a second, 45 s left"


def test_a_slow_stage_has_a_speed_and_minutes() -> None:
    said: list[str] = []
    clock = _Clock()
    lines = progress.FilmProgress(None, said.append, clock)
    lines.report(Step("encode", 0, 120))
    clock.now += 12.5
    lines.report(Step("encode", 2, 120))
    assert said == ["encoding: 2 of 120 frames, 0.16 a second, 12 min left"]


def test_a_stage_without_frames_has_no_speed() -> None:
    said: list[str] = []
    clock = _Clock()
    lines = progress.FilmProgress(None, said.append, clock)
    lines.report(Step("sound", 0, 1))
    clock.now += 6
    lines.report(Step("sound", 0, 1))
    assert said == ["mixing sound …"]


def test_a_terminal_gets_a_display_that_goes_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    with progress.progress_and_cancel(progress.FilmProgress) as (display, _):
        display.report(Step("sound", 0, 1))
        display.report(Step("encode", 0, 50))
        display.report(Step("encode", 50, 50))
    said = capsys.readouterr()
    assert said.out == ""
    assert "encoding" in said.err


def test_the_next_film_begins_with_an_empty_display(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    with progress.progress_and_cancel(progress.FilmProgress) as (display, _):
        display.report(Step("encode", 50, 50))
        display.pause()
        capsys.readouterr()
        display.report(Step("sound", 0, 1))
    assert "encoding" not in capsys.readouterr().err


def test_of_several_deliveries_it_is_said_which() -> None:
    said: list[str] = []
    clock = _Clock()
    lines = progress.FilmProgress(None, said.append, clock)
    clock.now += 6
    lines.report(Step("encode", 10, 100, film=2, films=3))
    assert said == ["delivery 2 of 3: encoding: 10 of 100 frames"]


def test_what_is_looked_into_beforehand_is_counted() -> None:
    said: list[str] = []
    clock = _Clock()
    lines = progress.FilmProgress(None, said.append, clock)
    for note in ("files", "sounds", "seams"):
        clock.now += 6
        lines.report(Step("look", 12, 500, note, share=0.02))
    assert said == [
        "2 %, looking at 12 of 500 files",
        "2 %, listening to 12 of 500 sounds",
        "2 %, comparing the pictures of 12 of 500 seams",
    ]


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_terminal_that_cannot_be_drawn_over_gets_lines(
    term: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("TERM", term)
    with progress.progress_and_cancel(progress.FilmProgress) as (display, _):
        display.report(Step("encode", 50, 50))
    assert capsys.readouterr().err == ""


def test_quiet_says_neither_progress_nor_notes_but_errors(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setattr(progress, "_EVERY_S", 0.0)
    output.be_quiet()
    try:
        with progress.progress_and_cancel(progress.FilmProgress) as (display, _):
            display.report(Step("encode", 10, 50))
        output.tell_notes(["nothing is wrong"])
        assert capsys.readouterr().err == ""
    finally:
        output.use_board(None)
    assert main(["--quiet", "render", "nowhere.yaml"]) != 0
    assert "nowhere.yaml" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
    ids=["terminal", "NO_COLOR", "dumb"],
)
def test_errors_are_red_where_colours_are_wanted(
    environment: dict[str, str],
    coloured: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    main(["render", "nowhere.yaml"])
    assert capsys.readouterr().err.startswith("\x1b[31mstitcher:" if coloured else "stitcher:")

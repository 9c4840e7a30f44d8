"""Tables fit the terminal and break at words."""

from __future__ import annotations

import os
import pty
import termios

import pytest

from stitcher.cli import output
from stitcher.cli.output import show, table

HEAD = ("#", "from", "how", "why")
ROWS = [
    ("1", "01:00:00:00", "copied", "sea"),
    ("2", "01:00:02:00", "encoded", "sea: the preset encodes everything; dissolve of 12 frames into snow"),
]


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_a_table_fits_and_loses_no_word(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = table(HEAD, ROWS, right=(0,))
    assert max(map(len, lines)) <= columns
    words = " ".join(lines).split()
    assert sorted(words) == sorted(" ".join((*HEAD, *(cell for row in ROWS for cell in row))).split())
    first = lines[0].index("why")
    assert all(line[:first].strip() == "" for line in lines[3:])


def test_a_table_in_a_file_has_a_line_for_each_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert len(table(HEAD, ROWS)) == 3


@pytest.mark.parametrize(("columns", "width"), [(0, None), (25, 40), (100, 100)])
def test_a_terminal_that_says_0_columns_is_of_unknown_width(
    columns: int, width: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner, outer = pty.openpty()
    termios.tcsetwinsize(outer, (25, columns))
    monkeypatch.delenv("COLUMNS", raising=False)
    with os.fdopen(outer, "w") as terminal, os.fdopen(inner):
        assert output.terminal_width(terminal) == width


def test_a_long_line_breaks_at_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    said = "  sound not measured here: stems, clipped, dc, click, dead-air, level-jump, phase"
    show({}, lambda: [said], as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 60
    assert all(line.startswith("  ") for line in lines)
    assert " ".join(lines).split() == said.split()


@pytest.mark.parametrize("width", [60, 80, 200])
def test_notes_and_errors_break_between_words_but_lines_of_a_storyboard_do_not(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    quoted = "    " + "word " * 60
    output.info("Note: " + "word " * 60 + "\n" + quoted)
    lines = capsys.readouterr().err.splitlines()
    assert quoted in lines
    assert max(len(line) for line in lines if line != quoted) <= width
    assert (
        " ".join(" ".join(line for line in lines if line != quoted).split())
        == "Note: " + "word " * 59 + "word"
    )


@pytest.mark.parametrize(("number", "said"), [(0, "0 shots"), (1, "1 shot"), (2, "2 shots")])
def test_what_is_counted_is_one_or_several(number: int, said: str) -> None:
    assert output.counted(number, "shot") == said

"""Paths: what is one, and where they lead."""

from __future__ import annotations

from pathlib import Path

import pytest

from stitcher.storyboard.load import parse
from tests.storyboard.texts import LIGHTHOUSE, SHOTS, only_issue


def test_paths_are_counted_from_the_storyboards_folder() -> None:
    board = parse(LIGHTHOUSE, path="/films/lighthouse.yaml")
    assert board.shots[2].clip == Path("/films/footage/storm.mp4")
    assert board.deliver[0].file == Path("/films/out/lighthouse.mp4")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        pytest.param('"a\\0b"', "U+0000", id="NUL"),
        pytest.param('"a\\nb.mp4"', "U+000A", id="line end"),
        pytest.param("http://example.org/a.mp4", "download it first", id="address"),
        pytest.param('""', "empty", id="nothing"),
        pytest.param("[a.mp4]", "must be a path", id="list"),
    ],
)
def test_what_is_no_path_is_refused(path: str, said: str) -> None:
    assert said in only_issue(f"stitcher: 1\nshots:\n  - id: a\n    clip: {path}\n")


@pytest.mark.parametrize(
    "path", ["../film.mp4", "/films/film.mp4", "a/../../b.mp4", "C:\\film.mp4", "\\\\host\\x"]
)
def test_outputs_stay_in_the_storyboards_folder(path: str) -> None:
    assert "outside the storyboard's folder" in only_issue(
        f"{SHOTS}deliver: [{{preset: p, file: '{path}'}}]\n"
    )


def test_inputs_may_be_anywhere() -> None:
    board = parse(
        "stitcher: 1\nshots: [{id: a, clip: ../a.mp4}, {id: b, clip: /b.mp4}]\n", path="/films/x/f.yaml"
    )
    assert [shot.clip for shot in board.shots] == [Path("/films/x/../a.mp4"), Path("/b.mp4")]

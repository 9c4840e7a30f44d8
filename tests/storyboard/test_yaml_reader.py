"""YAML read in bounded time and memory, and what is none refused with its line."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from stitcher.errors import MediaMissing, StoryboardError
from stitcher.storyboard import yaml_reader
from stitcher.storyboard.load import load, parse
from tests.storyboard.texts import issues_of


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "is empty", id="empty file"),
        pytest.param("- a\n", "must be a mapping", id="list"),
        pytest.param("shots: [{id: a, clip: a.mp4}]\n", "needs 'stitcher: 1'", id="no version"),
        pytest.param("stitcher: 2\nshots: [{id: a, clip: a.mp4}]\n", "version 1, not 2", id="other version"),
        pytest.param("stitcher: 1\n", "needs 'shots'", id="no shots"),
        pytest.param("stitcher: 1\nshots: []\n", "at least one", id="empty shots"),
        pytest.param(
            "stitcher: 1\nshots: [{id: a}]\n", "needs a 'clip', a 'still', a 'title'", id="shot of nothing"
        ),
        pytest.param("stitcher: 1\nshots: [{id: 12f, clip: a}]\n", "reads as a time", id="id like a time"),
        pytest.param("stitcher: 1\nshots: [{id: 12, clip: a}]\n", "put it in quotes", id="number as id"),
        pytest.param(
            "stitcher: 1\nshots: [{id: ../x, clip: a}]\n", "cannot name a shot", id="id like a path"
        ),
        pytest.param("stitcher: 1\nshots:\n\t- id: a\n", "has a tab", id="tab"),
        pytest.param("stitcher: 1\ntitle: a: b\n", "second ':'", id="colon in plain text"),
        pytest.param("stitcher: 1\ntitle: !!python/name:os.system x\n", "tags", id="tag"),
        pytest.param("stitcher: 1\n---\nstitcher: 1\n", "one YAML document", id="two documents"),
        pytest.param("stitcher: 1\n? [a]\n: b\n", "a key must be a word", id="list as key"),
        pytest.param("a: &a {b: c}\nd: {<<: *a}\n", "not part of YAML 1.2", id="merge key"),
        pytest.param("a: *b\n", "b", id="alias of nothing"),
        pytest.param("a: &a [*a]\n", "no complete '&a'", id="alias of itself"),
        pytest.param("a: [b\n", "", id="unclosed list"),
        pytest.param("a: \x01\n", "U+0001", id="control character"),
        pytest.param("a: '\n", "", id="unclosed quote"),
        pytest.param("%YAML 9.9\n---\na: b\n", "", id="version of the future"),
    ],
)
def test_what_is_no_storyboard_is_refused(text: str, said: str) -> None:
    assert said in "\n".join(message for _, _, message in issues_of(text))


def _laughs(levels: int) -> str:
    """Lists of two of the list before: 2 ** levels values in as many lines."""
    return "l0: &l0 [x, x]\n" + "".join(f"l{n}: &l{n} [*l{n - 1}, *l{n - 1}]\n" for n in range(1, levels))


class TestBombs:
    """Storyboards made to cost time or memory are refused before they do."""

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("a: 1\n" * 1_000_000, id="a million lines"),
            pytest.param("a: " + "x" * 3_000_000, id="3 MB"),
            pytest.param("[" * 100_000, id="deep flow"),
            pytest.param("".join(" " * n + "a:\n" for n in range(300)), id="deep block"),
            pytest.param("a: " + "- " * 40_000 + "\n", id="deep list"),
            pytest.param(_laughs(60), id="billion laughs"),
            pytest.param(
                "a: &a ['${x}', '${x}']\n" + "b: [" + "*a, " * 9000 + "]\n", id="alias of a variable"
            ),
            pytest.param("b: [" + "'${x}', " * 1000 + "]\n", id="long variables"),
            pytest.param("stitcher: 1\nshots:\n" + "- {id: '?'}\n" * 5000, id="many issues"),
        ],
    )
    def test_end_quickly_in_an_issue(self, text: str) -> None:
        began = time.process_time()
        found = issues_of(text, variables={"x": "y" * 50_000})
        assert time.process_time() - began < 10
        assert 1 <= len(found) <= 101

    def test_a_thousand_shots_are_no_bomb(self) -> None:
        text = "stitcher: 1\nshots:\n" + "".join(f"  - {{id: s{n}, clip: {n}.mp4}}\n" for n in range(1000))
        assert len(parse(text).shots) == 1000


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda path: None, id="missing"),
        pytest.param(lambda path: path.mkdir(), id="folder"),
        pytest.param(lambda path: __import__("os").mkfifo(path), id="fifo"),
    ],
)
def test_what_is_no_file_is_refused(tmp_path: Path, make: object) -> None:
    path = tmp_path / "film.yaml"
    make(path)  # type: ignore[operator]  # a row's function
    with pytest.raises(MediaMissing):
        load(path)


def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "film.yaml"
    path.write_bytes(b"stitcher: 1\ntitle: \xff\n")
    with pytest.raises(StoryboardError) as caught:
        load(path)
    assert caught.value.issues[0].line == 2


def test_a_file_above_the_cap_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "film.yaml"
    path.write_bytes(b"#" * (yaml_reader.MAX_BYTES + 1))
    with pytest.raises(StoryboardError, match="was not read"):
        load(path)

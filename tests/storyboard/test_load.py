"""Loading: the right storyboard comes out, and everything wrong is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from stitcher.errors import StoryboardError
from stitcher.storyboard.load import load, parse
from stitcher.timebase import Time
from tests.storyboard.texts import LIGHTHOUSE, SHOTS, issues_of, only_issue


def test_the_example_of_the_documentation_loads() -> None:
    board = parse(LIGHTHOUSE, path="/films/lighthouse.yaml")
    assert [shot.kind for shot in board.shots] == ["take", "take", "clip", "title"]
    assert board.shots[2].in_ == Time(frames=12)
    assert board.shots[1].start is not None
    assert board.shots[1].start.previous
    assert board.sound[0].duck[0].under == ("dialogue",)


def test_a_file_is_loaded_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "film.yaml"
    path.write_text(SHOTS)
    board = load(path)
    assert board.path == path
    assert board.name == "film"


def test_every_issue_is_told_at_once() -> None:
    text = "stitcher: 1\ntitel: x\nshots:\n  - {id: a, clip: a.mp4, fit: cropp}\n  - {id: a, title: {text: hi}}\n"
    assert [line for line, _, _ in issues_of(text)] == [2, 4, 5, 5]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("titel: x\n", "did you mean 'title'?", id="key of the storyboard"),
        pytest.param("fps: 24\n", "belongs under 'format'", id="key in the wrong place"),
        pytest.param("defaults: {transitoin: cut}\n", "did you mean 'transition'?", id="key of a part"),
        pytest.param("defaults: {fit: blurr}\n", "did you mean 'blur'?", id="word"),
        pytest.param("sound: [{role: music, file: a.wav, at: aa+1s}]\n", "did you mean 'a'?", id="anchor"),
        pytest.param("sound: [{role: music, file: a.wav, from: c}]\n", "there are a, b.", id="nothing near"),
        pytest.param("defaults: {transition: disolve}\n", "did you mean 'dissolve'?", id="transition"),
    ],
)
def test_a_wrong_name_is_answered_with_the_nearest(text: str, said: str) -> None:
    assert said in only_issue(SHOTS + text, transitions={"fade", "wipeleft"})


def test_an_unknown_effect_is_answered_with_the_nearest() -> None:
    text = SHOTS + "  - {id: c, clip: c.mp4, effects: [MirorX, 'mypkg.fx:Grain']}\n"
    assert "did you mean 'MirrorX'?" in only_issue(text, effects={"MirrorX", "FadeIn"})


def test_an_issue_shows_its_line_with_a_caret() -> None:
    with pytest.raises(StoryboardError) as caught:
        parse(SHOTS + "titel: x\n", path="/films/film.yaml")
    assert str(caught.value).splitlines() == [
        "/films/film.yaml:5:1: a storyboard has no 'titel': did you mean 'title'?",
        "    titel: x",
        "    ^",
    ]


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        pytest.param("", "", id="short"),
        pytest.param("", "x" * 300, id="much behind"),
        pytest.param("x" * 300, "", id="much before"),
        pytest.param("x" * 300, "y" * 300, id="much around"),
    ],
)
def test_of_a_long_line_what_is_around_the_caret_is_shown(before: str, behind: str) -> None:
    text = f"{{stitcher: 1, title: '{before}', titel: x, shots: [{{id: a, clip: '{behind}.mp4'}}]}}"
    with pytest.raises(StoryboardError) as caught:
        parse(text, path="/films/film.yaml")
    _, line, caret = str(caught.value).splitlines()
    assert line[caret.index("^") :].startswith("titel")
    assert len(line) <= 80
    assert caught.value.issues[0].source_line == text


def test_a_caret_stands_under_its_key_behind_wide_letters() -> None:
    with pytest.raises(StoryboardError) as caught:
        parse("{stitcher: 1, title: 影片, titel: x, shots: [{id: a, clip: a.mp4}]}")
    caret = str(caught.value).splitlines()[-1]
    assert caret == "    " + " " * 21 + "\u3000\u3000" + "  ^"


@pytest.mark.parametrize(
    ("shot", "line", "column", "said"),
    [
        pytest.param("in: 12", 4, 5, "12 has no unit: write 12s", id="bare number as a time"),
        pytest.param("out: 12:30", 4, 6, "a timecode has four parts", id="YAML 1.1 sexagesimal"),
        pytest.param("sound: {keep: no}", 4, 15, "no is text in YAML 1.2", id="YAML 1.1 truth value"),
        pytest.param("speed: 0", 4, 8, "from 0.01 to 100", id="speed of nothing"),
        pytest.param("speed: fast", 4, 8, "such as 2, 0.5 or 3/2", id="speed in words"),
        pytest.param("prompt: hello", 4, 1, "'prompt' is for shots that are generated", id="prompt on a clip"),
        pytest.param("takes: 2", 4, 1, "'takes' is for shots that are generated", id="takes on a clip"),
        pytest.param("transition: {kind: cut, duration: 1s}", 4, 25, "a cut has no length", id="long cut"),
        pytest.param("transition: {kind: fade, drop: 1}", 4, 26, "only a match cut drops", id="dropping dissolve"),
        pytest.param("transition: {kind: match, drop: -1}", 4, 33, "must be auto, 0, 1", id="drop of less than none"),
        pytest.param("transition: {kind: match, drop: 1.5}", 4, 33, "must be auto, 0, 1", id="drop of a part"),
        pytest.param("transition: {kind: fade, duration: 0f}", 4, 26, "is a cut", id="dissolve of nothing"),
        pytest.param("overlays: [{picture: a.png, text: x}]", 4, 29, "make two of it", id="text and picture"),
        pytest.param("overlays: [{file: a.png}]", 4, 13, "did you mean 'picture'?", id="a file laid over"),
        pytest.param("overlays: [{picture: a.png, size: 3}]", 4, 35, "1 or less, not 3", id="too large"),
        pytest.param(
            "overlays: [{picture: a.png, position: {x: 2, y: 0}}]", 4, 39, "outside the picture", id="outside"
        ),
        pytest.param("overlays: [{text: ''}]", 4, 13, "no text to show", id="empty text"),
        pytest.param("prompt: ''", 4, 9, "'prompt': must not be empty.", id="empty prompt"),
        pytest.param("overlays: {text: x}", 4, 11, "must be a list", id="mapping for a list"),
        pytest.param("title: hello", 4, 8, "must be a mapping", id="text for a mapping"),
        pytest.param("in: 4s\n  out: 2s", 5, 1, "'out' (2s) is not after 'in' (4s)", id="out before in"),
        pytest.param("in: 12f\n  out: 12f", 5, 1, "'out' (12f) is not after 'in' (12f)", id="nothing between"),
        pytest.param("clip:", 4, 1, "twice", id="key twice"),
        pytest.param("fit:", 4, 1, "has no value", id="no value"),
        pytest.param("markers: [{at: 1s}]", 4, 11, "'markers' needs 'name'", id="missing key"),
        pytest.param('overlays: [{text: x, colour: "#12"}]', 4, 30, "must be a colour", id="half a colour"),
        pytest.param("overlays: [{text: x, size: 9}]", 4, 28, "0.5 or less", id="letters above the picture"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_shot_is_placed(shot: str, line: int, column: int, said: str) -> None:
    block = f"stitcher: 1\nshots:\n- id: a\n  clip: a.mp4\n  {shot}\n"
    found = [issue for issue in issues_of(block) if said in issue[2]]
    assert found, issues_of(block)
    assert found[0][0] == line + 1
    assert found[0][1] == column + 2

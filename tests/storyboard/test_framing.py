"""The focus of shots and the framing of deliveries, as storyboards write them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from stitcher.errors import StoryboardError
from stitcher.storyboard.framing import FocusKey
from stitcher.storyboard.load import parse
from stitcher.timebase import Time

REELS = "{preset: reels, file: r.mp4, "
EDITOR = "{editor: resolve, folder: r, "


def board(shot: str = "", deliver: str = "") -> str:
    text = f"stitcher: 1\nshots:\n  - id: a\n    clip: a.mp4\n{shot and f'    {shot}'}\n"
    return text + (f"deliver:\n  - {deliver}\n" if deliver else "")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param("{x: 0.3}", (FocusKey(x=0.3),), id="a point"),
        pytest.param("auto", (FocusKey(auto=True),), id="looked for"),
        pytest.param("{auto: true}", (FocusKey(auto=True),), id="looked for, at length"),
        pytest.param(
            "[{y: 0.2}, {at: 2s, x: 0.7, ease: in-out}]",
            (FocusKey(y=0.2), FocusKey(at=Time(Fraction(2)), x=0.7, ease="in-out")),
            id="key frames",
        ),
    ],
)
def test_a_focus_is_read(written: str, read: tuple[FocusKey, ...]) -> None:
    assert parse(board(f"focus: {written}")).shots[0].focus == read


def test_a_delivery_frames_all_shots_and_single_ones() -> None:
    text = board(deliver=REELS + "fit: blur, focus: auto, shots: {a: {fit: crop, focus: {x: 0.1}}}}")
    (one,) = parse(text).deliver
    assert (one.fit, one.focus) == ("blur", (FocusKey(auto=True),))
    assert (one.shots["a"].fit, one.shots["a"].focus) == ("crop", (FocusKey(x=0.1),))


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        pytest.param(board("focus: {x: 1.5}"), 5, "'x': must be 1 or less, not 1.5", id="outside"),
        pytest.param(board("focus: left"), 5, "mapping with at, x, y, ease, auto", id="a word"),
        pytest.param(board("focus: [{x: 0}, auto]"), 5, "mapping with at", id="auto in a list"),
        pytest.param(board("focus: [{x: 0}, {auto: true}]"), 5, "not both", id="both"),
        pytest.param(board("focus: {auto: true, x: 0.2}"), 5, "remove 'x', or 'auto'", id="auto at a point"),
        pytest.param(board("focus: []"), 5, "must have at least one entry", id="none"),
        pytest.param(board("focus: {time: 1s}"), 5, "'at'", id="another word"),
        pytest.param(board("reframe: auto"), 5, "'focus'", id="another program's word"),
        pytest.param(
            board(deliver=REELS + "shots: {b: {fit: pad}}}"), 7, "no shot is called 'b'", id="unknown shot"
        ),
        pytest.param(board(deliver=REELS + "shots: {a: {}}}"), 7, "say a 'fit' or a 'focus'", id="nothing"),
        pytest.param(board(deliver=EDITOR + "focus: auto}"), 7, "give 'focus' to a 'preset'", id="editor"),
    ],
)
def test_what_is_wrong_with_it_is_told_with_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(StoryboardError) as caught:
        parse(text)
    (issue,) = caught.value.issues
    assert issue.line == line
    assert said in str(issue)

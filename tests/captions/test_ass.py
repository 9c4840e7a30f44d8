"""ASS: words, slant, weight and voices; everything else is told."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from stitcher.captions.ass import read_ass
from stitcher.captions.words import BOLD, ITALIC, Span, Tag
from stitcher.errors import MediaRefused

HEADER = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,20,&H00FFFFFF,&H000000FF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,2,2,2,10,10,10,1
Style: Thought,Arial,20,&H00FFFFFF,&H000000FF,&H00000000,&H00000000,0,-1,0,0,100,100,0,0,1,2,2,8,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
PATH = Path("a.ass")


def line(text: str, *, style: str = "Default", name: str = "", begin: str = "0:00:01.00") -> str:
    return f"Dialogue: 0,{begin},0:00:02.50,{style},{name},0,0,0,,{text}\n"


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        (r"one\Ntwo\nthree\hfour", [Span("one\ntwo\nthree\u00a0four")]),
        (r"{\i1}one{\i0} two", [Span("one", (ITALIC,)), Span(" two")]),
        (r"{\b700}three{\r} four", [Span("three", (BOLD,)), Span(" four")]),
        ("I <3 you, AT&T", [Span("I <3 you, AT&T")]),
        ("with, commas, in it", [Span("with, commas, in it")]),
    ],
)  # fmt: skip
def test_words_are_read(text: str, spans: list[Span]) -> None:
    one = read_ass(HEADER + line(text), PATH).captions[0]
    assert list(one.words) == spans
    assert (one.start, one.stop) == (1, Fraction(5, 2))


def test_styles_and_names_count() -> None:
    one = read_ass(HEADER + line("hm", style="Thought", name="Mary"), PATH).captions[0]
    assert one.words == (Span("hm", (Tag("v", annotation="Mary"), ITALIC)),)
    assert one.settings == "line:0"


def test_what_is_left_out_is_told_and_words_are_not() -> None:
    file = read_ass(
        HEADER
        + line(r"{\pos(10,10)\c&HFF&}placed")
        + line(r"{\k20}ka{\k30}ra")
        + line(r"{\p1}m 0 0 l 1 1{\p0}")
        + "Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,not shown\n",
        PATH,
    )
    assert [one.words[0].text for one in file.captions] == ["placed", "kara"]
    assert file.left_out == ("positions (1)", "colours (1)", "times of single words (2)", "drawings (1)")


@pytest.mark.parametrize("bad", [line("x", begin="soon"), line("x", begin="0:00:09.00")])
def test_a_line_that_cannot_be_read_is_refused(bad: str) -> None:
    with pytest.raises(MediaRefused):
        read_ass(HEADER + line("good") + bad, PATH)

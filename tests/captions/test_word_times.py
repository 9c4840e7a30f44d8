"""Times of single words that WebVTT and ASS files give."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from stitcher.captions.ass import read_ass
from stitcher.captions.track import CaptionFile
from stitcher.captions.webvtt import read_webvtt
from stitcher.captions.word_times import spoken_form

ASS = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, Bold, Italic, Underline, Alignment
Style: Default,Arial,20,0,0,0,2

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,,{body}
"""


def of_webvtt(body: str) -> CaptionFile:
    return read_webvtt(f"WEBVTT\n\n00:01.000 --> 00:03.000\n{body}\n", Path("a.vtt"))


def of_ass(body: str) -> CaptionFile:
    return read_ass(ASS.replace("{body}", body), Path("a.ass"))


def said(file: CaptionFile) -> list[tuple[str, str, str]]:
    return [(word.text, str(word.start), str(word.stop)) for word in file.captions[0].timed]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(
            "Mind <00:01.500>the <00:02.000>door!",
            [("mind", "1", "3/2"), ("the", "3/2", "2"), ("door", "2", "3")],
            id="each word",
        ),
        pytest.param(
            "<00:01.250>Mind the <00:02.000><b>do</b>or&amp;co",
            [("mind", "5/4", "2"), ("door&co", "2", "3")],
            id="only those whose beginning is given",
        ),
        pytest.param(
            "Do <00:02.000><v Ann>“Élan”,</v> she said",
            [("do", "1", "2"), ("élan", "2", "3")],
            id="without marks",
        ),
        pytest.param(
            "今日<00:01.500>は<00:02.000>晴れ",
            [("今日", "1", "3/2"), ("は", "3/2", "2"), ("晴れ", "2", "3")],
            id="Japanese",
        ),
        pytest.param("Mind the door", [], id="no times"),
        pytest.param("<00:02.000>…", [], id="no word"),
    ],
)
def test_webvtt_gives_times_inside_of_captions(body: str, words: list[tuple[str, str, str]]) -> None:
    assert said(of_webvtt(body)) == words


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(
            r"{\k50}Mind {\kf50}the {\K100}door",
            [("mind", "1", "3/2"), ("the", "3/2", "2"), ("door", "2", "3")],
            id="each word",
        ),
        pytest.param(
            r"{\k25}{\k25}o{\k50}pen {\b1\k50}door",
            [("open", "5/4", "2"), ("door", "2", "3")],
            id="syllables and a rest",
        ),
        pytest.param(r"{\k50}Mind\N{\k50}the", [("mind", "1", "3/2"), ("the", "3/2", "3")], id="two lines"),
    ],
)
def test_karaoke_gives_times_of_syllables(body: str, words: list[tuple[str, str, str]]) -> None:
    assert said(of_ass(body)) == words


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("Door!", "door"),
        ("“Ja,”", "ja"),
        ("don't", "don't"),
        ("well-known.", "well-known"),
        ("STRASSE", "strasse"),
        ("—", ""),
    ],
)
def test_a_word_is_compared_without_capitals_and_marks(word: str, form: str) -> None:
    assert spoken_form(word) == form


def test_a_time_is_no_end_before_its_beginning() -> None:
    file = of_webvtt("Mind <00:02.500>the <00:02.000>door")
    assert all(word.start <= word.stop for word in file.captions[0].timed)
    assert file.captions[0].timed[-1].start == Fraction(2)

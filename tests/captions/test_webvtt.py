"""WebVTT: voices, classes, settings, identifiers and blocks stay; `<` and `&` are escaped."""

from __future__ import annotations

from pathlib import Path

import pytest

from stitcher.captions.track import CaptionFile
from stitcher.captions.webvtt import read_webvtt, write_webvtt
from stitcher.captions.words import Span, Tag, plain
from stitcher.errors import MediaRefused
from tests.captions.samples import RATE, caption

PATH = Path("a.vtt")


def read(body: str) -> CaptionFile:
    return read_webvtt(f"WEBVTT\n\n{body}\n", PATH)


@pytest.mark.parametrize(
    ("body", "spans"),
    [
        ("I <3 you, she said", [Span("I <3 you, she said")]),
        ("5 < 6 and 7 > 2", [Span("5 < 6 and 7 > 2")]),
        ("&lt;b&gt; AT&amp;T &copy; &#228;", [Span("<b> AT&T &copy; ä")]),
        ("<v Mary Ann>hi</v>", [Span("hi", (Tag("v", annotation="Mary Ann"),))]),
        ("<c.loud.red>hi</c>", [Span("hi", (Tag("c", ("loud", "red")),))]),
        ("<lang de>hallo", [Span("hallo", (Tag("lang", annotation="de"),))]),
        (
            "<ruby>漢<rt>かん</rt></ruby>",
            [Span("漢", (Tag("ruby"),)), Span("かん", (Tag("ruby"), Tag("rt")))],
        ),
    ],
)
def test_words_are_read_as_they_are_meant(body: str, spans: list[Span]) -> None:
    file = read(f"00:01.000 --> 00:02.000\n{body}")
    assert list(file.captions[0].words) == spans
    again = write_webvtt([caption(0, 24, file.captions[0].words)], RATE)
    assert list(read_webvtt(again, PATH).captions[0].words) == spans


def test_what_lies_beside_the_words_is_kept() -> None:
    file = read(
        "STYLE\n::cue { color: lime }\n\nREGION\nid:r\n\nNOTE not shown\n\n"
        "intro 1\n00:01.000 --> 00:02.000 line:10% align:start\nhi"
    )
    assert file.blocks == ("STYLE\n::cue { color: lime }", "REGION\nid:r")
    one = file.captions[0]
    assert (one.identifier, one.settings) == ("intro 1", "line:10% align:start")
    written = write_webvtt(
        [caption(24, 48, one.words, one.settings, one.identifier)], RATE, blocks=file.blocks
    )
    assert written == (
        "WEBVTT\n\nSTYLE\n::cue { color: lime }\n\nREGION\nid:r\n\n"
        "intro 1\n00:00:01.000 --> 00:00:02.000 line:10% align:start\nhi\n"
    )


def test_markup_characters_are_escaped() -> None:
    written = write_webvtt([caption(0, 24, "a <b> & c --> d")], RATE)
    assert written.endswith("\na &lt;b&gt; &amp; c --&gt; d\n")


def test_times_of_words_are_told() -> None:
    file = read("00:01.000 --> 00:02.000\none <00:01.500>two")
    assert plain(file.captions[0].words) == "one two"
    assert file.left_out == ("times of single words (1)",)


def test_a_header_without_an_empty_line_behind_it_hides_no_caption() -> None:
    assert len(read_webvtt("WEBVTT - film\n00:01.000 --> 00:02.000\nhi\n", PATH).captions) == 1


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("00:01.000 --> 2\nhi", "line 3"),
        ("00:01.000 --> 00:02.000\nhi\n\nstray words", "line 6: 'stray words' belongs to no caption"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_line(body: str, told: str) -> None:
    with pytest.raises(MediaRefused, match=told):
        read(body)

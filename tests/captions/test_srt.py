"""SRT: no caption is lost on the way in, and what only looks like markup is shown on the way out."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pysubs2
import pytest

from stitcher.captions.srt import read_srt, write_srt
from stitcher.captions.track import CaptionFile
from stitcher.captions.words import BOLD, ITALIC, Span, Tag, plain
from stitcher.errors import MediaRefused
from tests.captions.samples import RATE, caption

PATH = Path("a.srt")


def read(body: str) -> CaptionFile:
    return read_srt(f"1\n00:00:01,000 --> 00:00:02,500\n{body}\n", PATH)


@pytest.mark.parametrize(
    ("body", "spans"),
    [
        ("I <3 you, AT&T", [Span("I <3 you, AT&T")]),
        ("if a<b then c", [Span("if a<b then c")]),
        ("5 &lt; 6 &amp; so", [Span("5 &lt; 6 &amp; so")]),
        ("<i>one</i> two", [Span("one", (ITALIC,)), Span(" two")]),
        ("<B><I>one</B> two", [Span("one", (BOLD, ITALIC)), Span(" two")]),
        ('<font color="#FFFF00">sun</font>', [Span("sun", (Tag("c", ("yellow",)),))]),
        ("two\n\nlines", [Span("two\nlines")]),
        ("in 1984\n2012", [Span("in 1984\n2012")]),
        ("</i>open", [Span("open")]),
        ("a <\u2060b> c", [Span("a <b> c")]),
    ],
)
def test_words_are_read_as_they_are_shown(body: str, spans: list[Span]) -> None:
    assert list(read(body).captions[0].words) == spans


def test_times_are_read_to_the_millisecond() -> None:
    file = read_srt("1\n00:00:01,5 --> 1:00:00.007 X1:10 X2:20\nwords\n", PATH)
    assert (file.captions[0].start, file.captions[0].stop) == (Fraction(3, 2), Fraction(3_600_007, 1000))
    assert file.left_out == ("coordinates (1)",)


def test_captions_follow_each_other_with_numbers_and_without() -> None:
    file = read_srt("1\n00:01 --> 00:02\none\n\n00:02 --> 00:03\ntwo\n7\n\n3\n00:03 --> 00:04\nthree\n", PATH)
    assert [plain(one.words) for one in file.captions] == ["one", "two\n7", "three"]


def test_words_at_the_top_stay_there() -> None:
    assert read(r"{\an8}up").captions[0].settings == "line:0"
    assert write_srt([caption(0, 24, "up", "line:0")], RATE).endswith("{\\an8}up\n")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1\n00:00:01,000 --> 00:00:02,000\nx\n\n2\n00:00:03,000 -> 00:00:04,000\ny", "line 6"),
        ("1\n00:00:02,000 --> 00:00:01,000\nx", "ends before it has begun"),
        ("hello\n00:00:01,000 --> 00:00:02,000\nx", "does not begin as an SRT file"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_line(text: str, told: str) -> None:
    with pytest.raises(MediaRefused, match=told):
        read_srt(text, PATH)


@pytest.mark.parametrize(
    "text", ["I <3 you, AT&T", "a <b> is no tag, nor </i>", "x --> y", "&lt;", "2012\n7", r"{\an8} said"]
)
def test_what_is_written_is_shown_by_others_and_read_back(text: str) -> None:
    written = write_srt([caption(0, 36, text)], RATE)
    assert [plain(one.words) for one in read_srt(written, PATH).captions] == [text]
    shown = pysubs2.SSAFile.from_string(written, format_="srt")[0].plaintext
    if "{" not in text:
        assert shown.replace("\u2060", "") == text


def test_a_caption_is_up_when_its_first_picture_is() -> None:
    written = write_srt([caption(1, 2, "x")], Fraction(24000, 1001))
    assert "00:00:00,041 --> 00:00:00,083" in written

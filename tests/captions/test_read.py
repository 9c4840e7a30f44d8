"""Encodings are made sure of or asked for, formats found out."""

from __future__ import annotations

from pathlib import Path

import pytest

from stitcher.captions.read import read_captions
from stitcher.captions.words import plain
from stitcher.errors import MediaRefused

SRT = "1\n00:00:01,000 --> 00:00:02,000\ncafé, Žižek\n"
PATH = Path("a.srt")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_unicode_is_told_from_the_bytes(encoding: str, end: str) -> None:
    file = read_captions(SRT.replace("\n", end).encode(encoding), PATH)
    assert [plain(one.words) for one in file.captions] == ["café, Žižek"]


def test_another_encoding_is_asked_for_with_what_the_line_would_be() -> None:
    data = SRT.replace("Žižek", "so").encode("windows-1252")
    with pytest.raises(MediaRefused, match=r"not in UTF-8 \(line 3\).*'encoding'.*windows-1252: 'café, so'"):
        read_captions(data, PATH)
    assert plain(read_captions(data, PATH, "windows-1252").captions[0].words) == "café, so"


@pytest.mark.parametrize(
    ("encoding", "told"), [("ascii", "is not in ascii: line 3"), ("klingon", "no encoding that Python knows")]
)
def test_an_encoding_that_does_not_fit_is_refused(encoding: str, told: str) -> None:
    with pytest.raises(MediaRefused, match=told):
        read_captions(SRT.encode(), PATH, encoding)


@pytest.mark.parametrize("data", [b"", b"hello", b"<tt xmlns='http://www.w3.org/ns/ttml'/>"])
def test_what_is_no_captions_is_refused(data: bytes) -> None:
    with pytest.raises(MediaRefused, match="is no caption file"):
        read_captions(data, PATH)

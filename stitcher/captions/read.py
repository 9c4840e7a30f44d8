"""Caption files read: their encoding made sure of, their format found out by what they hold."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from stitcher.captions.ass import read_ass
from stitcher.captions.srt import read_srt
from stitcher.captions.track import CaptionFile
from stitcher.captions.webvtt import read_webvtt
from stitcher.errors import MediaRefused

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_USUAL = ("windows-1252", "windows-1250", "windows-1251", "shift_jis", "gb18030", "big5", "euc-kr")
"""What files that are no Unicode mostly are."""


def read_captions(data: bytes, path: Path, encoding: str | None = None) -> CaptionFile:
    """The captions in the bytes of an SRT, WebVTT, ASS or SSA file.

    Raises `MediaRefused` for another format, for an encoding that does not fit or has to be named, and for what
    cannot be read, with its line: no caption is ever left out for it.
    """
    text = decoded(data, path, encoding)
    if re.match(r"WEBVTT(?:\s|$)", text):
        return read_webvtt(text, path)
    if re.search(r"^\s*\[(?:Script Info|V4\+? Styles|Events)\]", text, re.MULTILINE | re.IGNORECASE):
        return read_ass(text, path)
    if "-->" in text:
        return read_srt(text, path)
    raise MediaRefused(path, "is no caption file: SRT, WebVTT, ASS and SSA are read.")


def decoded(data: bytes, path: Path, encoding: str | None = None) -> str:
    """The text of a file: in the encoding it is said to be in, or in Unicode, which can be told from the bytes.

    Raises `MediaRefused` where another has to be named.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            data, encoding = data[len(mark) :], name
            break
    if encoding is None:
        encoding = _unmarked(data)
    try:
        return data.decode(encoding)
    except LookupError as exc:
        raise MediaRefused(
            path, f"is said to be in {encoding!r}, which is no encoding that Python knows."
        ) from exc
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        if encoding != "utf-8":
            raise MediaRefused(path, f"is not in {encoding}: line {line} cannot be read so.") from exc
        raise MediaRefused(
            path,
            f"is not in UTF-8 (line {line}), and no other encoding can be told from its bytes: name it with "
            f"'encoding'. {_readings(data, exc.start)}",
        ) from exc


def _unmarked(data: bytes) -> str:
    """UTF-16 without a mark has a NUL in every other byte of its line ends, digits and arrows; text has none else."""
    if data[1:2] == b"\0" and data[0:1] != b"\0":
        return "utf-16-le"
    return "utf-16-be" if data[0:1] == b"\0" and data[1:2] not in (b"\0", b"") else "utf-8"


def _readings(data: bytes, place: int) -> str:
    begin = data.rfind(b"\n", 0, place) + 1
    end = data.find(b"\n", place)
    line = data[begin : end if end >= 0 else len(data)].strip()
    readings = []
    for name in _USUAL:
        try:
            text = line.decode(name)
        except UnicodeDecodeError:
            continue
        if text.isprintable():
            readings.append(f"{name}: {text[:40]!r}")
    return f"That line would be, in {'; '.join(readings[:4])}." if readings else ""

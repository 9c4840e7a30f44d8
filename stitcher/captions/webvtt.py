"""WebVTT, read and written: cue settings, identifiers, voices, classes, `STYLE` and `REGION` blocks stay."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from stitcher.captions.srt import told
from stitcher.captions.timing import ARROW, read_stamp, read_timing, stamp
from stitcher.captions.track import Caption, CaptionFile, FilmCaption
from stitcher.captions.word_times import timed_words
from stitcher.captions.words import SpanReader, Tag, Words, marked_up, unescaped
from stitcher.errors import MediaRefused

_TAG = re.compile(
    r"<(?:(?P<time>(?:\d+:)?\d\d:\d\d\.\d{3})|/(?P<close>b|c|i|lang|rt|ruby|u|v)|"
    r"(?P<open>b|c|i|lang|rt|ruby|u|v)(?P<classes>(?:\.[^\s.<>]+)*)(?:[ \t\n]+(?P<annotation>[^<>]*))?)>"
)


def read_webvtt(text: str, path: Path) -> CaptionFile:
    """The captions of a WebVTT file. Raises `MediaRefused` with the line that cannot be read."""
    lines = text.splitlines()
    if not lines or not re.match(r"WEBVTT(?:\s|$)", lines[0]):
        raise MediaRefused(path, "does not begin with WEBVTT, as a WebVTT file does.")
    captions: list[Caption] = []
    blocks: list[str] = []
    left_out: Counter[str] = Counter()
    begin = 0
    while begin < len(lines):
        end = begin
        while end < len(lines) and lines[end].strip():
            end += 1
        block = lines[begin:end]
        if begin == 0:
            left_out["a time map"] += any(line.startswith("X-TIMESTAMP-MAP") for line in block)
            # Some writers leave out the empty line behind the header.
            first = next((n for n, line in enumerate(block) if ARROW in line), len(block))
            block = block[first:]
            begin += first
        if block:
            _read_block(block, begin + 1, path, captions=captions, blocks=blocks, left_out=left_out)
        begin = end + 1
    return CaptionFile(tuple(captions), tuple(blocks), told(left_out))


def _read_block(
    block: list[str],
    number: int,
    path: Path,
    *,
    captions: list[Caption],
    blocks: list[str],
    left_out: Counter[str],
) -> None:
    """One block, whose first line has that number in the file."""
    timing = next((place for place, line in enumerate(block) if ARROW in line), None)
    if timing is None:
        kind = block[0].split()[0]
        if kind in ("STYLE", "REGION") and not captions:
            blocks.append("\n".join(block))
        elif kind != "NOTE":
            raise MediaRefused(
                path,
                f"line {number}: {block[0].strip()!r} belongs to no caption: no time is above it; correct it.",
            )
        return
    start, stop, settings = read_timing(block[timing], number=number + timing, path=path)
    text = "\n".join(block[timing + 1 :])
    words = _read_words(text, left_out)
    if words:
        timed = timed_words(_pieces(text), start, stop)
        captions.append(Caption(start, stop, words, settings, " ".join(block[:timing]).strip(), timed))


def _read_words(text: str, left_out: Counter[str]) -> Words:
    reader, end = SpanReader(), 0
    for match in _TAG.finditer(text):
        reader.text(unescaped(text[end : match.start()]))
        end = match.end()
        if match["time"]:
            left_out["times of single words"] += 1
        elif match["close"]:
            reader.close(match["close"])
        else:
            classes = tuple(name for name in (match["classes"] or "").split(".") if name)
            annotation = " ".join(unescaped(match["annotation"] or "").split())
            reader.open(Tag(match["open"], classes, annotation))
    reader.text(unescaped(text[end:]))
    return reader.words()


def _pieces(text: str) -> Iterator[tuple[Fraction | None, str]]:
    """The text from time to time inside it."""
    time: Fraction | None = None
    piece, end = "", 0
    for match in _TAG.finditer(text):
        piece += unescaped(text[end : match.start()])
        end = match.end()
        if match["time"]:
            yield time, piece
            time, piece = read_stamp(match["time"]), ""
    yield time, piece + unescaped(text[end:])


def write_webvtt(captions: Sequence[FilmCaption], rate: Fraction, *, blocks: Sequence[str] = ()) -> str:
    """The captions as a WebVTT file."""
    parts = ["WEBVTT", *blocks]
    for one in captions:
        times = f"{stamp(one.record.start, rate, '.')} {ARROW} {stamp(one.record.stop, rate, '.')}"
        heading = f"{one.identifier.replace(ARROW, '')}\n" if one.identifier else ""
        parts.append(f"{heading}{times}{' ' * bool(one.settings)}{one.settings}\n{webvtt_text(one.words)}")
    return "\n\n".join(parts) + "\n"


def webvtt_text(words: Words) -> str:
    """What a caption says, as WebVTT."""
    parts = []
    for kind, value in marked_up(words):
        if isinstance(value, str):
            parts.append(_escaped(value))
        elif kind == "close":
            parts.append(f"</{value.name}>")
        else:
            classes = "".join(f".{name}" for name in value.classes)
            annotation = f" {_escaped(value.annotation)}" if value.annotation else ""
            parts.append(f"<{value.name}{classes}{annotation}>")
    return "".join(parts)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

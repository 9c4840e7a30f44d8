"""SubRip (SRT), read and written.

SRT has no escapes: its players show `&amp;` as it stands, and take `<b>` for a tag. What only looks like a tag is
parted from it by a word joiner, which nobody sees.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from stitcher.captions.timing import ARROW, read_timing, stamp
from stitcher.captions.track import Caption, CaptionFile, FilmCaption
from stitcher.captions.words import COLOURS, SpanReader, Tag, Words, marked_up
from stitcher.errors import MediaRefused

_JOINER = "\N{WORD JOINER}"
_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[ibu]|font)(?P<rest>\s[^<>]*)?>|\{\\(?P<override>[^{}]*)\}", re.IGNORECASE
)
_LOOKS_LIKE_TAG = re.compile(r"<(?=[A-Za-z/])|\{(?=\\)|--(?=>)")
_TIMING = re.compile(r"\s*-?\d+:[\d:.,]+\s*[-–—]+>")
"""What is meant as a time, right or not: passed over, it would stand among the words of the caption before."""
_COLOUR = re.compile(r"""color\s*=\s*["']?\s*#?([A-Za-z0-9]+)""", re.IGNORECASE)
_COLOUR_NAMES = {value: name for name, value in COLOURS.items()}


def read_srt(text: str, path: Path) -> CaptionFile:
    """The captions of an SRT file, whose text may hold lines of nothing and numbers of any kind.

    Raises `MediaRefused` with the line that cannot be read.
    """
    lines = text.splitlines()
    timings = [number for number, line in enumerate(lines) if _TIMING.match(line)]
    before = [line for line in lines[: timings[0] if timings else None] if line.strip()]
    if not timings or any(not line.strip().isdigit() for line in before):
        raise MediaRefused(path, "does not begin as an SRT file does, with a number and a time.")
    captions = []
    left_out: Counter[str] = Counter()
    for place, number in enumerate(timings):
        start, stop, rest = read_timing(lines[number], number=number + 1, path=path)
        left_out["coordinates"] += bool(rest)
        end = timings[place + 1] if place + 1 < len(timings) else len(lines)
        body = lines[number + 1 : end]
        if end < len(lines) and body and body[-1].strip().isdigit():
            body.pop()
        words, at_top = _read_words("\n".join(body), left_out)
        if words:
            captions.append(Caption(start, stop, words, settings="line:0" if at_top else ""))
    return CaptionFile(tuple(captions), left_out=told(left_out))


def told(left_out: Counter[str]) -> tuple[str, ...]:
    """What is left out and how often, a phrase each."""
    return tuple(f"{what} ({count})" for what, count in left_out.items() if count)


def _read_words(text: str, left_out: Counter[str]) -> tuple[Words, bool]:
    """The words, and whether they are put at the top of the picture."""
    reader, at_top, end = SpanReader(), False, 0
    for match in _TAG.finditer(text):
        reader.text(text[end : match.start()].replace(_JOINER, ""))
        end = match.end()
        name = (match["name"] or "").lower()
        if override := match["override"]:
            at_top |= bool(re.fullmatch(r"an?[789]|a[567]", override))
            if not re.fullmatch(r"an?\d+", override):
                left_out[f"{{\\{override}}}"] += 1
        elif match["close"]:
            reader.close("c" if name == "font" else name)
        elif name == "font":
            reader.open(_font(match["rest"] or "", left_out))
        else:
            reader.open(Tag(name))
    reader.text(text[end:].replace(_JOINER, ""))
    return reader.words(), at_top


def _font(attributes: str, left_out: Counter[str]) -> Tag:
    found = _COLOUR.search(attributes)
    value = found[1].lower() if found else ""
    name = value if value in COLOURS else _COLOUR_NAMES.get(value)
    if name is None:
        left_out["fonts and their colours"] += 1
    return Tag("c", (name,) if name else ())


def write_srt(captions: Sequence[FilmCaption], rate: Fraction) -> str:
    """The captions as an SRT file; voices, classes and positions other than the top are WebVTT's alone."""
    blocks = []
    for number, one in enumerate(captions, 1):
        times = f"{stamp(one.record.start, rate, ',')} {ARROW} {stamp(one.record.stop, rate, ',')}"
        blocks.append(f"{number}\n{times}\n{srt_text(one)}\n")
    return "\n".join(blocks)


def srt_text(one: FilmCaption) -> str:
    """What a caption says, as SRT."""
    parts = [r"{\an8}"] if one.at_top else []
    for kind, value in marked_up(one.words):
        if isinstance(value, str):
            parts.append(_LOOKS_LIKE_TAG.sub(lambda match: match[0] + _JOINER, value))
        elif value.name in ("i", "b", "u"):
            parts.append(f"<{'/' * (kind == 'close')}{value.name}>")
        elif colour := next((name for name in value.classes if name in COLOURS), None):
            parts.append("</font>" if kind == "close" else f'<font color="{colour}">')
    text = "".join(parts)
    # Some readers take a number at a caption's end for that of the next.
    return f"{text}{_JOINER}" if text.rpartition("\n")[2].isdigit() and "\n" in text else text

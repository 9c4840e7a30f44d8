"""Advanced SubStation Alpha (ASS, SSA), read by pysubs2: words, their slant and weight, and who says them.

What else its lines do (positions, colours, karaoke, drawings) is not carried over, and named.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from stitcher.captions.srt import told
from stitcher.captions.track import Caption, CaptionFile
from stitcher.captions.word_times import timed_words
from stitcher.captions.words import BOLD, ITALIC, UNDERLINE, Span, Tag, Words, tidied
from stitcher.errors import MediaRefused

if TYPE_CHECKING:
    from pysubs2 import SSAEvent, SSAFile

_OVERRIDE = re.compile(
    r"\\(an|pos|move|org|clip|iclip|fad|fade|kf|ko|[1-4]?c|fn|fs|r|p|[A-Za-z]+)(\([^)]*\)|[^\\]*)"
)
_KINDS = {
    **dict.fromkeys(("pos", "move", "org"), "positions"),
    **dict.fromkeys(("c", "1c", "2c", "3c", "4c", "alpha"), "colours"),
    **dict.fromkeys(("k", "K", "kf", "ko"), "times of single words"),
    **dict.fromkeys(("fn", "fs"), "fonts"),
}
_PARTS = re.compile(r"(\{[^}]*\})")
_STYLED = {"b": BOLD, "i": ITALIC, "u": UNDERLINE}
_SETTINGS = {"top": "line:0", "middle": "line:50%", "bottom": ""}
_ROWS = {
    **dict.fromkeys(range(1, 4), "bottom"),
    **dict.fromkeys(range(4, 7), "middle"),
    **dict.fromkeys(range(7, 10), "top"),
}


def read_ass(text: str, path: Path) -> CaptionFile:
    """The captions of an ASS or SSA file. Raises `MediaRefused` where not every line of dialogue can be read."""
    file = _parsed(text, path)
    lines = [line for line in file if not line.is_comment]
    written = len(re.findall(r"^\s*Dialogue:", text, re.MULTILINE))
    if len(lines) != written:
        raise MediaRefused(
            path, f"has {written} lines of dialogue, of which {len(lines)} can be read; export it again."
        )
    captions = []
    left_out: Counter[str] = Counter()
    for number, line in enumerate(lines, 1):
        words, row = _read_words(line, file, left_out)
        if not words:
            continue
        if line.end <= line.start:
            raise MediaRefused(
                path, f"dialogue {number} ({line.plaintext!r}) ends before it has begun; correct it there."
            )
        if line.effect:
            left_out["moving lines"] += 1
        start, stop = Fraction(line.start, 1000), Fraction(line.end, 1000)
        timed = timed_words(_pieces(line, start), start, stop)
        captions.append(Caption(start, stop, words, _SETTINGS[row], timed=timed))
    return CaptionFile(tuple(sorted(captions, key=lambda one: one.start)), left_out=told(left_out))


_KARAOKE = re.compile(r"\\(?:k|K|kf|ko)(\d+)")


def _pieces(line: SSAEvent, start: Fraction) -> Iterator[tuple[Fraction | None, str]]:
    """The text of a line from syllable to syllable of its karaoke."""
    time: Fraction | None = None
    following = start
    for part in _PARTS.split(line.text):
        if not (part.startswith("{") and part.endswith("}")):
            yield time, _shown(part)
            continue
        for hundredths in _KARAOKE.findall(part):
            time = following
            following += Fraction(int(hundredths), 100)


def _shown(text: str) -> str:
    return text.replace(r"\N", "\n").replace(r"\n", "\n").replace(r"\h", "\N{NO-BREAK SPACE}")


def _parsed(text: str, path: Path) -> SSAFile:
    import pysubs2

    try:
        with warnings.catch_warnings():
            # Of values that words do not depend on.
            warnings.simplefilter("ignore")
            return pysubs2.SSAFile.from_string(text, format_="ass" if "[V4+" in text else "ssa")
    except Exception as exc:
        # pysubs2 has an error of its own and lets others through, by what is wrong with a line.
        raise MediaRefused(path, f"cannot be read as ASS or SSA ({exc}).") from exc


def _read_words(line: SSAEvent, file: SSAFile, left_out: Counter[str]) -> tuple[Words, str]:
    """The words, and whether they are at the top, in the middle or at the bottom of the picture."""
    style = file.styles.get(line.style)
    plain = {
        "b": bool(style and style.bold),
        "i": bool(style and style.italic),
        "u": bool(style and style.underline),
    }
    on, row = dict(plain), _ROWS.get(int(style.alignment) if style else 2, "bottom")
    voice = (Tag("v", annotation=" ".join(line.name.split())),) if line.name.strip() else ()
    spans: list[Span] = []
    drawing = False
    for part in _PARTS.split(line.text):
        if not (part.startswith("{") and part.endswith("}")):
            shown = _shown(part)
            if drawing:
                left_out["drawings"] += bool(part.strip())
            else:
                spans.append(Span(shown, (*voice, *(_STYLED[name] for name in _STYLED if on[name]))))
            continue
        for name, value in _OVERRIDE.findall(part[1:-1]):
            if name in _STYLED:
                on[name] = plain[name] if not value.strip() else value.strip() != "0"
            elif name == "r":
                on = dict(plain)
            elif name == "p":
                drawing = value.strip() not in ("", "0")
            elif name == "an":
                row = _ROWS.get(int(value) if value.isdigit() else 2, "bottom")
            else:
                left_out[_KINDS.get(name, "effects")] += 1
    return tidied(spans), row

"""A line of text as runs of one font and one direction, in the order in which they stand from left to right. Pure."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

_JOINERS = "\u200c\u200d"
_NO_LINE_BEGINS = "、。，．・：；？！ー々ゝゞヽヾ…‥）」』】〉》〕］｝ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ"
_NO_LINE_ENDS = "（「『【〈《〔［｛"
_WITHOUT_SPACES = ("CJK", "HIRAGANA", "KATAKANA", "IDEOGRAPHIC", "BOPOMOFO", "FULLWIDTH")


@dataclass(frozen=True, slots=True)
class TextRun:
    """Letters that are set at once."""

    text: str
    """In the order in which it is read."""
    font: int
    """Which of the fonts."""
    right_to_left: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """What is not broken over lines."""

    text: str
    before: str
    """What is between it and the one before where both are on one line."""


def clusters(text: str) -> list[str]:
    """Letters with the marks that lie on them, and what is joined to them without being seen."""
    made: list[str] = []
    for letter in text:
        joined = bool(made) and (
            unicodedata.category(letter) in ("Mn", "Me", "Mc")
            or letter in _JOINERS
            or made[-1][-1] == "\u200d"
        )
        if joined:
            made[-1] += letter
        else:
            made.append(letter)
    return made


def is_right_to_left(text: str) -> bool:
    """Whether a paragraph is written right to left: as its first letter is."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind != "L" for kind in strong if kind in ("L", "R", "AL")), False)


def runs(text: str, has: Sequence[Callable[[str], bool]], right_to_left: bool) -> tuple[TextRun, ...]:
    """A line as runs. `has` says of each font whether it has a letter; the first that has it is taken.

    Where one font has all letters the line is a single run: its order is then left to who sets it.
    """
    parts = clusters(text)
    fonts = _fonts(parts, has)
    if len(set(fonts)) < 2:
        return (TextRun(text, fonts[0] if fonts else 0, right_to_left),) if text else ()
    levels = _levels(parts, right_to_left)
    made: list[tuple[TextRun, int]] = []
    for (font, level), group in itertools.groupby(
        zip(fonts, levels, parts, strict=True), key=lambda part: part[:2]
    ):
        made.append((TextRun("".join(part for _, _, part in group), font, level % 2 == 1), level))
    return tuple(_reordered(made))


def _fonts(parts: Sequence[str], has: Sequence[Callable[[str], bool]]) -> list[int]:
    """The font of each cluster: of letters the first that has them, of what is between letters that of both."""
    chosen: list[int | None] = []
    for part in parts:
        firsts = (number for number, one in enumerate(has) if all(map(one, part)))
        # What no font has was refused before.
        chosen.append(
            next(firsts, 0) if any(unicodedata.category(letter)[0] in "LN" for letter in part) else None
        )
    made: list[int] = []
    for index, part in enumerate(parts):
        font = chosen[index]
        if font is None:
            before = next((one for one in reversed(chosen[:index]) if one is not None), None)
            after = next((one for one in chosen[index:] if one is not None), None)
            around = {one for one in (before, after) if one is not None}
            wished = around.pop() if len(around) == 1 else 0
            able = [number for number, one in enumerate(has) if all(map(one, part))]
            font = wished if wished in able else min(able, default=0)
        made.append(font)
    return made


def _levels(parts: Sequence[str], right_to_left: bool) -> list[int]:
    """How deep each cluster is embedded, even for left to right: the Unicode algorithm without explicit marks."""
    base = "R" if right_to_left else "L"
    kinds = [_kind(part) for part in parts]
    for index, kind in enumerate(kinds):
        if kind in ("ES", "CS", "ET"):
            beside = {kinds[at] for at in (index - 1, index + 1) if 0 <= at < len(kinds)}
            if beside == {"EN"} or (kind == "ET" and "EN" in beside):
                kinds[index] = "EN"
    last = base
    for index, kind in enumerate(kinds):
        if kind in ("L", "R"):
            last = kind
        elif kind == "EN" and last == "L":
            kinds[index] = "L"
    for index, kind in enumerate(kinds):
        if kind not in ("L", "R", "EN"):
            before = next((one for one in reversed(kinds[:index]) if one in ("L", "R", "EN")), base)
            after = next((one for one in kinds[index:] if one in ("L", "R", "EN")), base)
            sides = {"R" if one == "EN" else one for one in (before, after)}
            kinds[index] = sides.pop() if len(sides) == 1 else base
    even = {"L": 2 if right_to_left else 0, "R": 1, "EN": 2}
    return [even[kind] for kind in kinds]


def _kind(part: str) -> str:
    kind = unicodedata.bidirectional(part[0])
    return {"AL": "R", "AN": "EN"}.get(kind, kind)


def _reordered(made: list[tuple[TextRun, int]]) -> Iterator[TextRun]:
    order = list(made)
    for level in range(max(level for _, level in made), 0, -1):
        index = 0
        while index < len(order):
            stop = index
            while stop < len(order) and order[stop][1] >= level:
                stop += 1
            order[index:stop] = reversed(order[index:stop])
            index = max(stop, index + 1)
    return (run for run, _ in order)


def pieces(paragraph: str) -> list[Piece]:
    """A paragraph cut where a line may end: at spaces, and between letters of scripts that have none (Chinese,
    Japanese), but never before a full stop or after an opening bracket."""
    made = []
    for number, word in enumerate(paragraph.split()):
        before = " " if number else ""
        for part in word.split("\u200b"):
            for piece in _unspaced(part):
                made.append(Piece(piece, before))
                before = ""
    return made or [Piece("", "")]


def _unspaced(word: str) -> Iterator[str]:
    piece = ""
    for part in clusters(word):
        if piece and _may_break(piece[-1], part[0]):
            yield piece
            piece = ""
        piece += part
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    if after in _NO_LINE_BEGINS or before in _NO_LINE_ENDS:
        return False
    if unicodedata.category(after) in ("Pe", "Pf", "Po") or unicodedata.category(before) in ("Ps", "Pi"):
        return False
    return any(unicodedata.name(letter, "").startswith(_WITHOUT_SPACES) for letter in (before, after))

"""Times of single words, where a caption file gives them: WebVTT's times inside captions, ASS's karaoke. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

_TOKEN = re.compile(r"\S+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Letters of languages that put no spaces between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A word, and when it is said. Seconds of the file's own clock."""

    text: str
    """As `spoken_form` has it."""
    start: Fraction
    stop: Fraction


def spoken_form(word: str) -> str:
    """A word as anchors compare it: without capitals, and without the punctuation around it."""
    word = unicodedata.normalize("NFC", word).casefold()
    letters = [index for index, letter in enumerate(word) if unicodedata.category(letter)[0] in "LMN"]
    return word[letters[0] : letters[-1] + 1] if letters else ""


def timed_words(
    pieces: Iterable[tuple[Fraction | None, str]], start: Fraction, stop: Fraction
) -> tuple[TimedWord, ...]:
    """The words of a caption from `start` to `stop` whose beginnings its file gives a time.

    `pieces` are its text from time to time: when each is said, `None` for what stands before the first. Times inside of
    a word (those of karaoke's syllables) do not part it, unless its language has no spaces.
    """
    text = ""
    times: dict[int, Fraction] = {}
    for time, piece in pieces:
        if time is not None:
            times[len(text)] = time
        text += piece
    if not times:
        return ()
    times.setdefault(0, start)
    marks = sorted(times)
    words, over = [], 0
    for begin, end in _spans(text, marks):
        before = [mark for mark in marks if over <= mark <= begin]
        following = next((times[mark] for mark in marks if mark >= end), stop)
        word = spoken_form(text[begin:end])
        if word and before:
            words.append(TimedWord(word, times[before[-1]], max(following, times[before[-1]])))
        over = end
    return tuple(words)


def _spans(text: str, marks: list[int]) -> Iterable[tuple[int, int]]:
    """Where in a text each of its words is."""
    for match in _TOKEN.finditer(text):
        begin, end = match.span()
        inside = [mark for mark in marks if begin < mark < end] if _UNSPACED.search(match[0]) else []
        yield from zip([begin, *inside], [*inside, end], strict=True)

"""Spoken text cut into captions of two lines at most, at the ends of sentences and clauses where there are any."""

from __future__ import annotations

import re
import unicodedata

MOST_LINES = 2
MOST_LETTERS = 42
"""Of a line, as the guides of broadcasters and streaming services have it."""


def width(text: str) -> int:
    """Letters, those of Chinese, Japanese and Korean counted twice: they say as much more."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def captions_of(text: str) -> tuple[str, ...]:
    """A text as the captions it makes, line breaks put in. Where it has line breaks that fit, they are kept."""
    paragraphs = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if len(paragraphs) <= MOST_LINES and all(width(line) <= MOST_LETTERS for line in paragraphs):
        return ("\n".join(paragraphs),) if paragraphs else ()
    made: list[str] = []
    for paragraph in paragraphs:
        made += _pieces(paragraph)
    return tuple(map(_in_two_lines, made))


def _pieces(text: str) -> list[str]:
    """Parts of at most two lines, cut at the best place near the middle of what is too long."""
    if width(text) <= MOST_LETTERS or _fits(text):
        return [text]
    places = [match.start() for match in re.finditer(r"(?<=\S) (?=\S)", text)]
    if not places:
        # A script without spaces, or one endless word.
        places = list(range(1, len(text)))
    middle = len(text) / 2

    def cost(place: int) -> float:
        before = text[:place].rstrip()[-1:]
        strength = 0.0 if before in ".!?…。！？" else 0.25 if before in ",;:–—、，" else 0.5
        return strength + abs(place - middle) / len(text)

    cut = min(places, key=cost)
    return [*_pieces(text[:cut].strip()), *_pieces(text[cut:].strip())]


def _fits(text: str) -> bool:
    return all(width(line) <= MOST_LETTERS for line in _in_two_lines(text).split("\n"))


def _in_two_lines(text: str) -> str:
    """The text on one line where it fits, else on two of about equal length."""
    if width(text) <= MOST_LETTERS:
        return text
    places = [match.start() for match in re.finditer(" ", text)]
    if not places:
        half = len(text) // 2
        return f"{text[:half]}\n{text[half:]}"
    cut = min(places, key=lambda place: abs(width(text[:place]) - width(text[place + 1 :])))
    return f"{text[:cut]}\n{text[cut + 1 :]}"

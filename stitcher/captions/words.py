"""Caption text as styled spans: the markup that SRT, WebVTT and ASS share, and WebVTT's own voices, classes and ruby.

What is no tag of the format it was read from is text and stays text: `I <3 you` is said, not interpreted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tag:
    """One WebVTT tag around a span: `<v Mary>`, `<i>`, `<c.yellow>`."""

    name: str
    """`b`, `c`, `i`, `lang`, `rt`, `ruby`, `u` or `v`."""
    classes: tuple[str, ...] = ()
    annotation: str = ""
    """The voice's name, or the language."""


@dataclass(frozen=True, slots=True)
class Span:
    """Text under the same tags. Line breaks are in it as they are shown."""

    text: str
    tags: tuple[Tag, ...] = ()
    """The outermost first."""


Words = tuple[Span, ...]
"""What a caption says."""

BOLD, ITALIC, UNDERLINE = Tag("b"), Tag("i"), Tag("u")
COLOURS = {
    "black": "000000",
    "blue": "0000ff",
    "cyan": "00ffff",
    "lime": "00ff00",
    "magenta": "ff00ff",
    "red": "ff0000",
    "white": "ffffff",
    "yellow": "ffff00",
}
"""Colours that WebVTT has a class for."""


def plain(words: Words) -> str:
    """The text alone."""
    return "".join(span.text for span in words)


def has_tag(span: Span, name: str) -> bool:
    """Whether a span is under a tag of that name."""
    return any(tag.name == name for tag in span.tags)


def tidied(spans: Iterable[Span]) -> Words:
    """The spans without what no format can carry: control characters, spaces at line ends and lines of nothing, which
    would end a caption there."""
    letters: list[tuple[str, tuple[Tag, ...]]] = []
    for span in spans:
        text = span.text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
        for letter in text:
            if letter == "\n" or (letter == " " and letters and letters[-1][0] == "\n"):
                while letters and letters[-1][0] == " ":
                    letters.pop()
                if letter == "\n" and letters and letters[-1][0] != "\n":
                    letters.append((letter, span.tags))
            elif unicodedata.category(letter) != "Cc" and (letter != " " or letters):
                letters.append((letter, span.tags))
    while letters and letters[-1][0] in " \n":
        letters.pop()
    return joined(Span(letter, tags) for letter, tags in letters)


def joined(spans: Iterable[Span]) -> Words:
    """The spans with neighbours of the same tags put together, and none of no text."""
    made: list[Span] = []
    for span in spans:
        if made and made[-1].tags == span.tags:
            made[-1] = Span(made[-1].text + span.text, span.tags)
        elif span.text:
            made.append(span)
    return tuple(made)


def lines_of(words: Words) -> tuple[Words, ...]:
    """The words line by line."""
    lines: list[list[Span]] = [[]]
    for span in words:
        first, *rest = span.text.split("\n")
        lines[-1].append(Span(first, span.tags))
        lines += [[Span(text, span.tags)] for text in rest]
    return tuple(joined(line) for line in lines)


def marked_up(words: Words) -> Iterator[tuple[str, Tag | str]]:
    """What a writer puts down, in order: `("open", tag)`, `("close", tag)` and `("text", text)`."""
    under: list[Tag] = []
    for span in words:
        common = 0
        for one, other in zip(under, span.tags, strict=False):
            if one != other:
                break
            common += 1
        while len(under) > common:
            yield "close", under.pop()
        for tag in span.tags[common:]:
            under.append(tag)
            yield "open", tag
        yield "text", span.text
    while under:
        yield "close", under.pop()


class SpanReader:
    """Collects spans while a text is read from tag to tag; a tag that is closed out of order closes what is in it."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self._under: list[Tag] = []

    def text(self, text: str) -> None:
        """Text under the tags that are open."""
        self.spans.append(Span(text, tuple(self._under)))

    def open(self, tag: Tag) -> None:
        """A tag begins."""
        self._under.append(tag)

    def close(self, name: str) -> bool:
        """The tag of that name ends; whether there was one open."""
        for index in range(len(self._under) - 1, -1, -1):
            if self._under[index].name == name:
                del self._under[index:]
                return True
        return False

    def words(self) -> Words:
        """What was read."""
        return tidied(self.spans)


ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "nbsp": "\N{NO-BREAK SPACE}", "lrm": "\u200e", "rlm": "\u200f"}
_ENTITY = re.compile(r"&(amp|lt|gt|nbsp|lrm|rlm|#\d{1,6}|#x[0-9a-fA-F]{1,6});")


def unescaped(text: str) -> str:
    """The text with WebVTT's character references put in; any other `&` is itself."""

    def meant(match: re.Match[str]) -> str:
        name = match[1]
        if not name.startswith("#"):
            return ENTITIES[name]
        number = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
        return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else match[0]

    return _ENTITY.sub(meant, text)

"""Where timeline files name media: for each format a reader that finds the addresses in its text, and no more. Pure.

A reader yields what stands in the text, so that a file with other addresses has all else byte for byte as it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import PurePath
from xml.sax.saxutils import escape


@dataclass(frozen=True, slots=True)
class Address:
    """One place in a text where a file is named."""

    start: int
    stop: int
    """Of the whole text, half-open."""
    text: str
    """What it says, without the format's own escapes."""


@dataclass(frozen=True, slots=True)
class PathReader:
    """How one format names files."""

    pattern: re.Pattern[str]
    """Its group `at` is an address."""
    decoded: Callable[[str], str]
    encoded: Callable[[str], str]

    def addresses(self, text: str) -> Iterator[Address]:
        """Every address in a file's text, in order."""
        for match in self.pattern.finditer(text):
            yield Address(*match.span("at"), self.decoded(match["at"]))

    def replaced(self, text: str, new: Callable[[str], str]) -> str:
        """The text with other addresses; those that stay the same stay as they are written."""
        parts, end = [], 0
        for address in self.addresses(text):
            if (other := new(address.text)) != address.text:
                parts += [text[end : address.start], self.encoded(other)]
                end = address.stop
        return "".join((*parts, text[end:]))


def _xml(pattern: str) -> PathReader:
    return PathReader(re.compile(pattern, re.DOTALL), unescape, lambda text: escape(text, {'"': "&quot;"}))


# Inside a JSON string every quotation mark has a backslash before it, so that this is found as a key alone.
_OTIO = PathReader(
    re.compile(r'(?<!\\)"target_url"\s*:\s*"(?P<at>(?:[^"\\]|\\.)*)"'),
    lambda raw: str(json.loads(f'"{raw}"')),
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
)
_MLT = _xml(
    r'<property name="(?:resource|warp_resource|kdenlive:originalurl)">'
    # A speed stands before the path of a clip that does not run at its own.
    r"(?:-?\d+(?:\.\d+)?:)?(?P<at>[^<]*)</property>"
)
_READERS: Mapping[str, PathReader] = {
    ".otio": _OTIO,
    ".xml": _xml(r"<pathurl>(?P<at>[^<]*)</pathurl>"),
    ".fcpxml": _xml(r'<(?:media-rep|asset)\b[^>]*?\bsrc="(?P<at>[^"]*)"'),
    ".mlt": _MLT,
    ".kdenlive": _MLT,
    ".rpp": PathReader(re.compile(r'(?m)^\s*FILE "(?P<at>[^"\r\n]*)"'), str, str),
}
"""By a file's suffix. Edit lists, ALE and tables name files without a place, and archives hold their media."""


def can_be_relinked(name: str) -> bool:
    """Whether what names files in a file of that name, if anything does, can be written anew: not in a binary one."""
    return PurePath(name).suffix.lower() != ".aaf"


def path_reader(name: str) -> PathReader | None:
    """The reader of a file of that name; `None` for one that holds no addresses."""
    return _READERS.get(PurePath(name).suffix.lower())

"""The text of REAPER projects: lines of a word and its values, in blocks between `<` and `>`. Pure.

A text stands between quotation marks that are not in it: double ones, else single ones, else backticks, for which those
in it give way. There is no other escape, and a line ends a text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from uuid import UUID, uuid5

from stitcher.timebase import format_decimal

_GUIDS = UUID("6e8b7c1e-5b0f-4f57-9a0e-3f1f7f0a2d11")
_PLACES = 12

Value = int | Fraction | str


@dataclass(frozen=True, slots=True)
class Text:
    """A value between quotation marks."""

    text: str

    def __str__(self) -> str:
        line = " ".join(self.text.split())
        mark = next((mark for mark in "\"'`" if mark not in line), "`")
        return f"{mark}{line.replace(mark, chr(39))}{mark}"


@dataclass(frozen=True, slots=True)
class Notes:
    """A text of any number of lines."""

    lines: tuple[str, ...]


@dataclass(slots=True)
class Block:
    """A block, such as a track."""

    head: str
    children: list[str | Block | Notes] = field(default_factory=list)

    def line(self, word: str, *values: Value | Text) -> None:
        """A line of a word and its values."""
        self.children.append(" ".join((word, *(_value(value) for value in values))))

    def block(self, word: str, *values: Value | Text) -> Block:
        """A new block in this one."""
        child = Block(" ".join((word, *(_value(value) for value in values))))
        self.children.append(child)
        return child

    def notes(self, *lines: str, flags: str = "") -> None:
        """A block of notes."""
        self.block(f"NOTES{flags}").children.append(Notes(lines))

    def text(self) -> str:
        """The block with all that is in it."""
        return "".join(f"{line}\n" for line in self._lines(""))

    def _lines(self, indent: str) -> Iterator[str]:
        yield f"{indent}<{self.head}"
        for child in self.children:
            match child:
                case str():
                    yield f"{indent}  {child}"
                case Notes():
                    yield from (f"{indent}  |{' '.join(line.split())}" for line in child.lines)
                case Block():
                    yield from child._lines(indent + "  ")
        yield f"{indent}>"


def _value(value: Value | Text) -> str:
    return format_decimal(value, _PLACES) if isinstance(value, Fraction) else str(value)


def guid(*of: object) -> str:
    """An identifier that is the same whenever it is asked for of the same things."""
    return f"{{{str(uuid5(_GUIDS, repr(of))).upper()}}}"

"""What commands print: results to stdout as text or as one JSON document, messages and errors to stderr."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from fractions import Fraction
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from stitcher.cli.styles import Meaning, painted
from stitcher.timebase import FrameRange

if TYPE_CHECKING:
    from stitcher.cli.exit_status import ExitStatus

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


_ADVICE = re.compile(r"(stitcher (?:takes )?[a-z-]+) BOARD\b")
"""Commands that the library advises: it knows the storyboard, and not what the person called it."""
_UNREAD = re.compile(r"stitcher takes (?!list)")
"""Commands that only need the storyboard's folder, and take no variables."""
_board: list[str] = []
_quiet: list[bool] = []
_DOUBT = "! "
"""What lines begin with that say what may be wrong with a film."""
_NARROWEST = 40
_QUOTED = "    "


def use_board(path: Path | None, *variables: str) -> None:
    """Say from here on that advised commands are about this storyboard, as the person named it, with the options that
    fill its variables."""
    if path is None:
        _quiet.clear()
    _board[:] = [] if path is None else [str(path), *variables]


def _advised(text: str) -> str:
    """The text, with the storyboard's name in the commands it advises."""
    if not _board:
        return text

    def named(command: re.Match[str]) -> str:
        words = _board[:1] if _UNREAD.match(command[1]) else _board
        return f"{command[1]} {shlex.join(words)}"

    return _ADVICE.sub(named, text)


def _dumped(document: object) -> str:
    return json.dumps(_plain(document), ensure_ascii=True, indent=2)


def _plain(value: object) -> object:
    """A value as JSON has it: ranges as pairs, fractions and paths as texts, other frozen values by their fields."""
    match value:
        case Enum():
            return value.value
        case str():
            return _advised(value)
        case Mapping():
            return {key: _plain(part) for key, part in value.items()}
        case list() | tuple():
            return [_plain(part) for part in value]
        case FrameRange():
            return [value.start, value.stop]
        case Path() | Fraction():
            return str(value)
        case bytes():
            return value.hex()
        case datetime():
            return value.isoformat()
        case _ if is_dataclass(value):
            return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
        case _:
            return value


def pick(value: object, names: str) -> dict[str, object]:
    """Some attributes of a value by name, for a JSON document."""
    return {name: getattr(value, name) for name in names.split()}


class ReaderLeft(Exception):
    """Whoever read our output closed it; there is nobody to tell anything."""


def printable(text: str) -> str:
    """The text with what could steer a terminal shown as escapes; line ends and tabs stay."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def show(document: object, text: Callable[[], Iterable[str]], *, as_json: bool) -> None:
    """Print a result: the document when a machine asks, else the lines for people."""
    try:
        if as_json:
            print(_dumped(document))
        else:
            width = terminal_width()
            for line in text():
                print(_coloured(_broken(printable(_advised(line)), width)))
        sys.stdout.flush()
    except BrokenPipeError as exc:
        # ReportedStatus apart here, because Typer would end the process for it.
        raise ReaderLeft from exc


def _coloured(line: str) -> str:
    return painted(line, "doubt", sys.stdout) if line.lstrip().startswith(_DOUBT) else line


def _broken(line: str, width: int | None) -> str:
    """A line that is too long for the terminal, broken between words and set in where it goes on."""
    if width is None or len(line) <= width or "\n" in line:
        return line
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    parts = textwrap.wrap(
        line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(parts)


def info(text: str, meaning: Meaning | None = None) -> None:
    """Say something that is no result; what its first word is about may have a colour."""
    width = terminal_width(sys.stderr)
    lines = printable(_advised(text)).split("\n")
    # Lines of a storyboard, and the caret under them, stay as they are.
    said = "\n".join(line if line.startswith(_QUOTED) else _broken(line, width) for line in lines)
    if meaning is not None:
        head, colon, rest = said.partition(":")
        said = painted(head + colon, meaning, sys.stderr) + rest
    print(said, file=sys.stderr, flush=True)


def counted(number: int, one: str) -> str:
    """A number with what it counts: `1 shot`, `2 shots`."""
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def be_quiet() -> None:
    """From here on nothing is said but results and errors."""
    _quiet.append(True)


def is_quiet() -> bool:
    """Whether nothing is to be said but results and errors."""
    return bool(_quiet)


def show_error(ending: ExitStatus, *, as_json: bool, about: str = "") -> int:
    """Say why a command ended, or what of it, if it is only `about` something; returns its exit code."""
    if as_json:
        document = {"error": error_document(ending)}
        print(_dumped(document), flush=True)
    elif ending.message:
        # A paragraph has no empty lines in it.
        lines = "\n".join((ending.message, *ending.notes)).splitlines()
        prefix = f"{about}: " if about else ""
        info(f"stitcher: {prefix}" + "\n".join(line for line in lines if line.strip()), "wrong")
    return ending.exit_code


def error_document(ending: ExitStatus) -> dict[str, object]:
    """What a machine is told of an ending."""
    error: dict[str, object] = {
        "kind": ending.kind,
        "message": ending.message,
        "exit_code": ending.exit_code,
        **ending.facts,
    }
    if ending.notes:
        error["notes"] = list(ending.notes)
    if ending.issues:
        names = "message path line column source_line location"
        error["issues"] = [pick(issue, names) for issue in ending.issues]
    return error


def tell_notes(notes: Iterable[str]) -> None:
    """Say what a person should read."""
    for note in () if is_quiet() else notes:
        info(f"Note: {note}", "doubt")


def table(head: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> list[str]:
    """Lines of a table with columns as wide as their widest cell; `right` are the columns set to the right.

    On a terminal, columns of words give way until it fits, and go on below, broken between words.
    """
    cells = [tuple(head), *(tuple(_cell(cell) for cell in row) for row in rows)]
    widths = _fitted(cells, terminal_width())
    to_right = set(right)
    lines = []
    for row in cells:
        wrapped = [_wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
        for parts in zip_longest(*wrapped, fillvalue=""):
            padded = [
                part.rjust(width) if column in to_right else part.ljust(width)
                for column, (part, width) in enumerate(zip(parts, widths, strict=True))
            ]
            lines.append("  ".join(padded).rstrip())
    return lines


def terminal_width(stream: TextIO | None = None) -> int | None:
    """Columns of the terminal that results go to, or another stream, or those that COLUMNS says; `None` for a file."""
    to = stream or sys.stdout
    said = os.environ.get("COLUMNS", "")
    columns = int(said) if said.isdecimal() else 0
    if not columns and to.isatty():
        with suppress(OSError, ValueError):
            columns = os.get_terminal_size(to.fileno()).columns
    # Terminals of programs that draw none often say 0.
    return max(_NARROWEST, columns) if columns else None


def _fitted(cells: Sequence[Sequence[str]], room: int | None) -> list[int]:
    """How wide each column is: the widest give way first, none below its longest word."""
    columns = range(len(cells[0]))
    widths = [max(len(row[column]) for row in cells) for column in columns]
    if room is None:
        return widths
    least = [max(len(word) for row in cells for word in (row[column].split() or [""])) for column in columns]
    over = sum(widths) + 2 * (len(widths) - 1) - room
    while over > 0:
        column = max(columns, key=lambda one: (widths[one] - least[one] > 0, widths[one]))
        if widths[column] <= least[column]:
            break
        widths[column] -= 1
        over -= 1
    return widths


def _wrapped(text: str, width: int) -> list[str]:
    """A cell in lines of that width, broken between words."""
    if len(text) <= width:
        return [text]
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]


def _cell(text: str) -> str:
    return printable(text).replace("\n", "\\n").replace("\t", " ")

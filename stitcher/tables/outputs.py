"""Where each row's film goes: a pattern filled with the row, inside the pattern's folder, no two the same. Pure."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from stitcher.errors import InputError, Issue
from stitcher.storyboard.variables import names_in, substitute
from stitcher.tables.table import Row, Table

_LONGEST_NAME = 240
"""Bytes of a file's or a folder's name; what is written beside a film has longer ones, and 255 is the most."""


@dataclass(frozen=True, slots=True)
class FilmPattern:
    """The place of each film, with the row's values in it."""

    text: str
    """As it was written: `out/${slug}.mp4`."""

    @property
    def folder(self) -> Path:
        """What of it is the same for all films; none lies outside."""
        head = self.text.partition("${")[0].replace(os.sep, "/")
        return Path(os.path.abspath(head.rpartition("/")[0] or ("/" if head.startswith("/") else ".")))

    @property
    def names(self) -> frozenset[str]:
        """The variables in it."""
        return frozenset(names_in(self.text))

    def file(self, variables: Mapping[str, str], environment: Mapping[str, str]) -> Path:
        """The film of a row, from the root. Raises `ValueError` with a sentence for what cannot be its place."""
        for name in sorted(self.names):
            value = variables.get(name)
            if value is not None and not value.strip():
                raise ValueError(f"column {name!r} is empty, and the film is named by it")
            if value is not None and not value.isprintable():
                raise ValueError(f"column {name!r} has characters that no file name should have: {value!r}")
        written = substitute(self.text, variables, environment)
        file = Path(os.path.abspath(written))
        if not file.is_relative_to(self.folder) or file == self.folder:
            raise ValueError(f"the film would be {written!r}, outside of {str(self.folder)!r}")
        for part in file.relative_to(self.folder).parts:
            if len(os.fsencode(part)) > _LONGEST_NAME:
                raise ValueError(f"the film's name is longer than {_LONGEST_NAME} bytes: {part[:40]!r}…")
        return file


def row_files(
    table: Table,
    pattern: FilmPattern,
    *,
    varying: frozenset[str],
    filling: Callable[[Row], Mapping[str, str]],
    environment: Mapping[str, str],
) -> tuple[list[tuple[Row, Path]], list[Issue]]:
    """The film of each row, and what is wrong with them. `varying` are the columns that count, `filling` gives the
    variables of a row.

    Raises `InputError` for a pattern that no row has a part in, though there are several.
    """
    if len(table.rows) > 1 and not pattern.names & varying:
        raise InputError(
            f"{pattern.text!r} names one film and the table has {len(table.rows)} rows: put a column into it, such as "
            f"{_example(pattern.text, table)!r}."
        )
    files: list[tuple[Row, Path]] = []
    issues: list[Issue] = []
    taken: dict[str, Row] = {}
    for row in table.rows:
        try:
            file = pattern.file(filling(row), environment)
        except ValueError as exc:
            issues.append(table.issue(row, f"{exc}."))
            continue
        # Many file systems do not tell names apart by capitals, or by how an accent is encoded.
        first = taken.setdefault(unicodedata.normalize("NFC", str(file)).casefold(), row)
        if first is not row:
            columns = ", ".join(repr(name) for name in sorted(pattern.names))
            said = f"the film would be {file.name!r}, as that of {first.place}: {columns} must differ in every row."
            issues.append(table.issue(row, said))
        files.append((row, file))
    return files, issues


def _example(text: str, table: Table) -> str:
    path = Path(text)
    return str(path.with_name(f"${{{table.columns[0]}}}{path.suffix}"))

"""A table: rows of texts under columns, and a choice of its rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from stitcher.errors import InputError, Issue, IssuesError
from stitcher.one_line import one_line
from stitcher.storyboard.load import MAX_SHOWN
from stitcher.tables.where import parse_condition

_RANGE = re.compile(r"(\d*)(:?)(\d*)")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table."""

    number: int
    """Among the table's rows, 1-based."""
    line: int | None
    """Of its file, 1-based, where it begins; `None` where the kind of file has no lines."""
    values: tuple[str | None, ...]
    """One for each column; `None` where it has none."""

    @property
    def place(self) -> str:
        """Where it is, for a sentence."""
        return f"row {self.number}" if self.line is None else f"line {self.line}"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under columns."""

    path: Path
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    __repr__ = one_line

    def cells(self, row: Row) -> dict[str, str]:
        """What a row has under each column, without those where it has nothing."""
        return {
            name: value for name, value in zip(self.columns, row.values, strict=True) if value is not None
        }

    def issue(self, row: Row, message: str) -> Issue:
        """Something that is wrong with a row."""
        if row.line is None:
            return Issue(f"row {row.number}: {message}", path=self.path)
        return Issue(message, path=self.path, line=row.line)

    def chosen(
        self, *, rows: str | None = None, where: str | None = None, sample: int | None = None
    ) -> Table:
        """The table of some of its rows: those from a number to another, that fulfil a condition, spread over those.

        Raises `InputError` for a range or a condition that is none, and where a row's value cannot be compared.
        """
        some = self.rows if rows is None else self.rows[_range(rows)]
        if where is not None:
            condition = parse_condition(where, self.columns)
            issues, fulfilling = list[Issue](), list[Row]()
            for row in some:
                try:
                    if condition(self.cells(row)):
                        fulfilling.append(row)
                except ValueError as exc:
                    issues.append(self.issue(row, f"{exc}."))
            if issues:
                raise IssuesError(first_issues(issues))
            some = tuple(fulfilling)
        if sample is not None:
            if sample < 1:
                raise InputError(f"A sample has at least 1 row, and not {sample}.")
            if sample < len(some):
                # The same ones every time, so that what was made of a sample is not made again of the next.
                some = tuple(some[number * len(some) // sample] for number in range(sample))
        return replace(self, rows=some)


def first_issues(issues: Sequence[Issue]) -> list[Issue]:
    """As many issues as a person reads; of the rest how many there are."""
    shown = list(issues[:MAX_SHOWN])
    if len(issues) > MAX_SHOWN:
        shown.append(Issue(f"… and {len(issues) - MAX_SHOWN} more.", path=issues[0].path))
    return shown


def _range(written: str) -> slice:
    """The rows of `10:20`, both ends counted from 1 and in it; of `10:`, `:20` and `7`."""
    match = _RANGE.fullmatch(written.strip())
    if match is None or not (match[1] or match[3]):
        raise InputError(f"rows {written!r}: write them as 10:20, as 10: or :20, or as one number.")
    first = int(match[1] or 1)
    last = int(match[3]) if match[3] else None if match[2] else first
    if first < 1 or (last is not None and last < first):
        raise InputError(f"rows {written!r}: rows are counted from 1, and the last is not before the first.")
    return slice(first - 1, last)

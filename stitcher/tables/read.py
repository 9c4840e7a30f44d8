"""Tables read from CSV, JSON lines, JSON, TOML, YAML and Parquet: every cell a text, every row with its line."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from stitcher.errors import InputError, Issue, IssuesError, StoryboardError
from stitcher.media.files import check_regular, opened_file
from stitcher.storyboard.source_map import ListNode, MapNode, Node
from stitcher.storyboard.variables import flattened, plain
from stitcher.storyboard.yaml_reader import parse_document
from stitcher.tables.table import Row, Table, first_issues

_MAX_BYTES = 512 * 1024 * 1024
_MAX_ROWS = 1_000_000
_DELIMITERS = ",;\t|"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

_Record = tuple[int | None, Mapping[object, object]]
"""The line on which a row begins, where there are lines, and its values by their columns."""


def read_table(path: Path) -> Table:
    """The table in a file, of the kind that its name says.

    Raises `InputError` (`IssuesError` with every bad row and its line) for what is no table, and `MediaMissing`.
    """
    check_regular(path)
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return _of_records(path, ((None, row) for row in _parquet_rows(path)))
    read = _KINDS.get(suffix)
    if read is None:
        kinds = ", ".join((*_KINDS, ".parquet"))
        raise InputError(f"{str(path)!r}: tables come from {kinds} files.")
    try:
        return read(path, _text(path))
    except StoryboardError:
        raise
    except (ValueError, RecursionError) as exc:
        raise InputError(f"{str(path)!r} is not {suffix[1:].upper()}: {exc}.") from exc


def _text(path: Path) -> str:
    with opened_file(path) as file:
        data = file.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise InputError(f"{str(path)!r} is larger than {_MAX_BYTES // 1024 // 1024} MB: split the table.")
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        said = f"this is not UTF-8 text (byte 0x{data[exc.start]:02x}): save the table as UTF-8."
        raise IssuesError([Issue(said, path=path, line=line)]) from exc


def _csv(path: Path, text: str) -> Table:
    """Of comma-separated values; semicolons, tabs and bars separate as well, whichever the first line has most of."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    issues: list[Issue] = []
    rows: list[Row] = []
    columns: tuple[str, ...] | None = None
    while True:
        # A value in quotes may go over several lines, of which the reader counts the last.
        line = lines.line_num + 1
        try:
            values = next(lines, None)
        except csv.Error as exc:
            issues.append(
                Issue(f"this is not CSV: {exc}; is a quote missing, or one too many?", path=path, line=line)
            )
            break
        if values is None:
            break
        if not any(value.strip() for value in values):
            continue
        if columns is None:
            columns = _header(path, values, line)
            continue
        rows.append(Row(len(rows) + 1, line, tuple(values)))
        if len(values) != len(columns):
            issues.append(_uneven(path, line, values, columns))
        _check_count(path, rows)
    if issues:
        raise IssuesError(first_issues(issues))
    return _not_empty(Table(path, columns or (), tuple(rows)))


def _delimiter(text: str) -> str:
    head = re.sub(r'"[^"]*"', "", text.lstrip("\r\n").partition("\n")[0])
    return max(_DELIMITERS, key=head.count)


def _header(path: Path, values: Sequence[str], line: int) -> tuple[str, ...]:
    columns = tuple(value.strip() for value in values)
    for number, name in enumerate(columns, start=1):
        if not name:
            raise IssuesError(
                [
                    Issue(
                        f"column {number} has no name: the first row names the columns.", path=path, line=line
                    )
                ]
            )
        if columns.index(name) < number - 1:
            raise IssuesError([Issue(f"two columns are called {name!r}: keep one.", path=path, line=line)])
    return columns


def _uneven(path: Path, line: int, values: Sequence[str], columns: Sequence[str]) -> Issue:
    wrong = (
        "too many" if len(values) > len(columns) else f"{columns[len(values)]!r} and what follows are missing"
    )
    said = f"this row has {len(values)} values for {len(columns)} columns: {wrong}; is a quote missing?"
    return Issue(said, path=path, line=line)


def _json_lines(path: Path, text: str) -> Table:
    return _of_records(path, _json_records(path, text))


def _json_records(path: Path, text: str) -> Iterator[_Record]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value: object = json.loads(line)
        except (ValueError, RecursionError) as exc:
            raise IssuesError([Issue(f"this is not JSON: {exc}.", path=path, line=number)]) from exc
        if not isinstance(value, dict):
            raise IssuesError([Issue("a row must be an object: {…}.", path=path, line=number)])
        yield number, value


def _json(path: Path, text: str) -> Table:
    return _of_records(path, ((None, row) for row in _rows_of(path, json.loads(text))))


def _toml(path: Path, text: str) -> Table:
    data = tomllib.loads(text)
    rows = _rows_of(path, data)
    # Where rows are written as [[rows]], each has a line of its own.
    lines = [
        n for n, line in enumerate(text.split("\n"), start=1) if re.match(r"\s*\[\[\s*[^\[\].]+\]\]", line)
    ]
    numbered: Sequence[int | None] = lines if len(lines) == len(rows) else [None] * len(rows)
    return _of_records(path, zip(numbered, rows, strict=True))


def _yaml(path: Path, text: str) -> Table:
    source_map, issues = parse_document(text, path)
    if issues:
        raise StoryboardError(issues)
    root: Node = source_map.root
    if isinstance(root, MapNode) and len(root.entries) == 1:
        root = next(value for _, value in root.entries.values())
    if not isinstance(root, ListNode) or not all(isinstance(item, MapNode) for item in root.items):
        raise InputError(
            f"{str(path)!r}: a table is a list of rows, and each row a mapping of columns to values."
        )
    return _of_records(path, ((item.line + 1, _mapping(plain(item))) for item in root.items))


def _mapping(value: object) -> Mapping[object, object]:
    return value if isinstance(value, Mapping) else {}


def _rows_of(path: Path, data: object) -> list[Mapping[object, object]]:
    """The rows of a document: the list that it is, or the only one in it."""
    if isinstance(data, dict) and len(data) == 1:
        data = next(iter(data.values()))
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise InputError(f"{str(path)!r}: a table is a list of rows, and each row names columns and values.")
    return data


def _parquet_rows(path: Path) -> list[Mapping[object, object]]:
    from importlib import import_module

    try:
        parquet: Any = import_module("pyarrow.parquet")
    except ImportError as exc:
        raise InputError(
            f"{str(path)!r}: Parquet is read by pyarrow, which is not installed: 'pip install pyarrow', or save the "
            "table as CSV."
        ) from exc
    try:
        rows: list[Mapping[object, object]] = parquet.read_table(str(path)).to_pylist()
    except (OSError, ValueError) as exc:
        raise InputError(f"{str(path)!r} is not Parquet: {exc}.") from exc
    return rows


def _of_records(path: Path, records: Iterator[_Record]) -> Table:
    """The table of rows that each name their columns, in the order in which those come first."""
    issues: list[Issue] = []
    columns: dict[str, None] = {}
    found: list[tuple[int | None, dict[str, str]]] = []
    for line, record in records:
        try:
            cells = flattened({name: value for name, value in record.items() if value is not None})
        except InputError as exc:
            issues.append(Issue(str(exc), path=path, line=line))
            continue
        columns.update(dict.fromkeys(cells))
        found.append((line, cells))
        _check_count(path, found)
    if issues:
        raise IssuesError(first_issues(issues))
    rows = tuple(
        Row(number, line, tuple(cells.get(name) for name in columns))
        for number, (line, cells) in enumerate(found, start=1)
    )
    return _not_empty(Table(path, tuple(columns), rows))


def _check_count(path: Path, rows: Sequence[object]) -> None:
    if len(rows) > _MAX_ROWS:
        raise InputError(f"{str(path)!r} has more than {_MAX_ROWS:,} rows: split the table.")


def _not_empty(table: Table) -> Table:
    if not table.rows:
        what = "is empty" if not table.columns else "names columns and has no rows"
        raise InputError(f"{str(table.path)!r} {what}: a table has a film in each row.")
    return table


_KINDS: Mapping[str, Callable[[Path, str], Table]] = {
    ".csv": _csv,
    ".tsv": _csv,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".json": _json,
    ".toml": _toml,
    ".yaml": _yaml,
    ".yml": _yaml,
}

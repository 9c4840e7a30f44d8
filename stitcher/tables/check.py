"""A table's rows, checked before any film is made: each laid out and planned, and everything wrong told at once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from stitcher.errors import DiskFull, Interrupted, Issue, IssuesError, MediaError, OutputError, StitcherError
from stitcher.inputs.boards import Boards
from stitcher.media.files import free_bytes
from stitcher.rendering.options import RenderOptions
from stitcher.rendering.output import container_for, film_bytes, room_needed
from stitcher.rendering.progress import Step, Told
from stitcher.session import Order, lay_out
from stitcher.storyboard.model import Storyboard
from stitcher.storyboard.suggest import meant_or_known
from stitcher.storyboard.variables import substitute
from stitcher.tables.options import TableOptions
from stitcher.tables.outputs import FilmPattern, row_files
from stitcher.tables.table import Row, Table, first_issues

CHECKING = 0.1
"""How much of a call is said to be done once the rows are checked."""
_LINES_NAMED = 20


@dataclass(frozen=True, slots=True)
class TableFilms:
    """The films of a table: one storyboard, a row and a place for each."""

    boards: Boards
    table: Table
    pattern: FilmPattern
    options: TableOptions
    from_file: Mapping[str, str]
    """Variables of a file, for which a column may stand in."""
    orders: tuple[tuple[Row, Order], ...] = ()

    @property
    def common(self) -> Mapping[str, str]:
        """The variables that are the same in every row."""
        return self.options.variables or {}

    @property
    def varying(self) -> frozenset[str]:
        """The columns that count."""
        return frozenset(self.table.columns) - self.common.keys()

    @property
    def environment(self) -> Mapping[str, str]:
        """Of the process."""
        return self.options.environment or {}

    def variables(self, row: Row) -> dict[str, str]:
        """What fills the storyboard of a row, and the place of its film."""
        return {**self.from_file, **self.table.cells(row), **self.common}

    def board(self, row: Row) -> Storyboard:
        """The storyboard of a row."""
        return self.boards.filled(self.variables(row), self.environment)


def checked_films(films: TableFilms, options: RenderOptions, told: Told | None) -> TableFilms:
    """The films with an order for each row, nothing being wrong with any.

    Raises `IssuesError` with every bad row and its line, `DiskFull` where all films together do not fit, `Interrupted`.
    """
    _check_variables(films)
    files, issues = row_files(
        films.table,
        films.pattern,
        varying=films.varying,
        filling=films.variables,
        environment=films.environment,
    )
    how = films.options
    orders = tuple((row, Order(how.preset, file, encoder=how.encoder)) for row, file in files)
    faults, sources, sizes = _Faults(films), set[Path](), list[int]()
    quiet = replace(options, progress=None)
    for number, (row, order) in enumerate(orders, start=1):
        if options.cancel is not None and options.cancel.is_set():
            raise Interrupted()
        try:
            timeline = lay_out(films.board(row), options=quiet)
            plan = order.plan(timeline, timeline.project)
            container_for(plan, order.file)
            sources.update(plan.timeline.files)
            if not order.file.exists():
                sizes.append(film_bytes(plan))
        except Interrupted:
            raise
        except (StitcherError, OSError) as exc:
            faults.add(row, exc)
        if told is not None:
            told(Step("look", number, len(orders), "rows", share=CHECKING * number / len(orders)))
    issues += faults.issues()
    issues += (
        films.table.issue(row, f"the film would be {str(order.file)!r}, which films here are made from.")
        for row, order in orders
        if order.file in sources
    )
    if issues:
        raise IssuesError(first_issues(sorted(issues, key=lambda issue: issue.line or 0)))
    _check_room(films.pattern.folder, sizes)
    return replace(films, orders=orders)


def _check_variables(films: TableFilms) -> None:
    """Refuse variables that are asked for and in no row, and those that are given and asked for nowhere."""
    table, template = films.table, films.boards.template
    known = {*table.columns, *films.common, *films.from_file}
    issues: dict[str, Issue] = {}
    asked = set(films.pattern.names)
    for name, node in template.references():
        asked.add(name)
        if name not in known and name not in issues:
            said = (
                f"the variable {name!r} is no column of {table.path.name!r}, and is not set"
                f"{meant_or_known(name, table.columns)}"
            )
            line = template.source_map.line_text(node.line)
            issues[name] = Issue(said, template.path, node.line + 1, node.column + 1, line)
    for name in films.pattern.names - known:
        said = f"the film's place {films.pattern.text!r} asks for the column {name!r}"
        issues[name] = Issue(f"{said}{meant_or_known(name, table.columns)}", path=table.path)
    for name in films.common.keys() - asked:
        hint = meant_or_known(name, sorted(asked))
        issues[name] = Issue(
            f"the variable {name!r} is set, and nothing asks for it{hint}", path=template.path
        )
    if issues:
        raise IssuesError(list(issues.values()))


class _Faults:
    """What is wrong with rows: the same fault of several is told once, with their lines."""

    def __init__(self, films: TableFilms) -> None:
        self._films = films
        self._rows: dict[str, list[Row]] = {}
        self._own: dict[str, Issue] = {}
        """Faults of the storyboard itself, which no column has a part in."""

    def add(self, row: Row, error: StitcherError | OSError) -> None:
        """Take note of what is wrong with a row."""
        for issue, columns in self._found(row, error):
            where = f" ({issue.path.name}:{issue.line})" if issue.path is not None and issue.line else ""
            message = f"{_named(columns)}{issue.message.rstrip('.')}{where}."
            self._rows.setdefault(message, []).append(row)
            if not columns:
                self._own[message] = issue

    def _found(self, row: Row, error: StitcherError | OSError) -> Iterator[tuple[Issue, list[str]]]:
        template, columns = (
            self._films.boards.template,
            {*self._films.table.columns} - self._films.common.keys(),
        )
        if isinstance(error, IssuesError):
            for issue in error.issues:
                names = template.references(issue.location) if issue.location else ()
                yield issue, [name for name in dict.fromkeys(name for name, _ in names) if name in columns]
        elif isinstance(error, MediaError):
            notes = (note for note in getattr(error, "__notes__", ()) if "named here" not in note)
            yield Issue(" ".join((str(error), *notes))), self._naming(row, error.path)
        elif isinstance(error, OutputError):
            yield Issue(str(error)), sorted(self._films.pattern.names & columns)
        else:
            yield Issue(str(error)), []

    def _naming(self, row: Row, path: Path) -> list[str]:
        """The columns that a file's name is made of."""
        films = self._films
        base = (films.boards.template.path or path).parent
        names: dict[str, None] = {}
        for name, node in films.boards.template.references():
            if name in films.varying:
                with contextlib.suppress(ValueError):
                    if base / substitute(node.text, films.variables(row), films.environment) == path:
                        names[name] = None
        return list(names)

    def issues(self) -> list[Issue]:
        """One for each fault, with the first of its rows."""
        found = []
        for message, rows in self._rows.items():
            if message in self._own and len(rows) == len(self._films.table.rows):
                found.append(self._own[message])
                continue
            others = [row.place for row in rows[1 : 1 + _LINES_NAMED]]
            more = len(rows) - 1 - len(others)
            same = f" The same in {', '.join(others)}" + (f" and {more} more." if more else ".")
            found.append(self._films.table.issue(rows[0], message + (same if others else "")))
        return found


def _named(columns: list[str]) -> str:
    if not columns:
        return ""
    return f"column{'s' * (len(columns) > 1)} {', '.join(map(repr, columns))}: "


def _check_room(folder: Path, sizes: list[int]) -> None:
    needed, free = room_needed(*sizes), free_bytes(folder)
    if sizes and free < needed:
        raise DiskFull(
            f"{str(folder)!r} has {free / 1e6:.1f} MB free and its {len(sizes)} films may need {needed / 1e6:.0f} MB; "
            "make room, or choose fewer rows. Nothing was written."
        )

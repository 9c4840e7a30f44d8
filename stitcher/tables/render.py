"""From a storyboard and a table to a film for each row: all rows checked first, then made, then reported."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from stitcher.errors import InputError
from stitcher.inputs.boards import Boards
from stitcher.media.files import made_folders
from stitcher.rendering.cache import Cache, counting
from stitcher.rendering.options import RenderOptions
from stitcher.rendering.progress import Step, Told, telling
from stitcher.session import absolute
from stitcher.storyboard.variables import check_variable_name, load_variables
from stitcher.tables.check import CHECKING, TableFilms, checked_films
from stitcher.tables.films import RowFilm, make_films
from stitcher.tables.options import TableOptions
from stitcher.tables.outputs import FilmPattern
from stitcher.tables.read import read_table
from stitcher.tables.report import TableResult, report_places, write_reports

Each = Callable[[RowFilm], object]


def render_table(
    board: Path, table: Path, out: str, *, each: Each | None, how: TableOptions, options: RenderOptions
) -> TableResult:
    """A film for each chosen row of the table, at the place that `out` says with the row's values in it."""
    began = time.monotonic()
    chosen = read_table(table).chosen(rows=how.rows, where=how.where, sample=how.sample)
    if not chosen.rows:
        raise InputError(f"No row of {str(table)!r} is chosen: nothing is made.")
    for name in how.variables or {}:
        check_variable_name(name)
    from_file = {} if how.variables_file is None else load_variables(Path(how.variables_file))
    films = TableFilms(Boards.read(board), chosen, FilmPattern(out), how, from_file)
    options = replace(
        options, cache=absolute(options.cache), project=options.project or board.absolute().parent
    )
    with telling(options.progress) as told, counting(Cache.at(options.cache)) as pieces:
        films = checked_films(films, options, told)
        places = report_places(films.pattern.folder)
        made: list[RowFilm] = []
        with made_folders([*places, *(order.file for _, order in films.orders)]):
            try:
                # Closed at once where `each` raises, so that nothing is made behind it.
                with closing(make_films(films, options)) as becoming:
                    for film in becoming:
                        made.append(film)
                        _tell(told, len(made), len(films.orders))
                        if each is not None:
                            each(film)
            finally:
                result = TableResult(
                    tuple(sorted(made, key=lambda film: film.row)),
                    pieces.made,
                    pieces.found,
                    time.monotonic() - began,
                    places,
                )
                write_reports(result, places)
    return result


def _tell(told: Told | None, done: int, total: int) -> None:
    if told is not None:
        told(Step("films", done, total, share=CHECKING + (1 - CHECKING) * done / total))

"""`stitcher render`: a storyboard becomes the films it asks for, a part of one, a frame of one, or a film a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stitcher import api
from stitcher.cli import options
from stitcher.errors import InputError

if TYPE_CHECKING:
    from stitcher.cli.deliveries import Deliveries
    from stitcher.cli.progress import FilmProgress
    from stitcher.deliveries import Delivered
    from stitcher.storyboard.model import Storyboard


def render(
    board: options.Board,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILM", help="Where the film goes, instead of 'deliver'."),
    ] = None,
    preset: options.Preset = None,
    first: options.First = None,
    last: options.Last = None,
    at: options.At = None,
    sets: options.Sets = None,
    variables: options.Vars = None,
    table: options.Table = None,
    where: options.Where = None,
    rows: options.Rows = None,
    sample: options.Sample = None,
    jobs: options.Jobs = None,
    stop: options.Stop = False,
    sheet: options.Sheet = None,
    encoder: options.Encoder = None,
    verify: options.Verified = options.Verify.joins,
    cache: options.Cache = None,
    open_it: options.Open = False,
    as_json: options.Json = False,
) -> int:
    """Make the films of a storyboard, a part of one, or a frame.

    Without -o everything under its 'deliver' that has a preset is made (only those of --preset, when given). One that
    fails does not keep the others from being made; the exit code is that of the gravest failure.

    With --from or --to a part of one film is made, with its own sound, and with --at one frame of it: beside the
    storyboard, unless -o says where.

    With --table a film is made for each row, where -o says with a column in it: -o 'out/${slug}.mp4'. All rows are
    checked first, and what has not changed is not made again.
    """
    from stitcher.cli.storyboard_args import read_board
    from stitcher.cli.table_films import render_rows

    part = None if first is None and last is None else (first, last)
    of_rows = {"where": where, "rows": rows, "sample": sample, "jobs": jobs, "stop": stop or None}
    how: dict[str, Any] = {"preset": preset, "encoder": encoder}
    making: dict[str, Any] = {"cache": cache, "verify": verify}
    if table is not None:
        _refuse("beside", {"from": first, "to": last, "at": at, "sheet": sheet, "open": open_it or None})
        filled = {"sets": sets, "variables": variables}
        return render_rows(board, table, output, {**of_rows, **how, **filled}, making, as_json=as_json)
    _refuse("without", of_rows)
    if at is not None and part is not None:
        raise InputError("--at makes one frame and --from and --to make a film; give one or the other.")
    storyboard = read_board(board, sets, variables)
    where_to = output or _place(board, part, at)
    films, notes = _films(storyboard, where_to, sheet, part=part, at=at, how=how, making=making)
    code = films.show(notes, as_json=as_json)
    if open_it:
        _open(films)
    return code


def _refuse(how: str, given: Mapping[str, object]) -> None:
    """Refuse options that say nothing without a table, or beside one."""
    for name, value in given.items():
        if value is not None:
            raise InputError(f"--{name} cannot stand {how} --table; leave one of them away.")


def _films(
    board: Storyboard,
    output: Path | None,
    sheet: Path | None,
    *,
    part: tuple[str | None, str | None] | None,
    at: str | None,
    how: dict[str, Any],
    making: dict[str, Any],
) -> tuple[Deliveries, tuple[str, ...]]:
    """Make what is asked for of one storyboard, and say what is to be said of all of it."""
    from stitcher.cli.deliveries import Deliveries
    from stitcher.cli.film_output import making_films
    from stitcher.cli.output import tell_notes

    notes = api.notes(board)
    if output is None and any(one.editor is not None for one in board.deliver):
        notes += ("Films alone are made here; 'stitcher export BOARD' hands over to editors.",)
    tell_notes(notes)
    films = Deliveries()
    project = board.path.parent if board.path is not None else Path.cwd()
    with making_films(project, **making) as (render_options, display):
        how = {**how, "options": render_options}
        if sheet is not None:
            api.contact_sheet(board, sheet, options=render_options)
        if at is not None and output is not None:
            films.pictures.append(api.frame_at(board, at, output, **how))
        elif output is not None:
            films.attempt(how["preset"], output, lambda: api.render(board, output, part=part, **how))
        else:
            api.deliver(board, each=_telling(films, display), **how)
    return films, notes


def _telling(films: Deliveries, display: FilmProgress) -> Callable[[Delivered], None]:
    """What says at once what became of each delivery."""

    def tell(made: Delivered) -> None:
        display.pause()
        films.add(made)

    return tell


def _place(board: Path, part: tuple[str | None, str | None] | None, at: str | None) -> Path | None:
    """Where a part or a frame goes that nobody gave a place; `None` where neither is asked for."""
    if part is not None:
        return board.with_name(f"{board.stem}.{_named(part[0])}-{_named(part[1])}.mp4")
    return None if at is None else board.with_name(f"{board.stem}.{_named(at)}.png")


def _named(place: str | None) -> str:
    """A place as part of a file's name."""
    return "" if place is None else "".join(one if one.isalnum() or one in "-_+." else "-" for one in place)


def _open(films: Deliveries) -> None:
    """Open what was made first, or say why not: it is made all the same."""
    from stitcher.cli.output import tell_notes
    from stitcher.errors import ToolError

    made = [*films.pictures, *(film.paths[0] for film in films.films)]
    if not made:
        return
    try:
        api.open_file(made[0])
    except ToolError as exc:
        tell_notes([f"--open: {made[0]} was made and not opened. {exc}"])

"""`stitcher render`: a storyboard becomes the films it asks for, a part of one, or a frame of one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stitcher import api
from stitcher.cli import options

if TYPE_CHECKING:
    from stitcher.cli.deliveries import Deliveries
    from stitcher.cli.progress import FilmProgress
    from stitcher.deliveries import Delivered


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
    """
    from stitcher.cli.deliveries import Deliveries
    from stitcher.cli.film_output import making_films
    from stitcher.cli.output import tell_notes
    from stitcher.cli.storyboard_args import read_board
    from stitcher.errors import InputError

    if at is not None and (first or last) is not None:
        raise InputError("--at makes one frame and --from and --to make a film; give one or the other.")
    storyboard = read_board(board, sets, variables)
    notes = api.notes(storyboard)
    part = None if first is None and last is None else (first, last)
    output = output or _place(board, part, at)
    if output is None and any(one.editor is not None for one in storyboard.deliver):
        notes += ("Films alone are made here; 'stitcher export BOARD' hands over to editors.",)
    tell_notes(notes)
    films = Deliveries()
    with making_films(board.absolute().parent, cache=cache, verify=verify) as (render_options, display):
        if sheet is not None:
            api.contact_sheet(storyboard, sheet, options=render_options)
        how: dict[str, Any] = {"preset": preset, "encoder": encoder, "options": render_options}
        if at is not None and output is not None:
            films.pictures.append(api.frame_at(storyboard, at, output, **how))
        elif output is not None:
            films.attempt(preset, output, lambda: api.render(storyboard, output, part=part, **how))
        else:
            api.deliver(storyboard, each=_telling(films, display), **how)
    code = films.show(notes, as_json=as_json)
    if open_it:
        _open(films)
    return code


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

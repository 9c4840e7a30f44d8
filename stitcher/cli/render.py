"""`stitcher render`: a storyboard becomes the films it asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stitcher import api
from stitcher.cli import options


def render(
    board: options.Board,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILM", help="Where the film goes, instead of 'deliver'."),
    ] = None,
    preset: options.Preset = None,
    sets: options.Sets = None,
    variables: options.Vars = None,
    sheet: options.Sheet = None,
    encoder: options.Encoder = None,
    verify: options.Verified = options.Verify.joins,
    cache: options.Cache = None,
    as_json: options.Json = False,
) -> int:
    """Make the films of a storyboard.

    Without -o everything under its 'deliver' that has a preset is made (only those of --preset, when given). One that
    fails does not keep the others from being made; the exit code is that of the gravest failure.
    """
    from stitcher.cli.deliveries import Deliveries
    from stitcher.cli.film_output import making_films
    from stitcher.cli.output import tell_notes
    from stitcher.cli.storyboard_args import read_board

    storyboard = read_board(board, sets, variables)
    notes = api.notes(storyboard)
    if output is None and any(one.editor is not None for one in storyboard.deliver):
        notes += ("Films alone are made here; 'stitcher export BOARD' hands over to editors.",)
    tell_notes(notes)
    if sheet is not None:
        api.contact_sheet(storyboard, sheet)
    films = Deliveries()
    with making_films(board.absolute().parent, cache=cache, verify=verify) as (render_options, display):
        if output is not None:
            films.attempt(
                preset,
                output,
                lambda: api.render(
                    storyboard, output, preset=preset, encoder=encoder, options=render_options
                ),
            )
        else:
            for made in api.deliver(storyboard, preset=preset, encoder=encoder, options=render_options):
                display.pause()
                films.add(made)
    return films.show(notes, as_json=as_json)

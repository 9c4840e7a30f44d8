"""`stitcher upscale`: the takes and clips of a film, in more pixels."""

from __future__ import annotations

from typing import Annotated

import typer

from stitcher import api
from stitcher.cli import options


def upscale(
    board: options.Board,
    shots: options.Shots = None,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="NAME", help="Upscaler: local (free), runway, or an installed one."),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="HEIGHT", help="Shorter side: 1080p, 1440p, 2160p."),
    ] = None,
    max_credits: options.MaxCredits = None,
    yes: options.Yes = False,
    sets: options.Sets = None,
    variables: options.Vars = None,
    as_json: options.Json = False,
) -> None:
    """Upscale the circled takes and clips.

    Frame for frame; films are made from the results after that. Only circled takes and clips, never animatics. What is
    not given here is as the storyboard says. Shows the price and asks once before anything is spent.
    """
    from stitcher.cli.interaction import making_takes
    from stitcher.cli.storyboard_args import read_board
    from stitcher.cli.take_output import show_generated
    from stitcher.errors import InputError

    storyboard = read_board(board, sets, variables)
    if to is not None and not (to.endswith("p") and to[:-1].isdecimal() and 100 <= int(to[:-1]) <= 8640):
        raise InputError(f"--to {to!r}: write a height such as 1080p, 1440p or 2160p.")
    with making_takes() as run:
        made = api.upscale(
            storyboard,
            by=by,
            to=to,
            shots=shots or None,
            max_credits=max_credits,
            confirm=run.confirm_cost(yes=yes),
            options=run.options,
        )
    show_generated(made, board.absolute().parent, as_json=as_json)

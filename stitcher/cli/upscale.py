"""`stitcher upscale`: the takes and clips of a film, made larger."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from stitcher.cli import options
from stitcher.cli.output import show


def upscale(
    board: options.Board,
    shots: options.Shots = None,
    by: Annotated[
        Optional[str],  # noqa: UP045  # typer on Python 3.11
        typer.Option(
            "--by", metavar="NAME", help="Who does it: local (free), runway, or another; else the storyboard."
        ),
    ] = None,
    to: Annotated[
        Optional[str],  # noqa: UP045  # typer on Python 3.11
        typer.Option(
            "--to", metavar="HEIGHT", help="How large: 1080p, 1440p, 2160p; else as the storyboard says."
        ),
    ] = None,
    max_credits: options.MaxCredits = None,
    yes: options.Yes = False,
    sets: options.Sets = None,
    variables: options.Vars = None,
    as_json: options.Json = False,
) -> None:
    """Make the pictures that are in the film larger, frame for frame; films are made from the results after that.

    Only circled takes and clips, never animatics. Shows the price and asks once before anything is spent.
    """
    from stitcher.cli.interaction import working
    from stitcher.cli.storyboard_args import read_board
    from stitcher.cli.take_output import (
        generated_document,
        generated_lines,
        tell_generated,
    )
    from stitcher.errors import InputError
    from stitcher.generation import upscale_run

    storyboard = read_board(board, sets, variables)
    if to is not None and not (to.endswith("p") and to[:-1].isdecimal() and 100 <= int(to[:-1]) <= 8640):
        raise InputError(f"--to {to!r}: write a height such as 1080p, 1440p or 2160p.")
    folder = board.absolute().parent
    with working() as work:
        made = upscale_run.upscale(
            storyboard,
            by=by,
            to=to,
            shots=shots or None,
            max_credits=max_credits,
            progress=work.listener,
            cancel=work.cancel,
            confirm=work.asked_once(yes=yes),
        )
    tell_generated(made)
    show(generated_document(made, folder), lambda: generated_lines(made, folder), as_json=as_json)

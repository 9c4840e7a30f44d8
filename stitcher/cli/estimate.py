"""`stitcher estimate`: what the missing takes of a storyboard cost, before anything is sent."""

from __future__ import annotations

from typing import Annotated

import typer

from stitcher import api
from stitcher.cli import options


def estimate(
    board: options.Board,
    shots: options.Shots = None,
    retake: options.Retake = None,
    provider: Annotated[
        str, typer.Option("--provider", metavar="NAME", help="Whose takes count as there already.")
    ] = "runway",
    max_credits: options.MaxCredits = None,
    sets: options.Sets = None,
    variables: options.Vars = None,
    as_json: options.Json = False,
) -> None:
    """Price the missing takes; nothing is sent.

    Refuses what a model would refuse. Ends with 77 when it is above the budget or --max-credits.
    """
    from stitcher.cli.output import show
    from stitcher.cli.storyboard_args import read_board
    from stitcher.cli.take_output import estimate_lines

    needed = api.estimate(
        read_board(board, sets, variables),
        provider=provider,
        shots=shots or None,
        retake=retake or (),
        max_credits=max_credits,
        strict=True,
    )
    show(needed.as_json(), lambda: estimate_lines(needed), as_json=as_json)

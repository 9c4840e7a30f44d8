"""`stitcher estimate`: what the missing takes of a storyboard cost, before anything is sent."""

from __future__ import annotations

from typing import Annotated

import typer

from stitcher.cli import options
from stitcher.cli.output import show


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
    """Price every take that is still missing, per shot and in all; nothing is sent.

    Refuses what a model would refuse. Ends with 77 when it is above the budget or --max-credits.
    """
    from stitcher.cli.film_output import tell_notes
    from stitcher.cli.storyboard_args import read_board
    from stitcher.cli.take_output import estimate_lines
    from stitcher.errors import PreflightError
    from stitcher.generation import generate
    from stitcher.generation.budget import allowed_credits, check_budget

    storyboard = read_board(board, sets, variables)
    known = generate.inspect(storyboard, shots=shots or None)
    if known.issues:
        raise PreflightError(known.issues)
    found = generate.estimate(storyboard, provider=provider, shots=shots or None, retake=retake or ())
    check_budget(found, allowed_credits(storyboard, found.spent, max_credits))
    cropped = tuple(str(start) for start in known.starts if start.crop is not None)
    tell_notes(cropped)
    show(
        {**found.as_json(), "notes": [*found.notes, *cropped]}, lambda: estimate_lines(found), as_json=as_json
    )

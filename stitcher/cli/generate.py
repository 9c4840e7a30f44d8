"""`stitcher generate`: prompts become takes, each started from the last frame of the one before."""

from __future__ import annotations

from typing import Annotated

import typer

from stitcher import api
from stitcher.cli import options


def generate(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[BOARD] [SHOTS…]",
            help="The storyboard (the one in this folder if not named), and shots; all when none is named.",
        ),
    ] = None,
    provider: Annotated[
        str,
        typer.Option(
            "--provider",
            metavar="NAME",
            help="Provider: animatic (free, offline), runway, or an installed one.",
        ),
    ] = "animatic",
    max_credits: options.MaxCredits = None,
    retake: options.Retake = None,
    yes: options.Yes = False,
    burn_in: Annotated[
        bool,
        typer.Option("--burn-in/--no-burn-in", help="Show shot, prompt and frame number in animatics."),
    ] = True,
    sets: options.Sets = None,
    variables: options.Vars = None,
    as_json: options.Json = False,
) -> None:
    """Make every missing take, and fetch those under way.

    Shows the price and asks once before anything is spent; Ctrl-C stops after the step under way, and the same
    command goes on from there. Nothing is bought twice.
    """
    from stitcher.cli.interaction import making_takes
    from stitcher.cli.storyboard_args import read_board, split_board_argument
    from stitcher.cli.take_output import show_generated

    board, shots = split_board_argument(words)
    storyboard = read_board(board, sets, variables)
    with making_takes(burn_in=burn_in) as run:
        made = api.generate(
            storyboard,
            provider=provider,
            shots=shots or None,
            retake=retake or (),
            max_credits=max_credits,
            confirm=run.confirm_cost(yes=yes),
            options=run.options,
        )
    show_generated(made, board.absolute().parent, as_json=as_json)

"""`stitcher generate`: prompts become takes, each started from the last frame of the one before."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from stitcher.cli import options
from stitcher.cli.output import show

if TYPE_CHECKING:
    from stitcher.generation.provider import Provider


def generate(
    words: Annotated[
        Optional[list[str]],  # noqa: UP045  # typer on Python 3.11
        typer.Argument(
            metavar="[BOARD] [SHOTS]...",
            help="The storyboard (the one in this folder if not named), and shots; all when none is named.",
        ),
    ] = None,
    provider: Annotated[
        str,
        typer.Option(
            "--provider",
            metavar="NAME",
            help="Who makes the takes: animatic (free, offline), runway, or another.",
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
    """Make every take that is missing, and fetch what an earlier run left under way.

    Shows the price and asks once before anything is spent; Ctrl-C stops after the step under way, and the same
    command goes on from there. Nothing is bought twice.
    """
    from stitcher import workflow
    from stitcher.cli.interaction import working
    from stitcher.cli.storyboard_args import named_first, read_board
    from stitcher.cli.take_output import (
        generated_document,
        generated_lines,
        tell_generated,
    )

    board, shots = named_first(words)
    storyboard = read_board(board, sets, variables)
    folder = board.absolute().parent
    with working() as work:
        made = workflow.generate(
            storyboard,
            provider=_maker(provider, burn_in, work.cancel),
            max_credits=max_credits,
            shots=shots or None,
            retake=retake or (),
            progress=work.listener,
            cancel=work.cancel,
            confirm=work.asked_once(yes=yes),
        )
    tell_generated(made)
    show(generated_document(made, folder), lambda: generated_lines(made, folder), as_json=as_json)


def _maker(name: str, burn_in: bool, cancel: threading.Event) -> str | Provider:
    if name != "animatic":
        return name
    from stitcher.generation.animatic import AnimaticProvider

    return AnimaticProvider(burn_in=burn_in, cancel=cancel)

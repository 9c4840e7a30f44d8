"""`stitcher rescue`, `adopt` and `retry`: what was paid for comes home, and a person decides what is unknown."""

from __future__ import annotations

from typing import Annotated

import typer

from stitcher import api
from stitcher.cli import options
from stitcher.errors import InputError


def rescue(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[BOARD]", help="The storyboard; the one in this folder if not named."),
    ] = None,
    sets: options.Sets = None,
    variables: options.Vars = None,
    as_json: options.Json = False,
) -> None:
    """Fetch takes that were accepted and are not on disk.

    Does nothing else. Costs nothing.
    """
    from stitcher.cli.interaction import making_takes
    from stitcher.cli.storyboard_args import read_board, split_board_argument
    from stitcher.cli.take_output import show_generated

    board, rest = split_board_argument(words)
    if rest:
        raise InputError(f"{' '.join(rest)!r}: 'rescue' takes a storyboard and nothing else.")
    storyboard = read_board(board, sets, variables)
    with making_takes() as run:
        made = api.rescue(storyboard, options=run.options)
    show_generated(made, board.absolute().parent, as_json=as_json)


def adopt(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[BOARD] SHOT TASK",
            help="The storyboard (the one in this folder if not named), the shot, and the task's id, from the "
            "developer portal.",
        ),
    ],
    none: Annotated[
        bool, typer.Option("--none", help="Say that the request was never booked, so that it costs nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="With --none: skip the confirmation.")] = False,
    sets: options.Sets = None,
    variables: options.Vars = None,
    as_json: options.Json = False,
) -> None:
    """Say which task an unknown request became, and fetch it.

    Or that it became none. Costs nothing.
    """
    from stitcher.cli.interaction import making_takes
    from stitcher.cli.output import info
    from stitcher.cli.storyboard_args import read_board, split_board_argument
    from stitcher.cli.take_output import show_generated, show_take

    board, rest = split_board_argument(words)
    if len(rest) != (1 if none else 2):
        raise InputError(
            "Say which shot, and which task it became: stitcher adopt [BOARD] SHOT TASK - or that it became none: "
            "stitcher adopt [BOARD] --none SHOT."
        )
    storyboard, folder = read_board(board, sets, variables), board.absolute().parent
    with making_takes() as run:
        if not none:
            shot, task = rest
            made = api.adopt(storyboard, shot, task, options=run.options)
            show_generated(made, folder, as_json=as_json)
            return

        def confirm(evidence: str) -> bool:
            info(evidence)
            return yes or run.ask(
                "Was it never booked?",
                "Nobody can be asked here whether it was never booked. Nothing was changed",
            )

        take = api.adopt_none(storyboard, rest[0], confirm=confirm, options=run.options)
    text = f"{take.label} was never booked, and counts as nothing."
    show_take(take, folder, text, as_json=as_json)


def retry(
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[BOARD] SHOT", help="The storyboard (the one in this folder if not named), and the shot."
        ),
    ],
    accept: Annotated[
        int,
        typer.Option(
            "--accept-second-charge",
            metavar="N",
            min=0,
            help="Credits you agree to pay, maybe for a second time.",
        ),
    ],
    max_credits: options.MaxCredits = None,
    sets: options.Sets = None,
    variables: options.Vars = None,
    as_json: options.Json = False,
) -> None:
    """Ask again for a take that may have been charged."""
    from stitcher.cli.interaction import making_takes
    from stitcher.cli.storyboard_args import read_board, split_board_argument
    from stitcher.cli.take_output import show_generated

    board, rest = split_board_argument(words)
    if len(rest) != 1:
        raise InputError("Say which shot: stitcher retry [BOARD] SHOT --accept-second-charge N.")
    storyboard = read_board(board, sets, variables)
    with making_takes() as run:
        made = api.retry(storyboard, rest[0], accept, max_credits=max_credits, options=run.options)
    show_generated(made, board.absolute().parent, as_json=as_json)

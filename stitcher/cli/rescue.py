"""`stitcher rescue`, `adopt` and `retry`: what was paid for comes home, and a person decides what is unknown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from stitcher.cli import options
from stitcher.cli.output import show
from stitcher.errors import InputError

if TYPE_CHECKING:
    from stitcher.storyboard.model import Storyboard


def rescue(
    words: Annotated[
        Optional[list[str]],  # noqa: UP045  # typer on Python 3.11
        typer.Argument(metavar="[BOARD]", help="The storyboard; the one in this folder if not named."),
    ] = None,
    sets: options.Sets = None,
    variables: options.Vars = None,
    as_json: options.Json = False,
) -> None:
    """Fetch every take that was accepted and is not on disk yet, and do nothing else. Costs nothing."""
    from stitcher.cli.interaction import working
    from stitcher.cli.storyboard_args import named_first, read_board
    from stitcher.cli.take_output import generated_document, generated_lines, tell_generated
    from stitcher.generation import rescue as room

    board, rest = named_first(words)
    if rest:
        raise InputError(f"{' '.join(rest)!r}: 'rescue' takes a storyboard and nothing else.")
    storyboard = read_board(board, sets, variables)
    folder = board.absolute().parent
    with working() as work:
        made = room.rescue(storyboard, progress=work.listener, cancel=work.cancel)
    tell_generated(made)
    show(generated_document(made, folder), lambda: generated_lines(made, folder), as_json=as_json)


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
    yes: Annotated[bool, typer.Option("--yes", "-y", help="With --none: do not ask.")] = False,
    sets: options.Sets = None,
    variables: options.Vars = None,
    as_json: options.Json = False,
) -> None:
    """Say which task a request of unknown outcome became, and fetch it; or that it became none. Costs nothing."""
    from stitcher.cli.interaction import working
    from stitcher.cli.storyboard_args import named_first, read_board
    from stitcher.cli.take_output import generated_document, generated_lines, tell_generated
    from stitcher.generation import rescue as room

    board, rest = named_first(words)
    if len(rest) != (1 if none else 2):
        raise InputError(
            "Say which shot, and which task it became: stitcher adopt [BOARD] SHOT TASK - or that it became none: "
            "stitcher adopt [BOARD] --none SHOT."
        )
    if none:
        _never_made(board, rest[0], read_board(board, sets, variables), yes=yes, as_json=as_json)
        return
    shot, task = rest
    storyboard = read_board(board, sets, variables)
    folder = board.absolute().parent
    with working() as work:
        made = room.adopt(storyboard, shot, task, progress=work.listener, cancel=work.cancel)
    tell_generated(made)
    show(generated_document(made, folder), lambda: generated_lines(made, folder), as_json=as_json)


def _never_made(board: Path, shot: str, storyboard: Storyboard, *, yes: bool, as_json: bool) -> None:
    from stitcher.cli.interaction import working
    from stitcher.cli.output import news
    from stitcher.cli.take_output import take_document
    from stitcher.generation import rescue as room

    with working() as work:

        def agree(said: str) -> bool:
            news(said)
            return yes or work.ask(
                "Was it never booked?",
                "Nobody can be asked here whether it was never booked. Nothing was changed",
            )

        take = room.never_made(storyboard, shot, confirm=agree, cancel=work.cancel)
    folder = board.absolute().parent
    said = f"{take.label} was never booked, and counts as nothing. The next 'generate' asks for it."
    show({"take": take_document(take, folder=folder)}, lambda: (said,), as_json=as_json)


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
    """Ask again for a take whose last attempt was charged, or may have been."""
    from stitcher.cli.interaction import working
    from stitcher.cli.storyboard_args import named_first, read_board
    from stitcher.cli.take_output import generated_document, generated_lines, tell_generated
    from stitcher.generation import rescue as room

    board, rest = named_first(words)
    if len(rest) != 1:
        raise InputError("Say which shot: stitcher retry [BOARD] SHOT --accept-second-charge N.")
    [shot] = rest
    storyboard = read_board(board, sets, variables)
    folder = board.absolute().parent
    with working() as work:
        made = room.retry(
            storyboard, shot, accept, max_credits=max_credits, progress=work.listener, cancel=work.cancel
        )
    tell_generated(made)
    show(generated_document(made, folder), lambda: generated_lines(made, folder), as_json=as_json)

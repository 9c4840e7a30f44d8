"""`stitcher takes`: which takes there are, which is in the film; circle, accept, decline or remove one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stitcher import api
from stitcher.cli import options
from stitcher.cli.help import Command, Group

if TYPE_CHECKING:
    from stitcher.generation.take import Take

app = typer.Typer(
    cls=Group,
    help="List takes, choose those in the film, remove them.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

_Number = Annotated[int, typer.Argument(metavar="N", min=1, help="The take's number.")]
_By = Annotated[
    str | None,
    typer.Option(
        "--by", metavar="PROVIDER", help="Whose take, where two have the number; else the real one."
    ),
]


@app.command("list", cls=Command)
def list_takes(
    board: options.Board,
    shots: options.Shots = None,
    sheet: Annotated[
        Path | None,
        typer.Option("--sheet", metavar="PNG", help="Also write a sheet with a row of frames for each take."),
    ] = None,
    sets: options.Sets = None,
    variables: options.Vars = None,
    as_json: options.Json = False,
) -> None:
    """List every take with its cost and its file.

    A star marks the one in the film.
    """
    from stitcher.cli.output import show, tell_notes
    from stitcher.cli.storyboard_args import read_board
    from stitcher.cli.take_output import record_document, stale_document, take_document, take_rows

    found = api.takes(read_board(board, sets, variables), shots=shots or None, sheet=sheet)
    film = {take.id for take in found.in_film.values()}
    tell_notes(found.notes)

    def lines() -> Iterator[str]:
        yield from take_rows(found.takes, found.in_film) if found.takes else ["No takes yet."]
        yield ""
        yield f"Spent: {found.spending.total} credits."

    document = {
        "takes": [
            take_document(take, folder=found.folder, in_film=take.id in film)
            | record_document(take, found.takes, found.histories[take.id])
            for take in found.takes
        ],
        "spent_credits": found.spending.total,
        "reserved_credits": found.spending.reserved,
        "unknown_credits": found.spending.unknown,
        "no_longer_matching": stale_document(found.stale),
        "notes": found.notes,
    }
    show(document, lines, as_json=as_json)


@app.command("circle", cls=Command)
def circle(
    board: options.Board,
    shot: options.Shot,
    number: _Number,
    provider: _By = None,
    as_json: options.Json = False,
) -> None:
    """Put a take into the film."""
    take = api.circle_take(_named(board), shot, number, provider=provider)
    _show(board, take, f"{take.label} is in the film.", as_json=as_json)


@app.command("accept", cls=Command)
def accept(
    board: options.Board,
    shot: options.Shot,
    number: _Number,
    provider: _By = None,
    as_json: options.Json = False,
) -> None:
    """Accept a file that is not what was asked for.

    It arrived whole, and becomes the take.
    """
    from stitcher.cli.output import tell_notes

    take, remarks = api.accept_take(_named(board), shot, number, provider=provider)
    tell_notes(remarks)
    from stitcher.cli.take_output import extent

    counted = extent(take) if take.purpose == "sound" else f"{take.frames} frames"
    _show(board, take, f"{take.label} is taken, with {counted}.", as_json=as_json)


@app.command("decline", cls=Command)
def decline(
    board: options.Board,
    shot: options.Shot,
    number: _Number,
    provider: _By = None,
    as_json: options.Json = False,
) -> None:
    """Do without a file that is not what was asked for.

    It arrived whole. It stays, and so does its cost.
    """
    take = api.decline_take(_named(board), shot, number, provider=provider)
    text = (
        f"{take.label} is declined; {take.file} stays where it is. For another: stitcher retry BOARD {shot} "
        f"--accept-second-charge {take.ceiling_credits}"
    )
    _show(board, take, text, as_json=as_json)


@app.command("remove", cls=Command)
def remove(
    board: options.Board,
    shot: options.Shot,
    number: _Number,
    provider: _By = None,
    upscale: Annotated[
        str | None,
        typer.Option(
            "--upscale", metavar="HEIGHT", help="What was enlarged of the take to that, not the take."
        ),
    ] = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Delete a take's files, after asking.

    Its record and what it cost stay.
    """
    from stitcher.cli import interaction

    def confirm(take: Take) -> bool:
        what = f"{take.label} ({take.file}, {take.spent_credits} credits){'' if upscale is None else ', all of it,'}"
        return yes or interaction.ask(
            f"Delete {what} for good?", f"{what} would be deleted for good. Nothing was done"
        )

    take, deleted = api.remove_take(
        _named(board), shot, number, provider=provider, upscale=upscale, confirm=confirm
    )
    names = ", ".join(path.name for path in deleted) or "nothing, its files were gone"
    again = (
        "Where a take is missing now, the next 'generate' makes another."
        if upscale is None
        else "Films show what it was made of, and the next 'upscale' makes it again."
    )
    text = f"{take.label}: deleted {names}. {again}"
    _show(board, take, text, as_json=as_json)


def _named(board: Path) -> Path:
    from stitcher.cli.output import use_board

    use_board(board)
    return board


def _show(board: Path, take: Take, text: str, *, as_json: bool) -> None:
    from stitcher.cli.take_output import show_take

    show_take(take, board.absolute().parent, text, as_json=as_json)

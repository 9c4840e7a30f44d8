"""`stitcher takes`: which takes there are, which is in the film, and taking one away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from stitcher.cli import options
from stitcher.cli.output import show, use_board
from stitcher.errors import Interrupted

if TYPE_CHECKING:
    from stitcher.generation.take import Take

app = typer.Typer(
    help="List the takes of a storyboard, choose the one in the film, or remove one.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

_Number = Annotated[int, typer.Argument(metavar="N", min=1, help="The take's number.")]
_By = Annotated[
    Optional[str],  # noqa: UP045  # typer on Python 3.11
    typer.Option(
        "--by", metavar="PROVIDER", help="Whose take, where two have the number; else the real one."
    ),
]


@app.command("list")
def list_takes(
    board: options.Board,
    shots: options.Shots = None,
    sheet: Annotated[
        Optional[Path],  # noqa: UP045  # typer on Python 3.11
        typer.Option("--sheet", metavar="PNG", help="Also write a sheet with a row of frames for each take."),
    ] = None,
    sets: options.Sets = None,
    variables: options.Vars = None,
    as_json: options.Json = False,
) -> None:
    """List every take, what it cost and where it is; a star marks the one in the film."""
    from stitcher.cli.film_output import tell_notes
    from stitcher.cli.storyboard_args import read_board
    from stitcher.cli.take_output import record_document, take_document, take_rows
    from stitcher.generation.blank_takes import blank_takes
    from stitcher.generation.generate import inspect
    from stitcher.generation.ledger_reader import LedgerReader
    from stitcher.generation.paths import ledger_path

    storyboard = read_board(board, sets, variables)
    found = inspect(storyboard, shots=shots or None)
    folder = board.absolute().parent
    film = {take.id for take in found.in_film.values()}
    if sheet is not None:
        from stitcher.generation.takes_sheet import takes_sheet

        takes_sheet([take for take in found.takes if take.on_disk and take.is_picture], folder, sheet)
    notes = (*(str(one) for one in found.drifts), *found.notes, *blank_takes(found.takes, folder))
    tell_notes(notes)
    with LedgerReader.view(ledger_path(folder)) as ledger:
        histories = {take.id: ledger.history(take.id) for take in found.takes} if as_json else {}

    def lines() -> Iterator[str]:
        yield from take_rows(found.takes, found.in_film) if found.takes else ["No takes yet."]
        yield ""
        yield f"Spent: {found.spending.total} credits."

    show(
        {
            "takes": [
                take_document(take, folder=folder, in_film=take.id in film)
                | record_document(take, found.takes, histories.get(take.id, ()))
                for take in found.takes
            ],
            "spent_credits": found.spending.total,
            "reserved_credits": found.spending.reserved,
            "unknown_credits": found.spending.unknown,
            "no_longer_matching": [
                {"shot": one.take.shot, "number": one.take.number, "differs": list(one.differs)}
                for one in found.drifts
            ],
            "notes": list(notes),
        },
        lines,
        as_json=as_json,
    )


@app.command("circle")
def circle(
    board: options.Board,
    shot: options.Shot,
    number: _Number,
    provider: _By = None,
    as_json: options.Json = False,
) -> None:
    """Make a take the one that is in the film."""
    from stitcher.generation import selects

    folder = _folder(board)
    take = selects.circle(folder, shot, number, provider=provider)
    _show(take, folder, f"{take.label} is in the film.", as_json=as_json)


@app.command("accept")
def accept(
    board: options.Board,
    shot: options.Shot,
    number: _Number,
    provider: _By = None,
    as_json: options.Json = False,
) -> None:
    """Take a file that arrived whole, and was not what was asked for, for the take."""
    from stitcher.cli.film_output import tell_notes
    from stitcher.generation import held_takes

    folder = _folder(board)
    take, remark = held_takes.accept(folder, shot, number, provider=provider)
    tell_notes((remark,) if remark else ())
    said = f"{take.label} is taken, with {take.frames} frames.{_in_film(take, folder)}"
    _show(take, folder, said, as_json=as_json)


@app.command("decline")
def decline(
    board: options.Board,
    shot: options.Shot,
    number: _Number,
    provider: _By = None,
    as_json: options.Json = False,
) -> None:
    """Do without a file that arrived whole, and was not what was asked for. It stays, and so does its cost."""
    from stitcher.generation import held_takes

    folder = _folder(board)
    take = held_takes.decline(folder, shot, number, provider=provider)
    said = (
        f"{take.label} is declined; {take.file} stays where it is. For another: stitcher retry BOARD {shot} "
        f"--accept-second-charge {take.ceiling_credits}"
    )
    _show(take, folder, said, as_json=as_json)


@app.command("remove")
def remove(
    board: options.Board,
    shot: options.Shot,
    number: _Number,
    provider: _By = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: options.Json = False,
) -> None:
    """Delete a take's files, after asking. Its record and what it cost stay."""
    from stitcher.cli.interaction import ask
    from stitcher.generation import selects
    from stitcher.generation.ledger_reader import LedgerReader
    from stitcher.generation.paths import ledger_path

    folder = _folder(board)
    with LedgerReader.view(ledger_path(folder)) as ledger:
        take = selects.find_take(ledger.takes(shot), shot, number, provider)
    what = f"{take.label} ({take.file}, {take.spent_credits} credits)"
    if not (yes or ask(f"Delete {what} for good?", f"{what} would be deleted for good. Nothing was done")):
        raise Interrupted("Not agreed to; nothing was deleted.")
    removed, gone = selects.remove(folder, shot, number, provider=take.provider)
    names = ", ".join(path.name for path in gone) or "nothing, its files were gone"
    said = (
        f"{removed.label}: deleted {names}. Where a take is missing now, the next 'generate' makes another."
    )
    _show(removed, folder, said, as_json=as_json)


def _in_film(take: Take, folder: Path) -> str:
    """Which of the shot's takes the film shows now, where there are others."""
    from stitcher.generation.ledger_reader import LedgerReader
    from stitcher.generation.paths import ledger_path
    from stitcher.generation.take import circled_take

    if not take.is_picture:
        return ""
    with LedgerReader.view(ledger_path(folder)) as ledger:
        takes = ledger.takes(take.shot)
    others = [
        one for one in takes if one.on_disk and one.is_picture and not one.is_animatic and one.id != take.id
    ]
    shown = circled_take(takes)
    if not others or shown is None:
        return ""
    if shown.id != take.id:
        return f" The film shows take {shown.number}: stitcher takes circle BOARD {take.shot} {take.number}"
    numbers = ", ".join(str(one.number) for one in others)
    return f" The film shows it now; for another (take {numbers}): stitcher takes circle BOARD {take.shot} N"


def _folder(board: Path) -> Path:
    from stitcher.storyboard.yaml_reader import read_document

    use_board(board)
    # Only the folder is needed; a storyboard with a mistake in it must not keep anybody from their takes.
    read_document(board.absolute())
    return board.absolute().parent


def _show(take: Take, folder: Path, said: str, *, as_json: bool) -> None:
    from stitcher.cli.take_output import take_document

    show({"take": take_document(take, folder=folder, in_film=take.circled)}, lambda: (said,), as_json=as_json)

"""The takes of a storyboard, listed: which is in the film, what each cost, its history in the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from stitcher.generation.blank_takes import blank_takes
from stitcher.generation.generate import inspect
from stitcher.generation.ledger_reader import LedgerReader
from stitcher.generation.project import open_project
from stitcher.generation.stale import Drift
from stitcher.generation.take import Move, Spending, Take
from stitcher.one_line import one_line
from stitcher.storyboard.model import Storyboard


@dataclass(frozen=True, slots=True)
class TakeList:
    """Every take the ledger holds of the shots and sounds asked about."""

    folder: Path
    """The project's; files of takes are counted from it."""
    takes: tuple[Take, ...]
    in_film: Mapping[str, Take]
    """By shot, or by sound: the take that is in the film; by `SHOT voice`: the voice in its own sound."""
    stale: tuple[Drift, ...]
    """Those that no longer match the storyboard."""
    spending: Spending
    """Of the whole project so far."""
    histories: Mapping[int, tuple[Move, ...]]
    """By a take's id: all that happened to it, with the service's answers."""
    notes: tuple[str, ...]
    """What a person should read, one sentence each."""

    __repr__ = one_line


def list_takes(
    board: Storyboard,
    *,
    shots: Iterable[str] | None = None,
    project: Path | None = None,
    sheet: Path | None = None,
) -> TakeList:
    """The takes of a storyboard, of some `shots` or all; `sheet` is where a PNG with a row for each is written."""
    place = open_project(board, project)
    known = inspect(board, shots=shots, project=project)
    if sheet is not None:
        from stitcher.generation.takes_sheet import takes_sheet

        takes_sheet([take for take in known.takes if take.on_disk and take.is_picture], place.folder, sheet)
    with LedgerReader.view(place.ledger) as ledger:
        histories = {take.id: ledger.history(take.id) for take in known.takes}
    return TakeList(
        folder=place.folder,
        takes=known.takes,
        in_film={**known.in_film, **{f"{shot} voice": take for shot, take in known.voices.items()}},
        stale=known.drifts,
        spending=known.spending,
        histories=histories,
        notes=(*map(str, known.drifts), *known.notes, *blank_takes(known.takes, place.folder)),
    )

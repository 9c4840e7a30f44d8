"""`stitcher render`: a storyboard becomes the films it asks for."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from stitcher.cli import options
from stitcher.errors import InputError

if TYPE_CHECKING:
    from stitcher.storyboard.loudness import Loudness
    from stitcher.storyboard.model import Storyboard


def render(
    board: options.Board,
    output: Annotated[
        Optional[Path],  # noqa: UP045  # typer on Python 3.11
        typer.Option("--output", "-o", metavar="FILM", help="Where the film goes, instead of 'deliver'."),
    ] = None,
    preset: options.Preset = None,
    sets: options.Sets = None,
    variables: options.Vars = None,
    sheet: options.Sheet = None,
    encoder: options.Encoder = None,
    verify: options.Verified = options.Verify.joins,
    cache: options.Cache = None,
    as_json: options.Json = False,
) -> int:
    """Make the film of a storyboard.

    Without -o everything under its 'deliver' that has a preset is made (only those of --preset, when given). One that
    fails does not keep the others from being made; the exit code is that of the gravest failure.
    """
    from stitcher import looking, workflow
    from stitcher.cli.deliveries import Deliveries
    from stitcher.cli.film_output import make_film, tell_notes
    from stitcher.cli.storyboard_args import board_notes, read_board, take_notes, told_where

    storyboard = read_board(board, sets, variables)
    project = board.absolute().parent
    wanted = _wanted(storyboard, output, preset)
    notes = (*board_notes(storyboard), *take_notes(storyboard))
    tell_notes(notes)
    first = wanted[0]
    made = Deliveries(alone=len(wanted) == 1)
    with workflow.sound_ahead(
        first.file,
        preset=first.preset,
        encoder=encoder,
        project=project,
        cache=cache,
        loudness=first.loudness,
    ) as ahead:
        timeline = workflow.lay_out(storyboard, ahead=ahead)
        plans = []
        for one in wanted:
            with made.kept_going(one.preset, one.file), told_where(storyboard, one.preset):
                planned = workflow.plan(
                    timeline, preset=one.preset, encoder=encoder, project=project, loudness=one.loudness
                )
                plans.append((planned, one.file))
        if sheet is not None:
            looking.contact_sheet(timeline, sheet)
        for planned, file in plans:
            if made.stopped:
                break
            with (
                made.kept_going(planned.delivery.preset, file),
                _folder_of(file, project, made=output is None),
            ):
                made.add(make_film(planned, file, cache=cache, verify=verify.value, project=project))
    return made.show(notes, as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A film to be made."""

    preset: str
    file: Path
    loudness: Loudness | None = None
    """Of this one alone."""


def _wanted(board: Storyboard, output: Path | None, preset: str | None) -> list[_Wanted]:
    """Which presets go to which files."""
    from stitcher.workflow import DEFAULT_PRESET

    if output is not None:
        return [_Wanted(preset or DEFAULT_PRESET, output)]
    found = [
        _Wanted(delivery.preset, delivery.file, delivery.loudness)
        for delivery in board.deliver
        if delivery.preset is not None and delivery.file is not None and preset in (None, delivery.preset)
    ]
    if not found:
        which = f"no delivery with the preset {preset!r}" if preset else "no delivery with a preset"
        raise InputError(f"Nowhere to write to: the storyboard has {which}. Give -o FILM, or add one.")
    return found


@contextlib.contextmanager
def _folder_of(file: Path, project: Path, *, made: bool) -> Iterator[None]:
    """The folder of a delivery, made where the storyboard names it and taken away again if nothing came of it."""
    from stitcher.media.files import disk_errors

    missing = [folder for folder in file.parents if folder.is_relative_to(project) and not folder.exists()]
    if not made or not missing:
        yield
        return
    with disk_errors(file.parent):
        file.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        # Only empty ones can be removed, which is what is wanted.
        with contextlib.suppress(OSError):
            for folder in missing:
                folder.rmdir()

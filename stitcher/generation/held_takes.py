"""Held takes, whole and not what was asked for: a person accepts or declines them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from stitcher.errors import InputError, MediaRefused
from stitcher.generation.boundary_frames import frame_take
from stitcher.generation.complete import final_place
from stitcher.generation.ledger import Ledger, OpenLedger
from stitcher.generation.messages import no_such_take
from stitcher.generation.paths import SOUND_SUFFIXES, ledger_path, place_of
from stitcher.generation.project import sweep
from stitcher.generation.runway.verify_download import put_in_place
from stitcher.generation.states import State
from stitcher.generation.take import Take
from stitcher.media.files import disk_errors, sha256_file


def accept(
    folder: Path,
    shot: str,
    number: int,
    *,
    provider: str | None = None,
    open_ledger: OpenLedger = Ledger.open,
) -> tuple[Take, str]:
    """Take the held file for the take, with its frames as counted; chains go on from the last one there is.

    Returns the take and a remark on it, or an empty string. Raises `InputError` when nothing of that number is held,
    or when it is an enlargement, which is of no use unless it has frame for frame; `MediaRefused` for a file that is
    not the one that was kept; `OutputError`, `DiskFull`.
    """
    with open_ledger(ledger_path(folder)) as ledger:
        sweep(folder, ledger.takes())
        # A run that was killed may have taken it, and kept no last frame of it.
        take = held_take(ledger.takes(), shot, number, provider, (State.HELD, State.STORED))
        if take.state is State.STORED:
            return frame_take(folder, ledger, take)
        if take.expected.frame_for_frame and not take.expected.is_near(take.frames or 0):
            raise InputError(
                f"{take.label} has {take.frames} frames where its source has {take.expected_frames}, so it cannot take "
                f"its place. Do without it: stitcher takes decline BOARD {shot} {number}"
            )
        assert take.file is not None
        file, target = folder / take.file, folder / place_of(take)
        if take.purpose == "sound":
            target = _sound_place(folder, take, file)
        # A run that was killed in between has given the file its place, and recorded nothing.
        kept = file if os.path.lexists(file) or not os.path.lexists(target) else target
        if sha256_file(kept) != take.sha256:
            raise MediaRefused(
                kept, f"is not the file that was kept for {take.label}. Put the original back."
            )
        put_in_place(file, target, take.label, take.sha256)
        take = ledger.stored(
            take.id,
            file=target.relative_to(folder).as_posix(),
            sha256=take.sha256 or "",
            size=take.size or 0,
            frames=take.frames,
        )
        with disk_errors(file):
            file.unlink(missing_ok=True)
        taken, remark = frame_take(folder, ledger, take)
        if take.purpose == "upscale":
            remark = (
                "It is joined with the take's other pieces, and shown by films, after: stitcher rescue BOARD"
            )
        return taken, remark


def _sound_place(folder: Path, take: Take, file: Path) -> Path:
    """Where a sound goes that arrived as `file`, or is there already."""
    there = [folder / place_of(take, suffix) for suffix in SOUND_SUFFIXES.values()]
    arrived = next((path for path in (file, *there) if os.path.lexists(path)), file)
    return folder / final_place(take, arrived)


def decline(
    folder: Path,
    shot: str,
    number: int,
    *,
    provider: str | None = None,
    open_ledger: OpenLedger = Ledger.open,
) -> Take:
    """Do without the held file, which stays where it is; what it cost stays counted. Raises `InputError`."""
    with open_ledger(ledger_path(folder)) as ledger:
        return ledger.declined(held_take(ledger.takes(), shot, number, provider).id)


def held_take(
    takes: Iterable[Take],
    shot: str,
    number: int,
    provider: str | None = None,
    states: tuple[State, ...] = (State.HELD,),
) -> Take:
    """A shot's held take of that number, or one in another of `states`. Raises `InputError` naming those there are."""
    recorded = tuple(takes)
    waiting = [take for take in recorded if take.shot == shot and take.state in states]
    for take in waiting:
        if take.number == number and provider in (None, take.provider):
            return take
    numbers = ", ".join(str(take.number) for take in waiting) or "none"
    raise no_such_take(
        recorded, shot, f"No take {number} of {shot} waits to be accepted; there are: {numbers}."
    )

"""The takes that are in the film: which file each shot shows, as the ledger says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stitcher.errors import InputError, MediaRefused
from stitcher.generate.keep import READ_ONLY
from stitcher.generate.ledger import Ledger, ledger_path
from stitcher.generate.ledger_reader import LedgerReader
from stitcher.generate.names import frame_file
from stitcher.generate.take import Take, circled_take
from stitcher.media.clip import Clip
from stitcher.storyboard.model import Storyboard


@dataclass(frozen=True, slots=True)
class Footage:
    """What the generated shots of a storyboard show."""

    clips: Mapping[str, Clip] = field(default_factory=dict)
    """By shot. Shots without a take are not in it."""
    matrices: Mapping[str, str] = field(default_factory=dict)
    """By shot: the colour matrix of takes that do not say it themselves, by FFmpeg's name."""
    stand_ins: tuple[str, ...] = ()
    """Shots that have only an animatic, in the order of the storyboard."""
    takes: Mapping[str, Take] = field(default_factory=dict)
    """By shot."""


def film_footage(board: Storyboard, *, project: Path | None = None) -> Footage:
    """The circled takes of a storyboard's shots, probed; empty where there is no ledger beside it.

    Raises `MediaError` for a take whose file is gone, damaged, or not the one that was stored; `LedgerError`.
    """
    folder = project or (board.path.parent if board.path is not None else None)
    if folder is None or not ledger_path(folder).exists():
        return Footage()
    with LedgerReader.view(ledger_path(folder)) as ledger:
        takes = ledger.takes()
    return footage_of(board, takes, folder)


def footage_of(board: Storyboard, takes: Iterable[Take], folder: Path) -> Footage:
    """As `film_footage`, from takes at hand."""
    from stitcher.media.probe import probe

    known = tuple(takes)
    clips: dict[str, Clip] = {}
    chosen: dict[str, Take] = {}
    for shot in board.shots:
        take = circled_take(take for take in known if take.shot == shot.id) if shot.kind == "take" else None
        if take is None or take.file is None:
            continue
        clip = probe(folder / take.file)
        if clip.sha256 != take.sha256:
            raise MediaRefused(
                clip.path,
                f"is not the file that was stored for {take.label}. Put the original back, or circle another take.",
            )
        clips[shot.id], chosen[shot.id] = clip, take
    return Footage(
        clips,
        {shot: take.matrix for shot, take in chosen.items() if take.matrix is not None},
        tuple(shot for shot, take in chosen.items() if take.is_animatic),
        chosen,
    )


def find_take(takes: Iterable[Take], shot: str, number: int, provider: str | None = None) -> Take:
    """A shot's take of that number: the real one where an animatic has the same, unless a provider is named.

    Raises `InputError` naming the takes there are.
    """
    known = tuple(take for take in takes if take.shot == shot and take.is_picture and take.on_disk)
    fit = [take for take in known if take.number == number and provider in (None, take.provider)]
    real = [take for take in fit if not take.is_animatic] or fit
    if real:
        return real[-1]
    there = ", ".join(f"{take.number} ({take.provider})" for take in known) or "none"
    raise InputError(f"Shot {shot} has no take {number} on disk; there are: {there}.")


def circle(folder: Path, shot: str, number: int, *, provider: str | None = None) -> Take:
    """Make a take the one in the film, and return it. Raises `InputError` for one that is not there."""
    with Ledger.open(ledger_path(folder)) as ledger:
        return ledger.circle(find_take(ledger.takes(shot), shot, number, provider).id)


def remove(
    folder: Path, shot: str, number: int, *, provider: str | None = None
) -> tuple[Take, tuple[Path, ...]]:
    """Delete a take's file and frames; its record and what it cost stay. Returns it and what was deleted.

    This is the only thing in stitcher that deletes a take. Raises `InputError` for one that is not there.
    """
    with Ledger.open(ledger_path(folder)) as ledger:
        take = find_take(ledger.takes(shot), shot, number, provider)
        # Recorded first: a file without a record harms nobody, a record without a file stops every render.
        removed = ledger.removed(take.id)
    named = [take.file, take.frame_file, frame_file(shot, number, take.provider, "first")]
    gone = []
    for path in (folder / name for name in named if name is not None):
        if path.exists():
            path.chmod(READ_ONLY | 0o200)
            path.unlink()
            gone.append(path)
    return removed, tuple(gone)

"""The takes that are in the film: which file each shot shows, as the ledger says."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from stitcher.errors import InputError, Interrupted, MediaError, MediaRefused, OutputError
from stitcher.generation.edit_and_upscale_requests import upscaled_size
from stitcher.generation.estimate import shot_upscale
from stitcher.generation.ledger import Ledger
from stitcher.generation.ledger_reader import LedgerReader
from stitcher.generation.messages import concerning, describe_stuck, held_error
from stitcher.generation.paths import frame_file, ledger_path
from stitcher.generation.states import COMING, State
from stitcher.generation.take import Take, circled_take, stuck_takes
from stitcher.media.clip import Clip
from stitcher.media.files import READ_ONLY, disk_errors, sha256_file
from stitcher.storyboard.model import Storyboard, Upscale
from stitcher.timeline.media_index import MediaIndex


@dataclass(frozen=True, slots=True)
class Footage:
    """What the generated shots of a storyboard show."""

    clips: Mapping[str, Clip] = field(default_factory=dict)
    """By shot: takes as they came. Shots without a take are not in it."""
    matrices: Mapping[str, str] = field(default_factory=dict)
    """By shot: the colour matrix of takes that do not say it themselves, by FFmpeg's name."""
    stand_ins: tuple[str, ...] = ()
    """Shots that have only an animatic, in the order of the storyboard."""
    takes: Mapping[str, Take] = field(default_factory=dict)
    """By shot."""
    enlarged: Mapping[str, Clip] = field(default_factory=dict)
    """By shot, clips of the storyboard among them: the larger file of which the pictures are shown."""

    def media(self) -> MediaIndex:
        """What laying out the film has to know of it."""
        return MediaIndex(
            takes=self.clips,
            matrices=self.matrices,
            enlarged=self.enlarged,
            chained=frozenset(
                (earlier.shot, later.shot)
                for earlier in self.takes.values()
                for later in self.takes.values()
                if later.purpose == "take"
                and later.start_sha256 is not None
                and later.start_sha256 == earlier.frame_sha256
            ),
        )


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


def why_missing(board: Storyboard) -> tuple[str, ...]:
    """What a person must read of shots without a take: what waits for a decision, and what is on its way."""
    if board.path is None or not ledger_path(board.path.parent).exists():
        return ()
    with LedgerReader.view(ledger_path(board.path.parent)) as ledger:
        takes = [take for take in ledger.takes() if take.is_picture and not take.is_animatic]
    bare = {shot.id for shot in board.shots if shot.kind == "take"} - {
        take.shot for take in takes if take.on_disk
    }
    stuck = [describe_stuck(take) for take in stuck_takes(takes) if take.shot in bare]
    coming = [take for take in takes if take.state in COMING and take.shot in bare]
    return (
        *stuck,
        *(f"{take.label} is paid for and on its way; for it: stitcher rescue BOARD" for take in coming),
    )


def footage_of(board: Storyboard, takes: Iterable[Take], folder: Path, *, enlarged: bool = True) -> Footage:
    """As `film_footage`, from takes at hand; `enlarged` says whether larger files are looked for."""
    from stitcher.media.probe import probe

    known = tuple(takes)
    clips: dict[str, Clip] = {}
    chosen: dict[str, Take] = {}
    larger: dict[str, Clip] = {}
    for shot in board.shots:
        of_shot = [take for take in known if take.shot == shot.id]
        take = circled_take(of_shot) if shot.kind == "take" else None
        source: Clip | None = None
        if take is not None and take.file is not None:
            try:
                source = probe(folder / take.file)
                _check(source, take)
            except MediaError as exc:
                concerning(exc, take)
                raise
            clips[shot.id], chosen[shot.id] = source, take
        elif (
            shot.kind == "clip" and shot.clip is not None and any(one.purpose == "upscale" for one in of_shot)
        ):
            source = probe(shot.clip)
        if not enlarged or source is None:
            continue
        found = _enlarged(shot_upscale(board, shot), of_shot, take.number if take else 1, source, folder)
        if found is not None:
            larger[shot.id] = found
    return Footage(
        clips,
        {shot: take.matrix for shot, take in chosen.items() if take.matrix is not None},
        tuple(shot for shot, take in chosen.items() if take.is_animatic),
        chosen,
        larger,
    )


def _check(clip: Clip, take: Take) -> None:
    if clip.sha256 != take.sha256:
        raise MediaRefused(
            clip.path,
            f"is not the file that was stored for {take.label}. Put the original back, or circle another take.",
        )


def pieces_of(takes: Iterable[Take], shot: str, number: int, provider: str, variant: str) -> tuple[Take, ...]:
    """The enlarged pieces of a take that are on disk, in order."""
    found = {
        take.piece: take
        for take in takes
        if take.purpose == "upscale"
        and take.on_disk
        and (take.shot, take.number, take.provider, take.variant) == (shot, number, provider, variant)
    }
    return tuple(found[piece] for piece in sorted(found))


def enlarged_file(folder: Path, pieces: tuple[Take, ...], size: tuple[int, int]) -> Path | None:
    """The one file of an enlarged take: its only piece when that has the size, else the joined pieces."""
    from stitcher.generation.upscalers import joined_place
    from stitcher.media.probe import probe

    if not pieces or pieces[0].file is None:
        return None
    if len(pieces) == 1:
        clip = probe(folder / pieces[0].file)
        if (clip.video.width, clip.video.height) == size:
            return clip.path
    joined = joined_place(folder, pieces[0], pieces[0].variant, pieces, size)
    return joined if joined.exists() else None


def _enlarged(
    asked: Upscale | None, takes: Sequence[Take], number: int, source: Clip, folder: Path
) -> Clip | None:
    """The larger file of a shot's picture: of the kind the storyboard asks for, else the newest there is."""
    from stitcher.media.probe import probe

    kinds = [
        (take.provider, take.variant)
        for take in reversed(takes)
        if take.purpose == "upscale" and take.on_disk and take.number == number
    ]
    if asked is not None:
        kinds.sort(key=lambda kind: kind != (asked.by, asked.to))
    for provider, variant in dict.fromkeys(kinds):
        pieces = pieces_of(takes, takes[0].shot, number, provider, variant)
        try:
            size = upscaled_size(source.video.shown_size, variant)
        except InputError:
            continue
        path = enlarged_file(folder, pieces, size)
        if path is None:
            continue
        clip = probe(path)
        same_length = (clip.video.frames, clip.video.rate) == (source.video.frames, source.video.rate)
        if same_length and is_made_of(pieces[0], source, folder):
            # The larger file tells its pictures, the source how long the last of them is held.
            return replace(clip, video=replace(clip.video, last_seconds=source.video.last_seconds))
    return None


def is_made_of(piece: Take, source: Clip, folder: Path) -> bool:
    """Whether a piece was made from that file: the storyboard may name another clip since."""
    video = piece.body.get("videoUri")
    sent = video.get("sha256") if isinstance(video, dict) else None
    if sent == source.sha256:
        return True
    cut = next(
        (folder / (piece.file or "")).parent.glob(f"*.cut-{source.sha256[:12]}-{piece.piece + 1}.mp4"), None
    )
    return cut is not None and sha256_file(cut) == sent


def find_take(takes: Iterable[Take], shot: str, number: int, provider: str | None = None) -> Take:
    """A shot's take of that number: the real one where an animatic has the same, unless a provider is named.

    Raises `TakeHeld` for one that waits to be accepted, `InputError` naming the takes there are for any other.
    """
    every = tuple(take for take in takes if take.shot == shot and take.is_picture)
    known = tuple(take for take in every if take.on_disk)
    fit = [take for take in known if take.number == number and provider in (None, take.provider)]
    real = [take for take in fit if not take.is_animatic] or fit
    if real:
        return real[-1]
    for take in every:
        if take.state is State.HELD and take.number == number and provider in (None, take.provider):
            raise held_error(take)
    there = ", ".join(f"{take.number} ({take.provider})" for take in known) or "none"
    raise InputError(f"Shot {shot} has no take {number} on disk; there are: {there}.")


def film_remark(folder: Path, take: Take) -> str:
    """Which of the shot's takes the film shows now, where there are others; else an empty text."""
    with LedgerReader.view(ledger_path(folder)) as ledger:
        takes = ledger.takes(take.shot)
    others = [
        one for one in takes if one.on_disk and one.is_picture and not one.is_animatic and one.id != take.id
    ]
    shown = circled_take(takes)
    if not others or shown is None or not take.is_picture:
        return ""
    if shown.id != take.id:
        return f"The film shows take {shown.number}: stitcher takes circle BOARD {take.shot} {take.number}"
    numbers = ", ".join(str(one.number) for one in others)
    return f"The film shows it now; for another (take {numbers}): stitcher takes circle BOARD {take.shot} N"


def circle(folder: Path, shot: str, number: int, *, provider: str | None = None) -> Take:
    """Make a take the one in the film, and return it. Raises `InputError` for one that is not there."""
    with Ledger.open(ledger_path(folder)) as ledger:
        return ledger.circle(find_take(ledger.takes(shot), shot, number, provider).id)


def remove(
    folder: Path,
    shot: str,
    number: int,
    *,
    provider: str | None = None,
    confirm: Callable[[Take], bool] | None = None,
) -> tuple[Take, tuple[Path, ...]]:
    """Delete a take's file and frames; its record and what it cost stay. Returns it and what was deleted.

    This is the only thing in stitcher that deletes a take. Raises `InputError` for one that is not there, and
    `Interrupted` when `confirm` says no.
    """
    if confirm is not None:
        # Nobody else is kept waiting while a person thinks.
        with LedgerReader.view(ledger_path(folder)) as record:
            take = find_take(record.takes(shot), shot, number, provider)
        if not confirm(take):
            raise Interrupted("Cancelled; nothing was deleted.")
        provider = take.provider
    with Ledger.open(ledger_path(folder)) as ledger:
        take = find_take(ledger.takes(shot), shot, number, provider)
        named = [take.file, take.frame_file, frame_file(shot, number, take.provider, "first")]
        there = [path for path in (folder / name for name in named if name is not None) if path.exists()]
        others = folder / frame_file(shot, number, take.provider, "frame-*")
        there += sorted(others.parent.glob(others.name))
        for path in there:
            if not os.access(path.parent, os.W_OK | os.X_OK):
                raise OutputError(
                    f"The folder {str(path.parent)!r} may not be changed, so {path.name} cannot be deleted. Nothing "
                    "was removed; give yourself the right to write there."
                )
        # Recorded first: a file without a record harms nobody, a record without a file stops every render.
        removed = ledger.removed(take.id)
    for path in there:
        with disk_errors(path):
            path.chmod(READ_ONLY | 0o200)
            path.unlink()
    return removed, tuple(there)

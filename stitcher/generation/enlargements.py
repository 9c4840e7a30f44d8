"""Upscaled files of what shots show: which there are, what they were made of, and which a film takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from stitcher.errors import InputError, MediaError
from stitcher.generation.edit_and_upscale_requests import upscaled_size
from stitcher.generation.messages import no_such_take
from stitcher.generation.paths import take_file
from stitcher.generation.take import Take, circled_take
from stitcher.media.clip import Clip
from stitcher.media.files import sha256_file
from stitcher.media.probe import probe
from stitcher.storyboard.model import Shot, Storyboard, Upscale


def pieces_of(takes: Iterable[Take], shot: str, number: int, provider: str, variant: str) -> tuple[Take, ...]:
    """The enlarged pieces of a take that are on disk, in order."""
    on_disk = {
        take.piece: take
        for take in takes
        if take.purpose == "upscale"
        and take.on_disk
        and (take.shot, take.number, take.provider, take.variant) == (shot, number, provider, variant)
    }
    return tuple(on_disk[piece] for piece in sorted(on_disk))


def enlarged_file(folder: Path, pieces: tuple[Take, ...], size: tuple[int, int]) -> Path | None:
    """The one file of an enlarged take: its only piece when that has the size, else the joined pieces."""
    from stitcher.generation.upscalers import joined_place

    if not pieces or pieces[0].file is None:
        return None
    if len(pieces) == 1:
        clip = probe(folder / pieces[0].file)
        if (clip.video.width, clip.video.height) == size:
            return clip.path
    joined = joined_place(folder, pieces[0], pieces[0].variant, pieces, size)
    return joined if joined.exists() else None


def enlarged_picture(
    upscale: Upscale | None, takes: Sequence[Take], take: Take | None, source: Clip, folder: Path
) -> Clip | None:
    """The larger file of a shot's picture: of the kind the storyboard asks for, else the newest there is. `take` is the
    one shown, whose file is `source`; of a clip of the storyboard there is none, and any number may be it.
    """
    kinds = [
        (one.provider, one.variant, one.number)
        for one in reversed(takes)
        if one.purpose == "upscale" and one.on_disk and (take is None or one.number == take.number)
    ]
    if upscale is not None:
        kinds.sort(key=lambda kind: kind[:2] != (upscale.by, upscale.to))
    for provider, variant, number in dict.fromkeys(kinds):
        pieces = pieces_of(takes, takes[0].shot, number, provider, variant)
        try:
            size = upscaled_size(source.video.shown_size, variant)
        except InputError:
            continue
        path = enlarged_file(folder, pieces, size) if is_made_of(pieces[0], source, folder) else None
        if path is None:
            continue
        clip = probe(path)
        if (clip.video.frames, clip.video.rate) == (source.video.frames, source.video.rate):
            # The larger file tells its pictures, the source how long the last of them is held.
            return replace(clip, video=replace(clip.video, last_seconds=source.video.last_seconds))
    return None


def is_made_of(piece: Take, source: Clip, folder: Path) -> bool:
    """Whether a piece was made of that file: the storyboard may name another clip since."""
    if piece.source_sha256 == source.sha256:
        return True
    if piece.start_sha256 is not None:
        return False
    # Earlier versions kept only what was sent, which may be cut from it.
    path = folder / (piece.file or "")
    cut = next(path.parent.glob(f"*.cut-{source.sha256[:12]}-{piece.piece + 1}.mp4"), None)
    return cut is not None and sha256_file(cut) == piece.source_sha256


def outdated_enlargements(board: Storyboard, takes: Iterable[Take], folder: Path) -> Iterator[str]:
    """What is to be said of larger files that no film shows, because their shot shows another file by now."""
    known = tuple(takes)
    for shot in board.shots:
        of_shot = [take for take in known if take.shot == shot.id]
        larger = [take for take in of_shot if take.purpose == "upscale" and take.on_disk]
        # What is wrong with a file is said by who needs it.
        with suppress(MediaError):
            source = _picture(shot, of_shot, folder) if larger else None
            if source is None or any(is_made_of(one, source, folder) for one in larger):
                continue
            yield (
                f"Shot {shot.id}: {larger[-1].file} was made of another file than {source.name} as it is now, so films "
                f"show {source.name} itself; for larger pictures: stitcher upscale BOARD {shot.id}"
            )


def _picture(shot: Shot, takes: Sequence[Take], folder: Path) -> Clip | None:
    if shot.kind != "take":
        return probe(shot.clip) if shot.clip is not None else None
    take = circled_take(takes)
    return None if take is None or take.file is None or take.is_animatic else probe(folder / take.file)


def find_enlargement(
    takes: Iterable[Take], shot: str, number: int, variant: str, provider: str | None = None
) -> tuple[Take, ...]:
    """The pieces of an enlargement on disk. Raises `InputError` naming the enlargements there are."""
    recorded = tuple(takes)
    upscales = [take for take in recorded if take.shot == shot and take.purpose == "upscale" and take.on_disk]
    chosen = [take for take in upscales if (take.number, take.variant) == (number, variant)]
    chosen = [take for take in chosen if provider in (None, take.provider)]
    if not chosen:
        kinds = dict.fromkeys(f"{take.variant} of {take.number} ({take.provider})" for take in upscales)
        there = ", ".join(kinds) or "none"
        raise no_such_take(
            recorded,
            shot,
            f"Shot {shot} has no enlargement of take {number} to {variant} on disk; there are: {there}.",
        )
    # Of two makers' the newest.
    return pieces_of(upscales, shot, number, chosen[-1].provider, variant)


def enlargement_files(folder: Path, pieces: Sequence[Take]) -> tuple[Path, ...]:
    """Every file of an enlargement: its pieces, what they were joined to, and what was cut from its source for them."""
    own = [folder / piece.file for piece in pieces if piece.file is not None]
    first = pieces[0]
    whole = folder / take_file(first.shot, first.number, "upscale", first.provider, variant=first.variant)
    others = [
        *whole.parent.glob(f"{whole.stem}.whole-*.mp4"),
        *whole.parent.glob(f"{whole.stem}.cut-*-*.mp4"),
    ]
    return tuple(path for path in dict.fromkeys((*own, *sorted(others))) if path.exists())

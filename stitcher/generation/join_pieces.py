"""Concatenate the pieces of an upscaled take, whichever command brought the last of them home."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from stitcher.errors import InputError
from stitcher.generation.edit_and_upscale_requests import plan_pieces, upscaled_size
from stitcher.generation.enlargements import enlarged_file, is_made_of, pieces_of
from stitcher.generation.paths import MAIN
from stitcher.generation.project import Project
from stitcher.generation.take import Take, circled_take
from stitcher.generation.upscalers import join_pieces, joined_place
from stitcher.media.clip import Clip
from stitcher.media.probe import probe


def join_finished(
    project: Project, takes: Iterable[Take], cancel: threading.Event | None = None
) -> tuple[str, ...]:
    """Join the pieces of every picture in the film of which all are there; a sentence where their size was not right.

    Raises `MediaError`, `FfmpegFailed`, `DiskFull`, `OutputError` and `Interrupted`.
    """
    known = tuple(takes)
    kinds = dict.fromkeys(
        (take.shot, take.number, take.variant, take.model)
        for take in known
        if take.purpose == "upscale" and take.provider == MAIN and take.on_disk
    )
    notes = []
    for shot, number, variant, model in kinds:
        pieces = pieces_of(known, shot, number, MAIN, variant)
        source = _source(project, known, shot, number)
        if source is None or source.video.rate is None or not is_made_of(pieces[0], source, project.folder):
            continue
        try:
            size = upscaled_size(source.video.shown_size, variant)
        except InputError:
            continue
        limits = project.models.get(model, "upscale").input_video
        if len(pieces) != len(plan_pieces(source.video.frames, source.video.rate, limits)):
            continue
        if enlarged_file(project.folder, pieces, size) is not None:
            continue
        note = _joined(project, pieces, size, cancel)
        if note:
            notes.append(f"Shot {shot}: the enlarged take {note}")
    return tuple(notes)


def _source(project: Project, takes: Iterable[Take], shot_id: str, number: int) -> Clip | None:
    """The picture of a shot that its pieces of that number enlarge; `None` when the film shows another."""
    shot = next((shot for shot in project.board.shots if shot.id == shot_id), None)
    if shot is None:
        return None
    if shot.kind == "take":
        take = circled_take(take for take in takes if take.shot == shot_id)
        fits = take is not None and take.number == number and not take.is_animatic
        return probe(project.path(take.file)) if fits and take is not None and take.file else None
    return probe(shot.clip) if shot.clip is not None else None


def _joined(
    project: Project, pieces: tuple[Take, ...], size: tuple[int, int], cancel: threading.Event | None
) -> str:
    parts = [probe(project.path(piece.file or "")) for piece in pieces]
    target = joined_place(project.folder, pieces[0], pieces[0].variant, pieces, size)
    return join_pieces(parts, size, target, cancel=cancel)

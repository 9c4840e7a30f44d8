"""Checksums of takes that others would be made from, compared before anybody pays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from stitcher.errors import InputError, MediaError
from stitcher.generation.boundary_frames import check_kept
from stitcher.generation.dependency_graph import find_source
from stitcher.generation.need import Need
from stitcher.generation.needs import prerequisites
from stitcher.generation.project import Project
from stitcher.generation.take import Take, circled_take


def damaged_sources(
    project: Project, needs: Sequence[Need], takes: Iterable[Take]
) -> Mapping[Need, InputError]:
    """Needs whose source is there, is not made anew, and is not the file any more that was stored; each with why."""
    known = tuple(takes)
    damaged: dict[Need, InputError] = {}
    for need in needs:
        if need.purpose not in ("take", "edit") or prerequisites(project.board, need, needs):
            continue
        take = _source(project, need, known)
        if take is None or take.file is None:
            continue
        try:
            check_kept(project.path(take.file), take.sha256)
            if need.purpose == "take" and take.frame_file is not None:
                check_kept(project.path(take.frame_file), take.frame_sha256)
        except MediaError as exc:
            damaged[need] = exc
    return damaged


def _source(project: Project, need: Need, takes: Iterable[Take]) -> Take | None:
    shot = project.board.shots[need.index]
    if need.purpose == "edit":
        own = (take for take in takes if take.shot == shot.id and take.purpose == "take")
        return circled_take(own) if shot.clip is None else None
    source = find_source(project.board, need.index)
    if source is None:
        return None
    return circled_take(take for take in takes if take.shot == source.shot)

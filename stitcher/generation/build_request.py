"""A need becomes an exact request: pictures cut, files kept beside the take, prices taken off for free providers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from stitcher.errors import MediaError
from stitcher.generation.boundary_frames import boundary_frame, clip_frame
from stitcher.generation.dependency_graph import find_source
from stitcher.generation.edit_and_upscale_requests import edit_request
from stitcher.generation.needs import Need
from stitcher.generation.paths import frame_file
from stitcher.generation.preflight import ProbedFiles
from stitcher.generation.prices import FREE
from stitcher.generation.project import Project
from stitcher.generation.provider import Provider
from stitcher.generation.refusals import SourceMissing, no_source, no_take_to_edit
from stitcher.generation.request import (
    TakeRequest,
    image_request,
    shot_model,
    start_image_of,
    take_request,
)
from stitcher.generation.stale import start_origin
from stitcher.generation.start_crop import StartFrame, Still, plan_crop
from stitcher.generation.start_frames import start_picture
from stitcher.generation.start_images import cut_start, measure_still
from stitcher.generation.take import Take, circled_take
from stitcher.media.clip import Clip
from stitcher.media.files import disk_errors, next_free_path, temporary_beside, write_once


def build_request(
    project: Project, need: Need, takes: Iterable[Take], facts: ProbedFiles, provider: Provider
) -> TakeRequest:
    """The request for a need whose sources are there. Writes the start frame beside the take.

    Raises `SourceMissing` when a source is not there, `MediaError` for one that cannot be used, `DiskFull` and
    `OutputError`.
    """
    known = tuple(takes)
    shot = project.board.shots[need.index]
    match need.purpose:
        case "start-image":
            asked = start_image_of(shot)
            assert asked is not None
            model = project.models.get(asked.model, "image")
            references = {one.tag: _still(facts, one.file) for one in asked.references}
            request = image_request(
                project.board,
                shot,
                asked,
                model,
                references,
                number=need.number,
                provider=provider.name,
            )
        case "edit":
            assert shot.edit is not None
            model = project.models.get(shot.edit.model, "edit")
            source, number = _edit_source(project, need, known, facts, provider)
            stills = tuple(_still(facts, key.file) for key in shot.edit.keyframes)
            request = edit_request(
                project.board,
                shot,
                shot.edit,
                model,
                source,
                stills,
                number=need.number,
                source_take=number,
                provider=provider.name,
            )
        case _:
            model = project.models.get(shot_model(project.board, shot), "video")
            start = _start(project, need, known, facts, provider)
            request = take_request(project.board, shot, need.number, model, start, provider=provider.name)
    # A provider that takes no money is not to be counted against a budget, whatever the model would cost.
    return request if provider.paid else replace(request, price=FREE)


def _start(
    project: Project, need: Need, takes: tuple[Take, ...], facts: ProbedFiles, provider: Provider
) -> StartFrame | None:
    board = project.board
    shot = board.shots[need.index]
    if shot.start is None:
        return None
    if shot.start.file is not None:
        still = _still(facts, shot.start.file)
        origin = still.sha256
    elif shot.start.image is not None:
        made = image_of(takes, shot.id, provider)
        if made is None or made.file is None or made.sha256 is None:
            raise SourceMissing(f"Shot {shot.id}: its start image is not there yet.")
        still, origin = measure_still(project.path(made.file)), made.sha256
    else:
        path, facts = _source_frame(project, need, takes, facts, provider)
        found = start_origin(board, need.index, takes, facts)
        if found is None:
            raise SourceMissing(f"Shot {shot.id}: what it starts from is not there yet.")
        still, origin = measure_still(path), found[0]
    crop = None
    if board.format.ratio is not None:
        try:
            crop = plan_crop(still.width, still.height, board.format.ratio)
        except ValueError as exc:
            raise MediaError(still.path, f"{exc}: use a larger picture.") from exc
    wanted = project.path(frame_file(shot.id, need.number, provider.name, "start"))
    with disk_errors(wanted):
        wanted.parent.mkdir(parents=True, exist_ok=True)
    temp = temporary_beside(wanted)
    try:
        cut_start(still, crop, temp)
        content = temp.read_bytes()
    finally:
        temp.unlink(missing_ok=True)
    # The start frame of an earlier attempt stays, whatever this one starts from.
    place = next_free_path(wanted, content)
    write_once(place, content)
    return StartFrame(measure_still(place), origin, crop, place.relative_to(project.folder).as_posix())


def _source_frame(
    project: Project, need: Need, takes: tuple[Take, ...], facts: ProbedFiles, provider: Provider
) -> tuple[Path, ProbedFiles]:
    """The picture that a shot starts from, and the facts with the take it is of."""
    from stitcher.media.probe import probe

    board = project.board
    source = find_source(board, need.index)
    assert source is not None
    shot = board.shot(source.shot)
    if shot.clip is not None and shot.edit is None:
        clip = _clip(facts, shot.clip)
        number = start_picture(board, shot, clip, source.frame)
        return clip_frame(project, shot.id, clip, number, shot.matrix), facts
    take = circled_take(take for take in takes if take.shot == shot.id)
    if take is None or take.frame_file is None:
        raise no_source(need.shot, shot.id, provider.name, stand_in=False)
    if provider.paid and take.is_animatic:
        raise no_source(need.shot, shot.id, provider.name, stand_in=True)
    assert take.file is not None
    clip = probe(project.path(take.file))
    # A take that is made anew is not the one in the film yet.
    measured = replace(facts, media=replace(facts.media, takes={**facts.media.takes, shot.id: clip}))
    return boundary_frame(project, take, clip, start_picture(board, shot, clip, source.frame)), measured


def image_of(takes: Iterable[Take], shot: str, provider: Provider) -> Take | None:
    """The start image a shot's takes are made from: the newest real one; a stand-in's only for stand-ins."""
    made = [take for take in takes if take.shot == shot and take.purpose == "start-image" and take.on_disk]
    real = [take for take in made if not take.is_animatic]
    fit = real or ([] if provider.paid else made)
    return fit[-1] if fit else None


def _edit_source(
    project: Project, need: Need, takes: tuple[Take, ...], facts: ProbedFiles, provider: Provider
) -> tuple[Clip, int | None]:
    from stitcher.media.probe import probe

    shot = project.board.shots[need.index]
    if shot.clip is not None:
        return _clip(facts, shot.clip), None
    take = circled_take(take for take in takes if take.shot == shot.id and take.purpose == "take")
    if take is None or take.file is None:
        raise no_take_to_edit(shot.id, provider.name, stand_in=False)
    if provider.paid and take.is_animatic:
        raise no_take_to_edit(shot.id, provider.name, stand_in=True)
    return probe(project.path(take.file)), take.number


def _still(facts: ProbedFiles, path: Path) -> Still:
    found = facts.stills.get(path)
    if isinstance(found, Still):
        return found
    raise MediaError(path, found or "was not measured.")


def _clip(facts: ProbedFiles, path: Path) -> Clip:
    clip = facts.media.clips.get(path)
    if clip is None:
        raise MediaError(path, "was not probed.")
    return clip

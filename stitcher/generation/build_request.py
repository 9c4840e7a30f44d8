"""Build the exact request for a need: pictures cut, start frames kept beside the take, no price for free providers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from stitcher.errors import MediaError
from stitcher.generation.boundary_frames import boundary_frame, clip_frame
from stitcher.generation.dependency_graph import find_source
from stitcher.generation.edit_and_upscale_requests import edit_request
from stitcher.generation.need import Need
from stitcher.generation.paths import frame_file
from stitcher.generation.preflight import ProbedFiles
from stitcher.generation.prices import FREE
from stitcher.generation.project import Project
from stitcher.generation.provider import Provider
from stitcher.generation.refusals import SourceMissing, no_source, no_take_to_edit
from stitcher.generation.request import (
    Slot,
    TakeRequest,
    image_request,
    shot_model,
    start_image_of,
    take_request,
)
from stitcher.generation.sound_sources import build_sound_request
from stitcher.generation.stale import start_origin
from stitcher.generation.start_crop import StartFrame, Still, plan_crop
from stitcher.generation.start_frames import start_picture
from stitcher.generation.start_images import cut_start, measure_still
from stitcher.generation.take import Take, circled_take
from stitcher.media.clip import Clip
from stitcher.media.files import disk_errors, next_free_path, temporary_beside, write_once
from stitcher.media.probe import probe


def build_request(
    project: Project, need: Need, takes: Iterable[Take], files: ProbedFiles, provider: Provider
) -> TakeRequest:
    """The request for a need whose sources are there. Writes the start frame beside the take.

    Raises `SourceMissing` when a source is not there, `MediaError` for one that cannot be used, `DiskFull` and
    `OutputError`.
    """
    board = project.board
    if need.purpose == "sound":
        request = build_sound_request(project, need, tuple(takes), files, provider)
        return request if provider.paid else replace(request, price=FREE)
    shot = board.shots[need.index]
    sources = _Sources(project, need, tuple(takes), files, provider)
    match need.purpose:
        case "start-image":
            asked = start_image_of(shot)
            assert asked is not None
            model = project.models.get(asked.model, "image")
            references = {reference.tag: sources.still(reference.file) for reference in asked.references}
            request = image_request(
                board, shot, asked, model, references, number=need.number, provider=provider.name
            )
        case "edit":
            assert shot.edit is not None
            model = project.models.get(shot.edit.model, "edit")
            clip, number = sources.edited()
            stills = tuple(sources.still(keyframe.file) for keyframe in shot.edit.keyframes)
            slot = Slot(shot.id, need.number, "edit", provider.name)
            request = edit_request(board, slot, model, clip, stills, source_take=number)
        case _:
            model = project.models.get(shot_model(board, shot), "video")
            request = take_request(board, shot, need.number, model, sources.start(), provider=provider.name)
    # A provider that takes no money is not to be counted against a budget, whatever the model would cost.
    return request if provider.paid else replace(request, price=FREE)


@dataclass(frozen=True, slots=True)
class _Sources:
    """The pictures and clips that one need is made from."""

    project: Project
    need: Need
    takes: tuple[Take, ...]
    files: ProbedFiles
    provider: Provider

    def start(self) -> StartFrame | None:
        """The start frame of a take, cut to its size and kept; `None` for a take from its prompt alone."""
        project, board = self.project, self.project.board
        shot = board.shots[self.need.index]
        if shot.start is None:
            return None
        if shot.start.file is not None:
            still = self.still(shot.start.file)
            origin = still.sha256
        elif shot.start.image is not None:
            image = self._start_image(shot.id)
            if image is None or image.file is None or image.sha256 is None:
                raise SourceMissing(f"Shot {shot.id}: its start image is not there yet.")
            still, origin = measure_still(project.path(image.file)), image.sha256
        else:
            path, files = self._source_frame()
            known = start_origin(board, self.need.index, self.takes, files)
            if known is None:
                raise SourceMissing(f"Shot {shot.id}: what it starts from is not there yet.")
            still, origin = measure_still(path), known[0]
        crop = None
        if board.format.ratio is not None:
            try:
                crop = plan_crop(still.width, still.height, board.format.ratio)
            except ValueError as exc:
                raise MediaError(still.path, f"{exc}: use a larger picture.") from exc
        target = project.path(frame_file(shot.id, self.need.number, self.provider.name, "start"))
        with disk_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
        temp = temporary_beside(target)
        try:
            cut = cut_start(still, crop, temp).still
            content = temp.read_bytes()
        finally:
            temp.unlink(missing_ok=True)
        # The start frame of an earlier attempt stays, whatever this one starts from.
        path = next_free_path(target, content)
        write_once(path, content)
        kept = path.relative_to(project.folder).as_posix()
        return StartFrame(replace(cut, path=path), origin, crop, kept)

    def edited(self) -> tuple[Clip, int | None]:
        """The clip that an edit is made of, and the number of the take it is."""
        shot = self.project.board.shots[self.need.index]
        if shot.clip is not None:
            return self._clip(shot.clip), None
        take = circled_take(take for take in self.takes if take.shot == shot.id and take.purpose == "take")
        if take is None or take.file is None:
            raise no_take_to_edit(shot.id, self.provider.name, stand_in=False)
        if self.provider.paid and take.is_animatic:
            raise no_take_to_edit(shot.id, self.provider.name, stand_in=True)
        return probe(self.project.path(take.file)), take.number

    def still(self, path: Path) -> Still:
        """A picture of the storyboard, as measured."""
        still = self.files.stills.get(path)
        if isinstance(still, Still):
            return still
        raise MediaError(path, still or "was not measured.")

    def _source_frame(self) -> tuple[Path, ProbedFiles]:
        """The picture that a shot starts from, and the files with the take it is of."""
        board = self.project.board
        source = find_source(board, self.need.index)
        assert source is not None
        shot = board.shot(source.shot)
        if shot.clip is not None and shot.edit is None:
            clip = self._clip(shot.clip)
            number = start_picture(board, shot, clip, source.frame)
            return clip_frame(self.project, shot.id, clip, number, shot.matrix), self.files
        take = circled_take(take for take in self.takes if take.shot == shot.id)
        if take is None or take.frame_file is None:
            raise no_source(self.need.shot, shot.id, self.provider.name, stand_in=False)
        if self.provider.paid and take.is_animatic:
            raise no_source(self.need.shot, shot.id, self.provider.name, stand_in=True)
        assert take.file is not None
        clip = probe(self.project.path(take.file))
        number = start_picture(board, shot, clip, source.frame)
        # A take that is made anew is not the one in the film yet.
        media = replace(self.files.media, takes={**self.files.media.takes, shot.id: clip})
        return boundary_frame(self.project, take, clip, number), replace(self.files, media=media)

    def _start_image(self, shot: str) -> Take | None:
        """The start image a shot's takes are made from: the newest real one; a stand-in's only for stand-ins."""
        images = [
            take
            for take in self.takes
            if take.shot == shot and take.purpose == "start-image" and take.on_disk
        ]
        real = [take for take in images if not take.is_animatic]
        usable = real or ([] if self.provider.paid else images)
        return usable[-1] if usable else None

    def _clip(self, path: Path) -> Clip:
        clip = self.files.media.clips.get(path)
        if clip is None:
            raise MediaError(path, "was not probed.")
        return clip

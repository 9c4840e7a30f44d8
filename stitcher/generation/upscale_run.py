"""Upscale the takes of a film: planned, priced, bought in pieces where they cost, and joined."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from pydantic import ValidationError

from stitcher.errors import InputError, Issue, PreflightError
from stitcher.generation.approval import WITHOUT_BOUNDS, Approval, approve
from stitcher.generation.context import RunContext, open_context
from stitcher.generation.dependency_graph import check_shots
from stitcher.generation.edit_and_upscale_checks import check_upscale
from stitcher.generation.edit_and_upscale_requests import (
    clip_asset,
    plan_pieces,
    upscale_request,
    upscaled_size,
)
from stitcher.generation.enlargements import is_made_of
from stitcher.generation.estimate import shot_upscale, upscale_model
from stitcher.generation.events import Event
from stitcher.generation.generate import Generated, carry_out, generated
from stitcher.generation.join_pieces import join_finished
from stitcher.generation.need import Need
from stitcher.generation.needs import NeedStatus, status_of
from stitcher.generation.options import DEFAULTS, GenerateOptions
from stitcher.generation.paths import take_file
from stitcher.generation.preflight import ProbedFiles
from stitcher.generation.prices import FREE
from stitcher.generation.project import Project, measure
from stitcher.generation.provider import Expected, Provider
from stitcher.generation.registry import open_provider
from stitcher.generation.request import Slot, TakeRequest, new_request
from stitcher.generation.retake_scope import Scope
from stitcher.generation.run import GenerationRun
from stitcher.generation.selects import Footage, footage_of
from stitcher.generation.take import Take, clip_number
from stitcher.generation.upscalers import (
    UpscaleProvider,
    cut_piece,
    find_upscaler,
)
from stitcher.media.clip import Clip
from stitcher.media.filters import is_as_shown
from stitcher.media.probe import probe
from stitcher.storyboard.model import Storyboard, Upscale
from stitcher.storyboard.validation_errors import as_input_error
from stitcher.timebase import FrameRange


@dataclass(frozen=True, slots=True)
class _Enlargement:
    """One shot's picture to be upscaled."""

    index: int
    shot: str
    number: int
    clip: Clip
    settings: Upscale
    size: tuple[int, int]
    pieces: tuple[FrameRange, ...]

    def needs(self) -> tuple[Need, ...]:
        variant = self.settings.to or ""
        return tuple(
            Need(self.shot, self.index, "upscale", self.number, variant, piece)
            for piece in range(len(self.pieces))
        )


def upscale(
    board: Storyboard,
    *,
    by: str | None = None,
    to: str | None = None,
    shots: Iterable[str] | None = None,
    provider: Provider | None = None,
    approval: Approval = WITHOUT_BOUNDS,
    options: GenerateOptions = DEFAULTS,
) -> Generated:
    """Upscale the pictures that are in the film: circled takes and existing clips, never animatics.

    `by` (`local`, `runway`, another's name) and `to` (`2160p`) are those of the storyboard unless given. Films are
    laid out from the results from then on. Money is bounded and recorded as in `generate`, which see for the rest.
    `provider` takes the place of `runway`'s own, for tests and other accounts.
    """
    scope = Scope(shots=check_shots(board, shots))
    made: list[Take] = []
    notes: list[str] = []
    last = ""
    with open_context(_with_upscale(board, by, to), options) as context:
        project, takes = context.project, context.sweep()
        footage = footage_of(project.board, takes, project.folder, enlarged=False)
        jobs = _plan(project, footage, scope, takes, notes)
        for by, settings in dict.fromkeys(_provider_key(job.settings) for job in jobs):
            mine = [job for job in jobs if _provider_key(job.settings) == (by, settings)]
            chosen: str | Provider = provider or by
            if settings is not None:
                chosen = UpscaleProvider(find_upscaler(by), settings, cancel=options.cancel)
            with open_provider(chosen, options) as opened:
                last = opened.name
                made += _carry_out(context, opened, mine, replace(scope, provider=last), approval, notes)
        notes += join_finished(project, context.ledger.takes(), options.cancel)
        return generated(context, last, made, notes)


def _provider_key(settings: Upscale) -> tuple[str, Upscale | None]:
    """Who upscales, and with what it is set up: a service is told with each request instead."""
    return settings.by, None if settings.by == "runway" else settings


def _with_upscale(board: Storyboard, by: str | None, to: str | None) -> Storyboard:
    if by is None and to is None:
        if board.upscale is None and all(shot.upscale is None for shot in board.shots):
            raise InputError(
                "Nothing says how large: give --to 2160p, or write upscale: {by: local, to: 2160p} in the storyboard."
            )
        return board
    written = {} if board.upscale is None else board.upscale.model_dump(exclude_none=True)
    asked = {key: value for key, value in (("by", by), ("to", to)) if value is not None}
    try:
        merged = Upscale.model_validate({"by": "local", "to": "2160p", **written, **asked})
    except ValidationError as exc:
        raise as_input_error(exc) from exc
    # pydantic copies private attributes with the rest, so the copy knows its file too.
    return board.model_copy(update={"upscale": merged})


def _plan(
    project: Project,
    footage: Footage,
    scope: Scope,
    takes: tuple[Take, ...],
    notes: list[str],
) -> list[_Enlargement]:
    board = project.board
    jobs: list[_Enlargement] = []
    issues: list[Issue] = []
    for index, shot in enumerate(board.shots):
        upscale = shot_upscale(board, shot)
        if upscale is None or upscale.to is None or not scope.covers(shot.id):
            continue
        take = footage.takes.get(shot.id)
        if shot.kind == "take" and (take is None or take.is_animatic):
            notes.append(f"Shot {shot.id} has no real take yet, so there is nothing to make larger.")
            continue
        clip = footage.clips.get(shot.id)
        if clip is None:
            assert shot.clip is not None
            clip = probe(shot.clip)
        issues += [
            board.issue(where, message)
            for where, message in check_upscale(board, index, shot, project.models, clip.video.shown_size)
        ]
        try:
            size = upscaled_size(clip.video.shown_size, upscale.to)
        except InputError as exc:
            notes.append(f"Shot {shot.id}: {exc}")
            continue
        rate = clip.video.rate
        if rate is None:
            issues.append(
                Issue(f"shot {shot.id!r}: a clip of variable rate cannot be upscaled: convert it first.")
            )
            continue
        limits = None
        if upscale.by == "runway":
            limits = project.models.get(upscale_model(upscale, project.models), "upscale").input_video
        pieces = plan_pieces(clip.video.frames, rate, limits)
        of_shot = [one for one in takes if one.shot == shot.id]
        number = (
            take.number
            if take is not None
            else clip_number(of_shot, partial(is_made_of, source=clip, folder=project.folder))
        )
        older = [one for one in of_shot if take is None and one.purpose == "upscale" and one.on_disk]
        if older and all(one.number != number for one in of_shot):
            notes.append(
                f"Shot {shot.id}: {older[-1].file} was made of another file than {clip.name} as it is now. It is kept, "
                f"and {clip.name} is enlarged anew."
            )
        jobs.append(_Enlargement(index, shot.id, number, clip, upscale, size, pieces))
    if issues:
        raise PreflightError(issues)
    return jobs


def _carry_out(
    context: RunContext,
    provider: Provider,
    jobs: Sequence[_Enlargement],
    scope: Scope,
    approval: Approval,
    notes: list[str],
) -> list[Take]:
    """What one provider has made of its jobs."""
    project, takes, again_for = context.project, context.ledger.takes(), approval.again_for
    needs = tuple(need for job in jobs for need in job.needs())
    if again_for is None:
        needs = tuple(need for need in needs if status_of(need, takes, provider.name) is NeedStatus.OPEN)
    else:
        needs = tuple(need for need in needs if need.matches(again_for))
        if not needs:
            raise InputError(f"{again_for.label} is not asked for any more. Nothing was sent.")
    files = measure(project, takes)
    policy = approve(context, provider, needs, scope=scope, approval=approval, files=files)
    by_shot = {job.shot: job for job in jobs}

    def make_request(need: Need, _: ProbedFiles) -> TakeRequest:
        job = by_shot[need.shot]
        losses = provider.lost(job.clip) if isinstance(provider, UpscaleProvider) else ()
        if losses:
            notes.append(f"Shot {need.shot}: in its enlarged picture {'; '.join(losses)}.")
            if context.options.progress is not None:
                event = Event(need.shot, need.number, "upscale", "sending", note="; ".join(losses))
                context.options.progress(event)
        return _request(project, job, need, provider, context.options.cancel)

    return carry_out(GenerationRun(context, provider, needs, policy, files=files, make_request=make_request))


def _request(
    project: Project, job: _Enlargement, need: Need, provider: Provider, cancel: threading.Event | None
) -> TakeRequest:
    clip = job.clip
    if job.settings.by != "runway":
        fields: Mapping[str, object] = {
            "model": provider.name,
            "resolution": job.settings.to,
            "sharpen": job.settings.sharpen or 0,
            "videoUri": clip_asset(clip),
        }
        slot = Slot(job.shot, job.number, "upscale", provider.name, job.settings.to or "")
        expected = Expected("video", clip.video.frames, job.size)
        request = new_request(slot, "video_upscale", fields, price=FREE, expected=expected)
        return replace(request, source_take=job.number, start_sha256=clip.sha256)
    if len(job.pieces) > 1 or not is_as_shown(clip.video):
        piece = job.pieces[need.piece]
        name = take_file(
            job.shot, job.number, "upscale", "runway", variant=job.settings.to or "", piece=need.piece
        )
        target = project.path(name.replace(".part-", f".cut-{clip.sha256[:12]}-"))
        cut_piece(clip, piece, target, cancel=cancel)
        clip = probe(target)
    model = project.models.get(upscale_model(job.settings, project.models), "upscale")
    slot = Slot(job.shot, job.number, "upscale", provider.name, job.settings.to or "", need.piece)
    request = upscale_request(slot, job.settings, model, clip, size=job.size, made_of=job.clip)
    return request if provider.paid else replace(request, price=FREE)

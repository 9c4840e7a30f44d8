"""The takes of a film made larger: planned, priced, bought in pieces where they cost, and joined."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from stitcher.errors import InputError, Issue, PreflightError
from stitcher.generation.approval import afford, check_balance_for_retry, second_charges
from stitcher.generation.budget import allowed_credits
from stitcher.generation.dependency_graph import check_shots
from stitcher.generation.edit_and_upscale_checks import check_upscale
from stitcher.generation.edit_and_upscale_requests import (
    clip_asset,
    plan_pieces,
    upscale_request,
    upscaled_size,
)
from stitcher.generation.enlargements import is_made_of
from stitcher.generation.estimate import Estimate, shot_upscale, upscale_model
from stitcher.generation.events import Event, Listener
from stitcher.generation.generate import (
    Generated,
    open_provider,
    priced,
    raise_worst_error,
)
from stitcher.generation.join_pieces import join_finished
from stitcher.generation.ledger import Ledger, OpenLedger
from stitcher.generation.needs import Need, NeedStatus, status_of
from stitcher.generation.paths import take_file
from stitcher.generation.preflight import ProbedFiles
from stitcher.generation.prices import FREE
from stitcher.generation.project import Project, measure, open_project, sweep
from stitcher.generation.provider import Expected, Provider
from stitcher.generation.refusals import refused
from stitcher.generation.request import TakeRequest, new_request
from stitcher.generation.run import GenerationRun
from stitcher.generation.run_policy import RunPolicy, Timing
from stitcher.generation.selects import Footage, footage_of
from stitcher.generation.states import State
from stitcher.generation.take import Take, clip_number, takes_in_film
from stitcher.generation.unrecorded_files import check_explained
from stitcher.generation.upscalers import (
    UpscaleMaker,
    cut_piece,
    find_upscaler,
)
from stitcher.media.clip import Clip
from stitcher.media.filters import is_as_shown
from stitcher.storyboard.model import Storyboard, Upscale
from stitcher.timebase import FrameRange


@dataclass(frozen=True, slots=True)
class _Work:
    """One shot's picture to be made larger."""

    index: int
    shot: str
    number: int
    clip: Clip
    asked: Upscale
    size: tuple[int, int]
    pieces: tuple[FrameRange, ...]

    def needs(self) -> tuple[Need, ...]:
        variant = self.asked.to or ""
        return tuple(
            Need(self.shot, self.index, "upscale", self.number, variant, piece)
            for piece in range(len(self.pieces))
        )


@dataclass(frozen=True, slots=True)
class _Money:
    """What may be spent, and who is asked."""

    max_credits: int | None
    confirm: Callable[[Estimate], bool] | None
    again_for: Take | None
    second_charge: int | None


def upscale(
    board: Storyboard,
    *,
    by: str | None = None,
    to: str | None = None,
    shots: Iterable[str] | None = None,
    provider: Provider | None = None,
    max_credits: int | None = None,
    project: Path | None = None,
    progress: Listener | None = None,
    cancel: threading.Event | None = None,
    confirm: Callable[[Estimate], bool] | None = None,
    again_for: Take | None = None,
    second_charge: int | None = None,
    timing: Timing | None = None,
    open_ledger: OpenLedger = Ledger.open,
) -> Generated:
    """Make the pictures that are in the film larger: circled takes and existing clips, never animatics.

    `by` (`local`, `runway`, another's name) and `to` (`2160p`) are those of the storyboard unless given. Films are
    laid out from the results from then on. Money is bounded and recorded as in `generate`, which see for the rest.
    `again_for` and `second_charge` are as for `generate`. `provider` stands in for `runway`'s own, for tests and other
    accounts.
    """
    place = open_project(_asking(board, by, to), project)
    wanted = check_shots(board, shots)
    made: list[Take] = []
    notes: list[str] = []
    with open_ledger(place.ledger) as ledger:
        takes = ledger.takes()
        sweep(place.folder, takes)
        footage = footage_of(place.board, takes, place.folder, enlarged=False)
        work = _plan(place, footage, wanted, takes, notes)
        before = ledger.spent().total
        last = ""
        for name in dict.fromkeys(one.asked.by for one in work):
            mine = [one for one in work if one.asked.by == name]
            money = _Money(max_credits, confirm, again_for, second_charge)
            run_made, last = _carry_out(
                place, ledger, name, mine, provider, money, progress, cancel, timing, wanted, notes
            )
            made += run_made
        notes += join_finished(place, ledger.takes(), cancel)
        spending, shown = ledger.spent(), takes_in_film(ledger.takes())
    return Generated(last, tuple(made), spending.total - before, spending, tuple(notes), shown)


def _asking(board: Storyboard, by: str | None, to: str | None) -> Storyboard:
    if by is None and to is None:
        if board.upscale is None and all(shot.upscale is None for shot in board.shots):
            raise InputError(
                "Nothing says how large: give --to 2160p, or write upscale: {by: local, to: 2160p} in the storyboard."
            )
        return board
    base = board.upscale or Upscale(by="local", to=to or "2160p")
    asked = base.model_copy(update={"by": by or base.by, "to": to or base.to})
    # pydantic copies private attributes with the rest, so the copy knows its file too.
    return board.model_copy(update={"upscale": asked})


def _plan(
    project: Project,
    footage: Footage,
    wanted: frozenset[str] | None,
    takes: tuple[Take, ...],
    notes: list[str],
) -> list[_Work]:
    board = project.board
    work: list[_Work] = []
    issues: list[Issue] = []
    for index, shot in enumerate(board.shots):
        asked = shot_upscale(board, shot)
        if asked is None or asked.to is None or (wanted is not None and shot.id not in wanted):
            continue
        take = footage.takes.get(shot.id)
        if shot.kind == "take" and (take is None or take.is_animatic):
            notes.append(f"Shot {shot.id} has no real take yet, so there is nothing to make larger.")
            continue
        clip = _clip(project, footage, shot.id, shot.clip)
        issues += [
            board.issue(where, said)
            for where, said in check_upscale(board, index, shot, project.models, clip.video.shown_size)
        ]
        try:
            size = upscaled_size(clip.video.shown_size, asked.to)
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
        if asked.by == "runway":
            limits = project.models.get(upscale_model(asked, project.models), "upscale").input_video
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
        work.append(_Work(index, shot.id, number, clip, asked, size, pieces))
    if issues:
        raise PreflightError(issues)
    return work


def _clip(project: Project, footage: Footage, shot: str, path: Path | None) -> Clip:
    from stitcher.media.probe import probe

    if shot in footage.clips:
        return footage.clips[shot]
    assert path is not None
    return probe(path)


def _carry_out(
    project: Project,
    ledger: Ledger,
    name: str,
    work: list[_Work],
    given: Provider | None,
    money: _Money,
    progress: Listener | None,
    cancel: threading.Event | None,
    timing: Timing | None,
    shots: frozenset[str] | None,
    notes: list[str],
) -> tuple[list[Take], str]:
    by_shot = {one.shot: one for one in work}
    maker: str | Provider = given or name
    lost: Mapping[str, str] = {}
    if name != "runway":
        upscaler = find_upscaler(name)
        lost = {one.shot: "; ".join(upscaler.lost(one.clip)) for one in work}
        maker = UpscaleMaker(upscaler, work[0].asked, cancel=cancel)
    with open_provider(maker, cancel) as provider:
        takes = ledger.takes()
        needs = tuple(
            need
            for one in work
            for need in one.needs()
            if status_of(need, takes, provider.name) is NeedStatus.OPEN
            or (money.again_for is not None and need.matches(money.again_for))
        )
        if money.again_for is not None:
            needs = tuple(need for need in needs if need.matches(money.again_for))
            if not needs:
                raise InputError(f"{money.again_for.label} is not asked for any more. Nothing was sent.")
        account, allowed, send = None, None, True
        unfit: Mapping[Need, InputError] = {}
        facts = measure(project, takes)
        if provider.paid:
            check_explained(project, takes, needs, provider.name)
            allowed = allowed_credits(project.board, ledger.spent(), money.max_credits, money.second_charge)
            if money.again_for is not None:
                account = check_balance_for_retry(money.again_for, provider)
            else:
                unfit = refused(project.board, needs, takes, provider.name)
                send = not any(
                    take.state is State.UNKNOWN and take.provider == provider.name for take in takes
                )
                needed = replace(
                    priced(project, takes, facts, shots, provider.name, unfit),
                    notes=tuple(map(str, unfit.values())),
                )
                if send and set(needs) - set(unfit):
                    account = afford(needed, provider, allowed, money.confirm, upscales=True)

        def request(need: Need, facts: ProbedFiles) -> TakeRequest:
            if said := lost.get(need.shot):
                notes.append(f"Shot {need.shot}: in its enlarged picture {said}.")
                if progress is not None:
                    progress(Event(need.shot, need.number, "upscale", "sending", note=said))
            return _request(project, by_shot[need.shot], need, provider, cancel)

        run = GenerationRun(
            project,
            ledger,
            provider,
            needs,
            facts,
            policy=RunPolicy(
                send=send,
                allowed_credits=allowed,
                second_charge=second_charges(money.again_for, money.second_charge),
            ),
            account=account,
            progress=progress,
            cancel=cancel,
            timing=timing,
            make_request=request,
            refused=unfit,
        )
        run.carry_out()
        raise_worst_error(run)
        return run.made, provider.name


def _request(
    project: Project, work: _Work, need: Need, provider: Provider, cancel: threading.Event | None
) -> TakeRequest:
    from stitcher.media.probe import probe

    clip = work.clip
    if work.asked.by != "runway":
        fields: Mapping[str, object] = {
            "model": provider.name,
            "resolution": work.asked.to,
            "sharpen": work.asked.sharpen or 0,
            "videoUri": clip_asset(clip),
        }
        return new_request(
            provider=provider.name,
            shot=work.shot,
            take=work.number,
            purpose="upscale",
            endpoint="video_upscale",
            fields=fields,
            origins={},
            cost=FREE,
            expected=Expected("video", clip.video.frames, work.size),
            source_take=work.number,
            variant=work.asked.to or "",
            start_sha256=clip.sha256,
        )
    if len(work.pieces) > 1 or not is_as_shown(clip.video):
        piece = work.pieces[need.piece]
        name = take_file(
            work.shot, work.number, "upscale", "runway", variant=work.asked.to or "", piece=need.piece
        )
        target = project.path(name.replace(".part-", f".cut-{clip.sha256[:12]}-"))
        cut_piece(clip, piece, target, cancel=cancel)
        clip = probe(target)
    model = project.models.get(upscale_model(work.asked, project.models), "upscale")
    built = upscale_request(
        work.shot,
        work.asked,
        model,
        clip,
        size=work.size,
        index=need.piece,
        number=work.number,
        provider=provider.name,
        made_of=work.clip,
    )
    return built if provider.paid else replace(built, price=FREE)

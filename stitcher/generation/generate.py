"""Generate a film's missing takes from its storyboard's prompts, each paid for once.

    preflight → estimate → budget, balance → one by one: intend, send, look, fetch, check, keep the last frame

Works the same for every provider; for free ones the steps about money do nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from stitcher.errors import Issue, PreflightError
from stitcher.generation.approval import WITHOUT_BOUNDS, Approval, approve, price_missing
from stitcher.generation.budget import allowed_credits, check_budget
from stitcher.generation.context import RunContext, open_context
from stitcher.generation.dependency_graph import check_shots
from stitcher.generation.estimate import Estimate
from stitcher.generation.join_pieces import join_finished
from stitcher.generation.ledger_reader import LedgerReader
from stitcher.generation.messages import describe_stuck
from stitcher.generation.need import Need
from stitcher.generation.needs import need_of, needs_under_way, plan_needs
from stitcher.generation.options import DEFAULTS, GenerateOptions
from stitcher.generation.preflight import Preflight, ProbedFiles, StartPlan, preflight
from stitcher.generation.project import Project, measure, open_project
from stitcher.generation.provider import Provider
from stitcher.generation.refusals import SourceMissing, refused
from stitcher.generation.registry import open_provider
from stitcher.generation.retake_scope import Scope
from stitcher.generation.run import GenerationRun
from stitcher.generation.shared_takes import of_others
from stitcher.generation.signed_stills import signed_stills
from stitcher.generation.sound_wishes import sound_names, voice_sources
from stitcher.generation.sounds_in_film import sounds_in_film, unmoved_lips, unvoiced, voices_in_film
from stitcher.generation.stale import Drift, find_drift, stale_parts
from stitcher.generation.start_frames import unseen_starts
from stitcher.generation.states import State
from stitcher.generation.take import ANIMATIC, Spending, Take, circled_take, stuck_takes, takes_in_film
from stitcher.generation.unrecorded_files import unexplained_takes
from stitcher.one_line import one_line
from stitcher.storyboard.model import Storyboard


@dataclass(frozen=True, slots=True)
class Generated:
    """What a run has made."""

    provider: str
    takes: tuple[Take, ...]
    """Finished in this run, in the order they were finished."""
    credits: int
    """Spent in this run."""
    spending: Spending
    """Of the whole project so far."""
    notes: tuple[str, ...] = ()
    """What a person should read, one sentence each."""
    in_film: frozenset[int] = frozenset()
    """Ids of the project's takes that films show."""

    __repr__ = one_line


def estimate(
    board: Storyboard,
    *,
    provider: str = "runway",
    shots: Iterable[str] | None = None,
    retake: Iterable[str] = (),
    project: Path | None = None,
) -> Estimate:
    """What the storyboard's missing takes will cost. Sends nothing and writes nothing.

    Raises `PresetError` for a model that does not exist and `InputError` for a shot that does not.
    """
    opened = open_project(board, project)
    board = opened.board
    scope = _scope(board, shots, retake)
    with LedgerReader.view(opened.ledger) as ledger:
        takes = ledger.takes()
    files = measure(opened, takes)
    scope = _scope_of(scope, provider, opened, takes, files)
    # Of the whole film: a shot that is not asked about now may still be made first.
    voices = voice_sources(board, opened.models, files.media)
    needs = plan_needs(board, takes, replace(scope, shots=None), voices=voices)
    names = {shot.id for shot in board.shots}
    stuck = [take for take in stuck_takes(takes) if take.provider == provider]
    needs += tuple(need_of(board, take) for take in stuck if take.purpose == "upscale" and take.shot in names)
    refusals = refused(board, needs, takes, provider)
    priced = price_missing(opened, takes, scope, files, refused=refusals)
    return replace(
        priced,
        notes=(
            *(describe_stuck(take) for take in stuck if take.state is State.UNKNOWN),
            *(str(error) for need, error in refusals.items() if scope.covers(need.shot)),
            *(unseen_starts(board) if priced.lines else ()),
            *length_notes(opened, {line.shot for line in priced.lines if line.purpose == "take"}),
            *unmoved_lips(board, [line.shot for line in priced.lines if line.purpose == "sound"]),
            *unexplained_takes(opened, takes),
            *of_others(opened, takes),
        ),
    )


@dataclass(frozen=True, slots=True)
class Inspection:
    """What is known of a storyboard's takes without asking anybody."""

    issues: tuple[Issue, ...]
    """What a provider would refuse of the takes that are still missing."""
    starts: tuple[StartPlan, ...]
    """How start frames of missing takes will be cut."""
    takes: tuple[Take, ...]
    """Everything in the ledger, of the shots asked about."""
    in_film: Mapping[str, Take]
    """By shot, or by sound: the take that is in the film."""
    drifts: tuple[Drift, ...]
    """Takes that no longer match the storyboard, in the film or not."""
    missing: tuple[str, ...]
    """Shots and sounds without a real take."""
    voices: Mapping[str, Take]
    """By shot: the voice that is heard instead of its own sound."""
    unvoiced: tuple[str, ...]
    """Shots whose file is there, and not the voice that is to be taken out of its sound."""
    notes: tuple[str, ...]
    """What a person should know of the takes in the film, and of those that are missing, a sentence or two each."""
    stuck: tuple[Take, ...]
    """Takes that wait for a person: of unknown outcome, held, or charged for nothing and not replaced."""
    spending: Spending


def inspect(
    board: Storyboard, *, shots: Iterable[str] | None = None, project: Path | None = None
) -> Inspection:
    """What is there, what is missing, what no longer matches, and what would be refused. Changes nothing."""
    opened = open_project(board, project)
    board = opened.board
    scope = _scope(board, shots)
    with LedgerReader.view(opened.ledger) as ledger:
        takes = ledger.takes()
        spending = ledger.spent()
    files = measure(opened, takes)
    in_film = {
        shot.id: take
        for shot in board.shots
        if shot.kind == "take" and (take := circled_take(one for one in takes if one.shot == shot.id))
    }
    in_film |= sounds_in_film(board, takes)
    names = (*(shot.id for shot in board.shots if shot.kind == "take"), *sorted(sound_names(board)))
    missing = tuple(name for name in names if name not in in_film or in_film[name].is_animatic)
    without_voice = unvoiced(board, opened.models, takes, files.media)
    voices = voices_in_film(board, takes, voice_sources(board, opened.models, files.media))
    covered = {shot for shot in (*missing, *without_voice) if scope.covers(shot)}
    checked = _preflight(opened, files, covered)
    return Inspection(
        issues=checked.issues,
        starts=checked.starts,
        takes=tuple(take for take in takes if scope.covers(take.shot)),
        in_film=in_film,
        drifts=tuple(
            drift
            for drift in find_drift(board, opened.models, takes, files)
            if drift.is_told and scope.covers(drift.take.shot)
        ),
        missing=missing,
        voices=voices,
        unvoiced=without_voice,
        notes=(
            *length_notes(opened, {shot.id for shot in board.shots if scope.covers(shot.id)}, covered),
            *unexplained_takes(opened, takes),
            *of_others(opened, takes),
            *signed_stills(board, files, covered),
        ),
        stuck=tuple(
            take
            for take in stuck_takes(takes)
            if scope.covers(take.shot)
            and (
                take.state in (State.UNKNOWN, State.HELD)
                or take.purpose == "upscale"
                or take.shot in (*missing, *without_voice)
            )
        ),
        spending=spending,
    )


def strict_estimate(
    board: Storyboard,
    *,
    provider: str,
    shots: Iterable[str] | None,
    retake: Iterable[str],
    project: Path | None,
    max_credits: int | None,
) -> Estimate:
    """The estimate, with how start frames are cropped among its notes.

    Raises `PreflightError` for what a model would refuse, and `BudgetExceeded`, as `generate` does.
    """
    inspection = inspect(board, shots=shots, project=project)
    if inspection.issues:
        raise PreflightError(inspection.issues)
    priced = estimate(board, provider=provider, shots=shots, retake=retake, project=project)
    check_budget(priced, allowed_credits(board, priced.spent, max_credits))
    return replace(priced, notes=(*priced.notes, *_crops(inspection.starts)))


def _crops(starts: Iterable[StartPlan]) -> Iterator[str]:
    return (str(start) for start in starts if start.crop is not None)


def generate(
    board: Storyboard,
    *,
    provider: str | Provider = "animatic",
    shots: Iterable[str] | None = None,
    retake: Iterable[str] = (),
    approval: Approval = WITHOUT_BOUNDS,
    options: GenerateOptions = DEFAULTS,
) -> Generated:
    """Make every take that is missing, and fetch what an earlier run left under way.

    `shots` limits it to some; `retake` names shots of which one more take is wanted. `approval` bounds what it costs:
    nothing is sent when the estimate is above it, or above the storyboard's budget.

    Blocks; from asyncio, call it with `asyncio.to_thread`. Returns when everything that was asked for is on disk.
    Otherwise raises the gravest of what went wrong, the rest as notes on it: `UnknownOutcome`, `Interrupted`,
    `PreflightError`, `BudgetExceeded`, `OutOfCredits`, `ProviderConfig`, `ProviderUnavailable`, `TakeFailed`,
    `DownloadFailed`, `LedgerError`, `DiskFull`. What was made by then is recorded, and the next run goes on.
    """
    scope = _scope(board, shots, retake)
    with open_provider(provider, options) as opened, open_context(board, options) as context:
        project, board, takes = context.project, context.project.board, context.sweep()
        files = measure(project, takes)
        scope = _scope_of(scope, opened.name, project, takes, files)
        voices = voice_sources(board, project.models, files.media)
        needs = (
            (need_of(board, approval.again_for),)
            if approval.again_for is not None
            else plan_needs(board, takes, scope, paid=opened.paid, voices=voices)
        )
        shots_made = {need.shot for need in needs}
        checked = _preflight(project, files, shots_made)
        unseen = tuple(_unseen(board, needs))
        others = tuple(of_others(project, takes))
        notes = [*_crops(checked.starts), *length_notes(project, shots_made)]
        if needs:
            notes += signed_stills(board, files, shots_made)
        # Who is asked about the price reads it there.
        notes += [*(unseen if approval.confirm is None or not opened.paid else ()), *others]
        if opened.paid:
            checked.require()
        else:
            # A stand-in can be made all the same; what would stop the real one is worth knowing early.
            notes += [f"For the real take: {issue}" for issue in checked.issues]
        told = (*unseen, *others)
        policy = approve(context, opened, needs, scope=scope, approval=approval, files=files, notes=told)
        needs = (*needs_under_way(board, takes, scope), *needs)
        run = GenerationRun(context, opened, needs, policy, files=files)
        made = carry_out(run)
        if any(take.purpose == "upscale" for take in made):
            # What an earlier `upscale` left under way came home with the rest.
            notes += join_finished(project, context.ledger.takes(), options.cancel)
        notes += [*run.notes, *_film_notes(project, context.ledger.takes(), made, scope.retake)]
        return generated(context, opened.name, made, notes)


def _unseen(board: Storyboard, needs: Sequence[Need]) -> Iterator[str]:
    """What has to be known of these needs before anybody pays for them."""
    if needs:
        yield from unseen_starts(board)
        yield from unmoved_lips(board, [need.shot for need in needs if need.purpose == "sound"])


def generated(context: RunContext, provider: str, made: Iterable[Take], notes: Iterable[str]) -> Generated:
    """The result of a run, with the project's spending and film as they are now."""
    spending = context.ledger.spent()
    return Generated(
        provider,
        tuple(made),
        spending.total - context.spent_before,
        spending,
        tuple(notes),
        takes_in_film(context.ledger.takes()),
    )


def settled_length_notes(board: Storyboard) -> tuple[str, ...]:
    """How sound came to decide how long a storyboard's takes are."""
    opened = open_project(board)
    return length_notes(opened, {shot.id for shot in opened.board.shots}, ())


def film_drifts(board: Storyboard, *, project: Path | None = None) -> tuple[Drift, ...]:
    """What the film shows of takes that no longer match the storyboard. Changes nothing."""
    opened = open_project(board, project)
    with LedgerReader.view(opened.ledger) as ledger:
        return _film_drifts(opened, ledger.takes())


def _preflight(project: Project, files: ProbedFiles, shots: Collection[str]) -> Preflight:
    """What is wrong with takes of these shots, lengths that their sound cannot say among it."""
    found = preflight(project.board, project.models, files, shots=shots)
    return replace(found, issues=(*found.issues, *project.lengths.issues_of(shots)))


def length_notes(
    project: Project, shots: Collection[str], missing: Collection[str] | None = None
) -> tuple[str, ...]:
    """How sound came to decide how long takes of these shots are, and of those of them that are `missing` (all when not
    given) which lines go on after them.
    """
    lengths = project.lengths
    return (
        *(note for shot, note in lengths.notes.items() if shot in shots),
        *(note for shot, note in lengths.overruns.items() if shot in (shots if missing is None else missing)),
    )


def _film_drifts(project: Project, takes: tuple[Take, ...]) -> tuple[Drift, ...]:
    drifts = find_drift(project.board, project.models, takes, measure(project, takes))
    return tuple(drift for drift in drifts if drift.in_film and drift.is_told)


def _film_notes(
    project: Project, takes: tuple[Take, ...], made: Iterable[Take], retake: frozenset[str]
) -> Iterator[str]:
    """How new takes come into the film, and what in it no longer matches."""
    drifts = {drift.take.shot: drift for drift in _film_drifts(project, takes)}
    for take in made:
        circled = circled_take(other for other in takes if other.shot == take.shot)
        if take.shot in retake and take.is_select and circled is not None and circled.id != take.id:
            drifts.pop(take.shot, None)
            yield (
                f"{take.label} is not in the film yet, which shows take {circled.number}: stitcher takes circle BOARD "
                f"{take.shot} {take.number}"
            )
    yield from map(str, drifts.values())


def carry_out(run: GenerationRun) -> list[Take]:
    """What a run has made, when every need was met. Raises the gravest error, with notes on the others."""
    run.carry_out()
    # What only waits for something else is told after that.
    errors = sorted(run.errors.values(), key=lambda error: isinstance(error, SourceMissing))
    first = run.halt or (errors[0] if errors else None)
    if first is None:
        return run.made
    for other in errors:
        if other is not first:
            first.add_note(str(other))
    for note in run.notes:
        first.add_note(note)
    waiting = [f"{need.shot} {need.purpose} {need.number}" for need in run.open_needs()]
    if waiting:
        first.add_note(f"Not begun: {', '.join(waiting)}.")
    if run.made:
        first.add_note(f"Made and kept: {', '.join(take.label for take in run.made)}.")
    raise first


def _scope(board: Storyboard, shots: Iterable[str] | None, retake: Iterable[str] = ()) -> Scope:
    """Raises `InputError` for a name that is no shot of the storyboard."""
    return Scope(shots=check_shots(board, shots), retake=check_shots(board, retake) or frozenset())


def _scope_of(
    scope: Scope, provider: str, project: Project, takes: tuple[Take, ...], files: ProbedFiles
) -> Scope:
    """The scope for one provider, with what is stale where that decides what is made anew."""
    if not scope.retake and provider != ANIMATIC:
        return replace(scope, provider=provider)
    stale = stale_parts(project.board, project.models, takes, provider, files)
    return replace(scope, provider=provider, stale=stale)

"""From a storyboard with prompts to takes on disk, each paid for once.

    preflight → estimate → budget, balance → one by one: intend, send, look, fetch, check, keep the last frame

Works the same for every provider; for free ones the steps about money say nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from stitcher.errors import InputError, Issue, PreflightError
from stitcher.generation.approval import afford, check_balance_for_retry, second_charges
from stitcher.generation.budget import allowed_credits, check_budget
from stitcher.generation.dependency_graph import check_shots
from stitcher.generation.estimate import Estimate
from stitcher.generation.estimate import estimate as price_all
from stitcher.generation.events import Listener
from stitcher.generation.join_pieces import join_finished
from stitcher.generation.ledger import Ledger, OpenLedger
from stitcher.generation.ledger_reader import LedgerReader
from stitcher.generation.messages import describe_stuck
from stitcher.generation.needs import Need, need_of, needs_under_way, plan_needs
from stitcher.generation.preflight import ProbedFiles, StartPlan, preflight
from stitcher.generation.project import Project, measure, open_project, sweep
from stitcher.generation.provider import Provider
from stitcher.generation.refusals import SourceMissing, refused
from stitcher.generation.registry import find_provider
from stitcher.generation.run import GenerationRun
from stitcher.generation.run_policy import RunPolicy, Timing
from stitcher.generation.shared_takes import of_others
from stitcher.generation.signed_stills import signed_stills
from stitcher.generation.stale import Drift, find_drift, stale_parts
from stitcher.generation.start_frames import unseen_starts
from stitcher.generation.states import State
from stitcher.generation.take import Purpose, Spending, Take, circled_take, stuck_takes, takes_in_film
from stitcher.generation.take_integrity import damaged_sources
from stitcher.generation.tiers import load_tiers
from stitcher.generation.unrecorded_files import check_explained, unexplained_takes
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
    place = open_project(board, project)
    wanted = check_shots(board, shots)
    again = check_shots(board, retake) or frozenset()
    with LedgerReader.view(place.ledger) as ledger:
        takes = ledger.takes()
    facts = measure(place, takes)
    stale = _stale(place, takes, facts, again, provider)
    # Of the whole film: a shot that is not asked about now may still be made first.
    needs = plan_needs(board, takes, provider, retake=again, stale=stale)
    names = {shot.id for shot in board.shots}
    stuck = [take for take in stuck_takes(takes) if take.provider == provider]
    needs += tuple(need_of(board, take) for take in stuck if take.purpose == "upscale" and take.shot in names)
    found = refused(board, needs, takes, provider)
    unknown = [describe_stuck(take) for take in stuck if take.state is State.UNKNOWN]
    needed = priced(place, takes, facts, wanted, provider, found, again, stale)
    said = [str(error) for need, error in found.items() if wanted is None or need.shot in wanted]
    unseen = unseen_starts(board) if needed.lines else ()
    unexplained = unexplained_takes(place, takes)
    return replace(needed, notes=(*unknown, *said, *unseen, *unexplained, *of_others(place, takes)))


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
    """By shot: the take the film shows."""
    drifts: tuple[Drift, ...]
    """Takes that no longer match the storyboard, in the film or not."""
    missing: tuple[str, ...]
    """Shots without a real take."""
    notes: tuple[str, ...]
    """What a person should know of the takes in the film, and of those that are missing, a sentence or two each."""
    stuck: tuple[Take, ...]
    """Takes that wait for a person: of unknown outcome, held, or charged for nothing and not replaced."""
    spending: Spending


def inspect(
    board: Storyboard, *, shots: Iterable[str] | None = None, project: Path | None = None
) -> Inspection:
    """What is there, what is missing, what no longer matches, and what would be refused. Changes nothing."""
    place = open_project(board, project)
    wanted = check_shots(board, shots)
    with LedgerReader.view(place.ledger) as ledger:
        takes = ledger.takes()
        spending = ledger.spent()
    facts = measure(place, takes)
    shown = {
        shot.id: take
        for shot in board.shots
        if shot.kind == "take" and (take := circled_take(one for one in takes if one.shot == shot.id))
    }
    missing = tuple(
        shot.id
        for shot in board.shots
        if shot.kind == "take" and (shot.id not in shown or shown[shot.id].is_animatic)
    )
    asked = {shot for shot in missing if wanted is None or shot in wanted}
    found = preflight(board, place.models, facts, shots=asked)
    return Inspection(
        found.issues,
        found.starts,
        tuple(take for take in takes if wanted is None or take.shot in wanted),
        shown,
        tuple(
            one
            for one in find_drift(board, place.models, takes, facts)
            if not one.take.is_animatic and (wanted is None or one.take.shot in wanted)
        ),
        missing,
        (*unexplained_takes(place, takes), *of_others(place, takes), *signed_stills(board, facts, asked)),
        tuple(
            take
            for take in stuck_takes(takes)
            if (wanted is None or take.shot in wanted)
            and (
                take.state in (State.UNKNOWN, State.HELD) or take.purpose == "upscale" or take.shot in missing
            )
        ),
        spending,
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
    known = inspect(board, shots=shots, project=project)
    if known.issues:
        raise PreflightError(known.issues)
    needed = estimate(board, provider=provider, shots=shots, retake=retake, project=project)
    check_budget(needed, allowed_credits(board, needed.spent, max_credits))
    cropped = (str(start) for start in known.starts if start.crop is not None)
    return replace(needed, notes=(*needed.notes, *cropped))


def generate(
    board: Storyboard,
    *,
    provider: str | Provider = "animatic",
    max_credits: int | None = None,
    shots: Iterable[str] | None = None,
    retake: Iterable[str] = (),
    project: Path | None = None,
    progress: Listener | None = None,
    cancel: threading.Event | None = None,
    confirm: Callable[[Estimate], bool] | None = None,
    again_for: Take | None = None,
    second_charge: int | None = None,
    timing: Timing | None = None,
    open_ledger: OpenLedger = Ledger.open,
) -> Generated:
    """Make every take that is missing, and fetch what an earlier run left under way.

    `max_credits` bounds this run, the storyboard's `budget` all runs together; nothing is sent when the estimate is
    above either. `shots` limits it to some; `retake` names shots of which one more take is wanted. `confirm` is
    called with the estimate before anything is paid for; when it says no, nothing is sent. `progress` is called
    with every `Event`, from this thread. Setting `cancel` ends it with `Interrupted` after the step under way.
    `again_for` limits it to the take of one failed or unknown request, and `second_charge` is what a person accepts to
    pay for that, which it then costs at most.

    Blocks; from asyncio, call it with `asyncio.to_thread`. Returns when everything that was asked for is on disk.
    Otherwise raises the gravest of what went wrong, the rest as notes on it: `UnknownOutcome`, `Interrupted`,
    `PreflightError`, `BudgetExceeded`, `OutOfCredits`, `ProviderConfig`, `ProviderUnavailable`, `TakeFailed`,
    `DownloadFailed`, `LedgerError`, `DiskFull`. What was made by then is recorded, and the next run goes on.
    """
    place = open_project(board, project)
    wanted = check_shots(board, shots)
    again = check_shots(board, retake) or frozenset()
    with open_provider(provider, cancel) as maker, open_ledger(place.ledger) as ledger:
        takes = ledger.takes()
        sweep(place.folder, takes)
        facts = measure(place, takes)
        stale = _stale(place, takes, facts, again, maker.name)
        needs = (
            (need_of(board, again_for),)
            if again_for is not None
            else plan_needs(
                board, takes, maker.name, shots=wanted, retake=again, stale=stale, paid=maker.paid
            )
        )
        found = preflight(board, place.models, facts, shots={need.shot for need in needs})
        before = ledger.spent().total
        unseen = tuple(unseen_starts(board)) if needs else ()
        notes = [str(start) for start in found.starts if start.crop is not None]
        if needs:
            notes += signed_stills(board, facts, {need.shot for need in needs})
        # Who is asked about the price reads it there.
        notes += [*(unseen if confirm is None or not maker.paid else ()), *of_others(place, takes)]
        account, allowed, send = None, None, True
        unfit: Mapping[Need, InputError] = {}
        if maker.paid:
            found.require()
            check_explained(place, takes, needs, maker.name)
            allowed = allowed_credits(board, ledger.spent(), max_credits, second_charge)
            if again_for is not None:
                account = check_balance_for_retry(again_for, maker)
            else:
                unusable = damaged_sources(place, needs, takes)
                unfit = refused(board, needs, takes, maker.name, unusable)
                # While an outcome is unknown nothing is sent, so nobody is asked to pay for it.
                send = not any(take.state is State.UNKNOWN and take.provider == maker.name for take in takes)
                needed = replace(
                    priced(place, takes, facts, wanted, maker.name, unfit, again, stale),
                    notes=(*map(str, unfit.values()), *unseen, *of_others(place, takes)),
                )
                if send and set(needs) - set(unfit):
                    account = afford(needed, maker, allowed, confirm)
        else:
            # A stand-in can be made all the same; what would stop the real one is worth knowing early.
            notes += [f"For the real take: {issue}" for issue in found.issues]
        run = GenerationRun(
            place,
            ledger,
            maker,
            (*needs_under_way(board, takes, maker.name, again), *needs),
            facts,
            policy=RunPolicy(
                send=send,
                retake=again,
                allowed_credits=allowed,
                second_charge=second_charges(again_for, second_charge),
            ),
            account=account,
            progress=progress,
            cancel=cancel,
            timing=timing,
            refused=unfit,
        )
        run.carry_out()
        raise_worst_error(run)
        if any(take.purpose == "upscale" for take in run.made):
            # What an earlier `upscale` left under way came home with the rest.
            notes += join_finished(place, ledger.takes(), cancel)
        spending, shown = ledger.spent(), takes_in_film(ledger.takes())
        notes += [*run.notes, *_of_the_film(place, ledger.takes(), run.made, again)]
        return Generated(maker.name, tuple(run.made), spending.total - before, spending, tuple(notes), shown)


def film_drifts(board: Storyboard, *, project: Path | None = None) -> tuple[Drift, ...]:
    """What the film shows of takes that no longer match the storyboard. Changes nothing."""
    place = open_project(board, project)
    with LedgerReader.view(place.ledger) as ledger:
        return _film_drifts(place, ledger.takes())


def _film_drifts(project: Project, takes: tuple[Take, ...]) -> tuple[Drift, ...]:
    found = find_drift(project.board, project.models, takes, measure(project, takes))
    return tuple(one for one in found if one.in_film and not one.take.is_animatic)


def _of_the_film(
    project: Project, takes: tuple[Take, ...], made: Iterable[Take], retake: frozenset[str]
) -> Iterator[str]:
    """How new takes come into the film, and what in it no longer matches."""
    drifts = {one.take.shot: one for one in _film_drifts(project, takes)}
    for take in made:
        shown = circled_take(other for other in takes if other.shot == take.shot)
        if take.shot in retake and take.is_picture and shown is not None and shown.id != take.id:
            drifts.pop(take.shot, None)
            yield (
                f"{take.label} is not in the film yet, which shows take {shown.number}: stitcher takes circle BOARD "
                f"{take.shot} {take.number}"
            )
    yield from map(str, drifts.values())


def raise_worst_error(run: GenerationRun) -> None:
    """Nothing, when every need was reached. Raises the gravest error, with notes on the others."""
    # What only waits for something else is told after that.
    errors = sorted(run.errors.values(), key=lambda error: isinstance(error, SourceMissing))
    first = run.halt or (errors[0] if errors else None)
    if first is None:
        return
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


@contextmanager
def open_provider(provider: str | Provider, cancel: threading.Event | None) -> Iterator[Provider]:
    """The provider; one that was made here is closed afterwards."""
    if not isinstance(provider, str):
        yield provider
        return
    if provider == "animatic":
        from stitcher.generation.animatic import AnimaticProvider

        yield AnimaticProvider(cancel=cancel)
        return
    maker = find_provider(provider)
    try:
        yield maker
    finally:
        close = getattr(maker, "close", None)
        if callable(close):
            close()


def _stale(
    project: Project, takes: tuple[Take, ...], facts: ProbedFiles, retake: frozenset[str], provider: str
) -> frozenset[tuple[str, Purpose]]:
    return stale_parts(project.board, project.models, takes, provider, facts) if retake else frozenset()


def priced(
    project: Project,
    takes: Iterable[Take],
    facts: ProbedFiles,
    shots: frozenset[str] | None,
    provider: str,
    refused: Iterable[Need],
    retake: frozenset[str] = frozenset(),
    stale: frozenset[tuple[str, Purpose]] = frozenset(),
) -> Estimate:
    """What is missing of a project's takes and enlargements, and is not refused, with its price."""
    return price_all(
        project.board,
        project.models,
        takes,
        media=facts.media,
        tiers=load_tiers(project=project.folder),
        shots=shots,
        retake=retake,
        stale=stale,
        provider=provider,
        refused=refused,
    )

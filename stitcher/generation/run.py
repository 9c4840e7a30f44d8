"""The run loop: needs to requests, requests to takes, one paid request in flight at a time.

Everything is decided from the ledger, again after every step, so a run that was killed anywhere goes on where the
record says it was. What succeeded is on the disk before the next request leaves.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from stitcher.errors import (
    BudgetExceeded,
    DownloadFailed,
    InputError,
    Interrupted,
    MediaError,
    NoClearAnswer,
    OutputError,
    ProviderConfig,
    ProviderUnavailable,
    Rejected,
    StitcherError,
    TakeFailed,
    TakeHeld,
    UnknownOutcome,
)
from stitcher.generation.build_request import build_request
from stitcher.generation.complete import TaskCompletion
from stitcher.generation.context import RunContext
from stitcher.generation.events import Event, Reporter, event_for
from stitcher.generation.failure_codes import may_repeat
from stitcher.generation.messages import concerning, describe_dearer, held_error, interrupted
from stitcher.generation.need import Need
from stitcher.generation.needs import NeedStatus, model_of, prerequisites, status_of, without_replaced
from stitcher.generation.preflight import ProbedFiles
from stitcher.generation.project import circled_clips
from stitcher.generation.provider import Provider, has_ended
from stitcher.generation.purchase import Buyer
from stitcher.generation.purchase_policy import Decision, decide
from stitcher.generation.request import TakeRequest
from stitcher.generation.run_policy import RunPolicy
from stitcher.generation.runway.poll import Pace, Watch, given_up
from stitcher.generation.shared_takes import storyboard_name
from stitcher.generation.sound_needs import without_silent_voices
from stitcher.generation.states import TASK_RUNNING, State
from stitcher.generation.take import Take, has_another, seen_prices

_log = logging.getLogger(__name__)


class GenerationRun:
    """The work of one provider on one project, from `carry_out` to its end."""

    def __init__(
        self,
        context: RunContext,
        provider: Provider,
        needs: tuple[Need, ...],
        policy: RunPolicy,
        *,
        files: ProbedFiles | None = None,
        make_request: Callable[[Need, ProbedFiles], TakeRequest] | None = None,
    ) -> None:
        """`make_request` builds requests another way than from the storyboard's takes (upscales do)."""
        self._project = context.project
        self._ledger = context.ledger
        self._provider = provider
        self._buyer = Buyer(context.ledger, provider)
        self._files = files or ProbedFiles()
        self._policy = policy
        self._cancel = context.options.cancel
        self._timing = context.options.timing
        self._make_request = make_request
        self._tell = Reporter(context.options.progress)
        self._completion = TaskCompletion(context.project, context.ledger, provider, self._tell)
        pace = getattr(provider, "pace", None)
        usual = Pace() if provider.paid else Pace(interval_s=0.5, slowest_s=5.0)
        self._watch = Watch(pace if isinstance(pace, Pace) else usual, self._timing.jitter)
        self._flying: dict[str, int] = {}
        self._repeats: Counter[Need] = Counter()
        self._unsent = 0
        self._planned = needs
        self._needs = [*needs]
        self._waiting: dict[Need, Take] = {}
        self._held: list[str] = []
        self._silent: list[str] = []
        self._dearer: dict[int, str] = {}
        self.errors: dict[Need, StitcherError] = dict(policy.refused)
        self.halt: StitcherError | None = None
        self.made: list[Take] = []

    @property
    def notes(self) -> tuple[str, ...]:
        """Remarks on takes that were made, on prices, and on what waits for a person while another is in the film."""
        return (*self._completion.notes, *self._silent, *self._held, *self._dearer.values())

    def carry_out(self) -> None:
        """Work until nothing is left to do; what went wrong is in `errors` and `halt` afterwards.

        Raises `Interrupted` when `cancel` was set, `DiskFull`, and what the ledger raises.
        """
        for need, error in self.errors.items():
            self._block(need, error)
        self._pick_up()
        while True:
            if self._cancel is not None and self._cancel.is_set():
                raise self._interrupted()
            if self._settle_one() or self._begin_one():
                continue
            wait = self._watch.wait_s(self._timing.clock())
            if wait is None:
                self._let_stand_aside()
                return
            self._timing.rest(wait, self._cancel)

    def open_needs(self) -> tuple[Need, ...]:
        """Needs nothing was begun for."""
        takes = self._ledger.takes()
        return tuple(need for need in self._needs if need not in self.errors and self._is_open(need, takes))

    def _is_open(self, need: Need, takes: Sequence[Take]) -> bool:
        """Whether something may be asked for: nothing is under way, or only what a person gave up for this."""
        found = status_of(need, takes, self._provider.name)
        if found is not NeedStatus.UNDER_WAY or need.shot not in self._policy.second_charge:
            return found is NeedStatus.OPEN
        last = [take for take in takes if take.provider == self._provider.name and need.matches(take)][-1]
        return last.state is State.UNKNOWN

    def _pick_up(self) -> None:
        """Go on with what an earlier run left, and withdraw what was decided, not sent, and is not wanted now."""
        for take in self._ledger.unfinished():
            if take.provider != self._provider.name:
                continue
            if take.state is State.INTENT:
                if self._policy.send and self._need_of(take) is None:
                    self._ledger.withdraw(take.id, "not wanted any more")
            elif take.state is State.UNKNOWN:
                if take.ceiling_credits and not self._asked_again(take):
                    self._stop(self._buyer.unknown(take))
            elif take.state is State.HELD:
                self._waits_for_person(take)
            else:
                self._adopt_need(take)
                self._resume(take)

    def _waits_for_person(self, take: Take) -> None:
        """A file that is not what was asked for stands in nobody's way once the shot has another."""
        if has_another(take, self._ledger.takes(take.shot)):
            self._held.append(str(held_error(take)))
            return
        need = self._adopt_need(take)
        self._waiting[need], self.errors[need] = take, held_error(take)

    def _let_stand_aside(self) -> None:
        """What this run has made may be what was wanted instead of a file that waits for a person."""
        takes = self._ledger.takes()
        for need, take in self._waiting.items():
            if has_another(take, takes):
                self._held.append(str(self.errors.pop(need)))

    def _asked_again(self, take: Take) -> bool:
        """Whether a person agreed to ask for this very take once more."""
        return take.shot in self._policy.second_charge and self._need_of(take) is not None

    def _adopt_need(self, take: Take) -> Need:
        """The need of a take, which a shot that was deleted from the storyboard still has: it was paid for."""
        if (known := self._need_of(take)) is not None:
            return known
        positions = {shot.id: index for index, shot in enumerate(self._project.board.shots)}
        need = Need(
            take.shot, positions.get(take.shot, -1), take.purpose, take.number, take.variant, take.piece
        )
        self._needs.insert(0, need)
        return need

    def _resume(self, take: Take) -> None:
        with self._errors_of(take):
            done = self._completion.resume(take)
            if done is not None:
                self._finished(done)
                return
        waits = take.state in TASK_RUNNING or take.state is State.SUCCEEDED
        if waits and take.task_id is not None and self._need_of(take) not in self.errors:
            self._fly(take.task_id, take, at_once=True)

    def _fly(self, task_id: str, take: Take, *, at_once: bool = False) -> None:
        self._flying[task_id] = take.id
        self._watch.add(task_id, self._timing.clock(), at_once=at_once)

    def _settle_one(self) -> bool:
        """Look at the task that is most due; whether there was one."""
        due = self._watch.due(self._timing.clock())
        if not due:
            return False
        task_id = due[0]
        take = self._ledger.get(self._flying[task_id])
        try:
            task = self._provider.look(task_id)
        except ProviderUnavailable as exc:
            _log.info("no answer about task %s: %s", task_id, exc)
            self._unheard(task_id, take, exc)
            return True
        except ProviderConfig as exc:
            self._stop(exc)
            for other in tuple(self._flying):
                self._watch.drop(other)
            return True
        self._watch.heard(task, self._timing.clock())
        if has_ended(task):
            self._flying.pop(task_id, None)
        with self._errors_of(take):
            settled = self._completion.advance(take, task)
            if settled.state is State.FRAMED:
                self._finished(settled)
        self._check_price(self._ledger.get(take.id))
        return True

    def _unheard(self, task_id: str, take: Take, exc: ProviderUnavailable) -> None:
        """A look that told nothing: looked again later, and said now and then, until patience has run out."""
        now = self._timing.clock()
        if not self._watch.missed(task_id, now):
            self._watch.drop(task_id)
            self._give_up(take, given_up(f"{take.label} (task {task_id})", self._watch.pace, exc))
        elif self._watch.to_be_told(task_id):
            minutes = round(self._watch.silence_s(task_id, now) / 60)
            since = f"for {minutes} min, " if minutes else ""
            self._tell(event_for(take, "unheard", note=f"{since}nothing is lost or bought again: {exc}"))

    def _finished(self, take: Take) -> None:
        self.made.append(take)
        if take.is_picture:
            clips = circled_clips(self._project, self._ledger.takes())
            self._files = replace(self._files, media=replace(self._files.media, takes=clips))
            self._needs, silent = without_silent_voices(self._project.board, self._needs, self._files.media)
            self._silent += silent

    def _begin_one(self) -> bool:
        """Send the first request whose sources are there; whether there was one."""
        if self.halt is not None or not self._policy.send:
            return False
        takes = self._ledger.takes()
        for need in self._needs:
            if need in self.errors or need.index < 0 or not self._is_open(need, takes):
                continue
            waiting = [
                other
                for other in prerequisites(self._project.board, need, self._needs)
                if other not in self.errors
                and status_of(other, takes, self._provider.name) is not NeedStatus.DONE
            ]
            if waiting or self._is_full(model_of(self._project.board, need)):
                continue
            try:
                request = self._request(need)
            except (InputError, OutputError) as exc:
                exc.shot, exc.take = exc.shot or need.shot, exc.take or need.number
                self._block(need, exc)
                return True
            if self._is_full(request.model):
                continue
            self._send(need, request)
            return True
        return False

    def _request(self, need: Need) -> TakeRequest:
        known = self._ledger.takes()
        if self._make_request is not None:
            request = self._make_request(need, self._files)
        else:
            takes = without_replaced(known, self._planned, self._policy.retake, self._provider.name)
            request = build_request(self._project, need, takes, self._files, self._provider)
        return replace(request, raised=seen_prices(known).get(request.model, request.raised))

    def _is_full(self, model: str | None) -> bool:
        """Whether the account lets no more tasks of a model run at once."""
        if model is None:
            return False
        flying = [self._ledger.get(take) for take in self._flying.values()]
        return sum(take.model == model for take in flying) >= self._policy.concurrent(model)

    def _send(self, need: Need, request: TakeRequest) -> None:
        try:
            take = self._ledger.intend(
                request,
                board=storyboard_name(self._project),
                allowed_credits=self._policy.allowed_credits,
                agreed_credits=self._policy.agreed_credits,
                second_charge_credits=self._policy.second_charge.get(need.shot),
            )
        except (BudgetExceeded, InputError) as exc:
            exc.shot, exc.take = need.shot, need.number
            if decide(exc, paid=self._provider.paid) is Decision.STOP:
                self._stop(exc)
            else:
                self._block(need, exc)
            return
        try:
            prepared = self._buyer.prepare(take, request.submission)
        except (ProviderUnavailable, ProviderConfig, Rejected, MediaError) as exc:
            self._judge(need, take, exc)
            return
        self._tell(event_for(take, "sending"))
        try:
            sent = self._buyer.send(take, prepared)
        except (UnknownOutcome, ProviderUnavailable, ProviderConfig, Rejected, NoClearAnswer) as exc:
            self._judge(need, take, exc)
            return
        self._unsent = 0
        assert sent.task_id is not None
        # A provider that costs nothing is mostly on this machine, and done at once.
        self._fly(sent.task_id, sent, at_once=not self._provider.paid)
        self._tell(event_for(sent, "queued"))
        self._check_price(sent)

    def _judge(self, need: Need, take: Take, exc: StitcherError) -> None:
        """What follows when a request was not accepted: a pause, an end of this need, or of the run."""
        take = self._ledger.get(take.id)
        decision = decide(exc, paid=bool(take.ceiling_credits), unsent=self._unsent + 1)
        if not isinstance(exc, UnknownOutcome):
            concerning(exc, take)
        if isinstance(exc, NoClearAnswer):
            self._tell(event_for(take, "unknown", note=str(exc)))
            if decision is Decision.STOP:
                exc = self._buyer.unknown(take)
        elif isinstance(exc, Rejected | MediaError):
            self._tell(event_for(take, "failed", note=str(exc)))
        if decision is Decision.WAIT:
            self._unsent += 1
            self._tell(event_for(take, "unsent", note=str(exc)))
            self._timing.rest(2.0**self._unsent, self._cancel)
            return
        if decision is Decision.STOP:
            self._stop(exc)
        if decision is Decision.FAIL or isinstance(exc, Rejected):
            self.errors[need] = exc

    def _block(self, need: Need, error: StitcherError) -> None:
        """Give a need up before anything of it was sent."""
        self.errors[need] = error
        variant = need.variant if need.purpose == "sound" else ""
        told = Event(need.shot, need.number, need.purpose, "blocked", note=str(error), variant=variant)
        self._tell(told)

    def _check_price(self, take: Take) -> None:
        """Send nothing more when the service takes more than was expected, told at creation or at the end."""
        cost, ceiling = take.actual_credits or take.estimated_credits or 0, take.ceiling_credits
        if cost > ceiling and not self._policy.send:
            self._dearer[take.id] = describe_dearer(take)
        elif cost > ceiling:
            dearer = BudgetExceeded(describe_dearer(take), needed_credits=cost, allowed_credits=ceiling)
            self._stop(concerning(dearer, take))

    def _stop(self, error: StitcherError) -> None:
        """Send nothing more in this run. An unknown outcome is said before anything else."""
        if self.halt is None or (
            isinstance(error, UnknownOutcome) and not isinstance(self.halt, UnknownOutcome)
        ):
            self.halt = error

    @contextmanager
    def _errors_of(self, take: Take) -> Iterator[None]:
        """Keep the errors that concern one take, and let the others through."""
        try:
            yield
        except (TakeFailed, TakeHeld, DownloadFailed, MediaError, OutputError, Rejected) as exc:
            self._fail(take, exc)

    def _fail(self, take: Take, exc: StitcherError) -> None:
        """Ask for a take once more where that may be, or give it up."""
        need, take = self._need_of(take), self._ledger.get(take.id)
        harmless = take.state is State.FAILED and may_repeat(take.failure_code, take.actual_credits)
        if need is not None:
            paid, repeats = bool(take.ceiling_credits), self._repeats[need]
            if decide(exc, paid=paid, harmless=harmless, repeats=repeats) is Decision.RETRY:
                self._repeats[need] += 1
                self._tell(event_for(take, "again", note=str(concerning(exc, take))))
                return
        self._give_up(take, exc)

    def _give_up(self, take: Take, exc: StitcherError) -> None:
        take = self._ledger.get(take.id)
        self._tell(
            event_for(
                take, "held" if isinstance(exc, TakeHeld) else "failed", note=str(concerning(exc, take))
            )
        )
        if (need := self._need_of(take)) is not None:
            self.errors[need] = exc

    def _need_of(self, take: Take) -> Need | None:
        return next((need for need in self._needs if need.matches(take)), None)

    def _interrupted(self) -> Interrupted:
        running = self._ledger.running()
        # Shots of which this run has made the one more that was wanted.
        retaken = tuple(dict.fromkeys(take.shot for take in self.made if take.shot in self._policy.retake))
        return interrupted(running, retaken)

"""Rescue what was paid for, and settle by hand a request whose outcome nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from stitcher.errors import InputError, Interrupted, ProviderUnavailable
from stitcher.generation.approval import WITHOUT_BOUNDS, Approval
from stitcher.generation.context import RunContext, open_context
from stitcher.generation.generate import Generated, carry_out, generate, generated
from stitcher.generation.join_pieces import join_finished
from stitcher.generation.ledger_reader import LedgerReader
from stitcher.generation.messages import concerning, describe_never_made, held_error, no_such_take
from stitcher.generation.options import DEFAULTS, GenerateOptions
from stitcher.generation.project import open_project
from stitcher.generation.provider import Gone, Provider
from stitcher.generation.registry import open_provider
from stitcher.generation.run import GenerationRun
from stitcher.generation.run_policy import RunPolicy
from stitcher.generation.states import State
from stitcher.generation.take import Take, has_another, stuck_takes
from stitcher.storyboard.model import Storyboard


def rescue(
    board: Storyboard, *, provider: str | Provider | None = None, options: GenerateOptions = DEFAULTS
) -> Generated:
    """Fetch everything that was accepted and is not on disk yet, and do nothing else. Never costs anything.

    Without a provider, those of every provider the ledger names. Raises as `generate` does.
    """
    with open_context(board, options) as context:
        return _bring_home(context, provider)


def adopt(
    board: Storyboard,
    shot: str,
    task_id: str,
    *,
    provider: str | Provider | None = None,
    options: GenerateOptions = DEFAULTS,
) -> Generated:
    """Take a person's word for which task an unknown request became, and fetch it.

    Raises `InputError` when the shot has no take of unknown outcome, when the service knows no such task, or when
    another take owns it already; and what `rescue` raises.
    """
    with open_context(board, options) as context:
        take = unknown_take(context.ledger.takes(), shot)
        with open_provider(provider or take.provider, options) as opened:
            if isinstance(opened.look(task_id), Gone):
                unheard_of = InputError(
                    f"{opened.name} knows no task {task_id!r} of this account: compare it with the portal's request "
                    "history. Nothing was changed."
                )
                unheard_of.task_id = task_id
                raise concerning(unheard_of, take)
            context.ledger.adopt(take.id, task_id)
            return _bring_home(context, opened)


def never_made(
    board: Storyboard,
    shot: str,
    *,
    confirm: Callable[[str], bool],
    provider: str | Provider | None = None,
    options: GenerateOptions = DEFAULTS,
) -> Take:
    """Take a person's word that a request of unknown outcome was never booked: it counts as nothing from then on.

    `confirm` is called with what speaks for it, the balance before and now; when it says no, nothing changes. Raises
    `InputError` when the shot has no such request, and `Interrupted`.
    """
    with open_context(board, options) as context:
        takes = context.ledger.takes()
        take = unknown_take(takes, shot)
        if take.state is State.WRITTEN_OFF and not take.spent_credits:
            raise InputError(f"{take.label} counts as nothing already; nothing was changed.")
        with open_provider(provider or take.provider, options) as opened:
            try:
                account = opened.account()
            except ProviderUnavailable:
                account = None
        balance = account.balance_credits if account is not None else None
        later = sum(one.spent_credits for one in takes if one.id > take.id and one.provider == take.provider)
        if not confirm(describe_never_made(take, balance, later)):
            raise Interrupted("Cancelled; nothing was changed.")
        return context.ledger.never_made(take.id)


def retry(
    board: Storyboard,
    shot: str,
    accept_second_charge: int,
    *,
    provider: str | Provider | None = None,
    approval: Approval = WITHOUT_BOUNDS,
    options: GenerateOptions = DEFAULTS,
) -> Generated:
    """Ask again for the one request of a shot that was, or may have been, charged for nothing: a person accepts to pay
    again, and never more than that. Nothing else of the shot is made. A request of unknown outcome can still be
    adopted until the new one leaves.

    Raises `InputError` when there is no such take, or when it may cost more than what was accepted; and what
    `generate` raises.
    """
    with LedgerReader.view(open_project(board, options.project).ledger) as ledger:
        take = failed_take(ledger.takes(), shot)
    if accept_second_charge < take.ceiling_credits:
        short = InputError(
            f"{take.label} may cost {take.ceiling_credits} credits again, and {accept_second_charge} were accepted. "
            "Nothing was sent."
        )
        raise concerning(short, take, needed=take.ceiling_credits, allowed=accept_second_charge)
    approval = replace(approval, again_for=take, second_charge=accept_second_charge)
    if take.purpose != "upscale":
        return generate(board, provider=provider or take.provider, approval=approval, options=options)
    from stitcher.generation.upscale_run import upscale

    return upscale(
        board,
        by=take.provider,
        to=take.variant,
        shots=[shot],
        provider=provider if isinstance(provider, Provider) else None,
        approval=approval,
        options=options,
    )


def failed_take(takes: Iterable[Take], shot: str) -> Take:
    """The attempt that stands in the way: one of unknown outcome, else the newest that was charged for nothing.

    Raises `InputError` when there is none.
    """
    recorded = tuple(takes)
    stuck = [take for take in stuck_takes(recorded) if take.shot == shot]
    waiting = [take for take in stuck if take.state is State.UNKNOWN] or [
        take for take in stuck if take.state is not State.HELD
    ]
    if not waiting and stuck:
        raise InputError(f"There is nothing to retry. {held_error(stuck[-1])}")
    if not waiting:
        raise no_such_take(
            recorded,
            shot,
            f"Shot {shot} has no take whose outcome is unknown, and none that was charged and failed; there is nothing "
            f"to retry. What is missing is made by: stitcher generate BOARD {shot}",
        )
    return waiting[-1]


def unknown_take(takes: Iterable[Take], shot: str) -> Take:
    """The shot's take of unknown outcome, or the last one that was given up. Raises `InputError` without either."""
    recorded = tuple(takes)
    mine = [take for take in recorded if take.shot == shot]
    unknown = [take for take in mine if take.state is State.UNKNOWN] or [
        take for take in mine if take.state is State.WRITTEN_OFF
    ]
    if not unknown:
        raise no_such_take(
            recorded, shot, f"Shot {shot} has no take whose outcome is unknown; nothing was changed."
        )
    return unknown[-1]


def _bring_home(context: RunContext, provider: str | Provider | None) -> Generated:
    ledger = context.ledger
    context = replace(context, spent_before=ledger.spent().total)
    context.sweep()
    unfinished = ledger.unfinished()
    waiting = [take for take in unfinished if take.state not in (State.INTENT, State.HELD)]
    providers = [provider] if provider is not None else list(dict.fromkeys(take.provider for take in waiting))
    made: list[Take] = []
    notes: list[str] = []
    last = ""
    for one in providers:
        with open_provider(one, context.options) as opened:
            last = opened.name
            run = GenerationRun(context, opened, (), RunPolicy(send=False))
            made += carry_out(run)
            notes += run.notes
    notes += join_finished(context.project, ledger.takes(), context.options.cancel)
    # Where nothing had to be fetched, no provider was asked for, nor a key.
    held = [take for take in unfinished if take.state is State.HELD and not providers]
    for take in held:
        if not has_another(take, ledger.takes(take.shot)):
            raise held_error(take)
    notes += [str(held_error(take)) for take in held]
    return generated(context, last, made, notes)

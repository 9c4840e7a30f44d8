"""Approval before money is spent: the budget, the account's balance, and a person's yes to the estimate."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from stitcher.errors import Interrupted, Issue, OutOfCredits, PreflightError
from stitcher.generation.budget import allowed_credits, check_account, check_budget
from stitcher.generation.context import RunContext
from stitcher.generation.estimate import Estimate, estimate
from stitcher.generation.messages import concerning
from stitcher.generation.need import Need
from stitcher.generation.preflight import ProbedFiles
from stitcher.generation.project import Project
from stitcher.generation.provider import Account, Provider
from stitcher.generation.refusals import refused
from stitcher.generation.retake_scope import Scope
from stitcher.generation.run_policy import RunPolicy
from stitcher.generation.states import State
from stitcher.generation.take import Take, most_spent
from stitcher.generation.take_integrity import damaged_sources
from stitcher.generation.tiers import load_tiers
from stitcher.generation.unrecorded_files import check_explained


@dataclass(frozen=True, slots=True)
class Approval:
    """What may be spent, and who is asked."""

    max_credits: int | None = None
    """The most this run may cost; the storyboard's `budget` bounds all runs together."""
    confirm: Callable[[Estimate], bool] | None = None
    """Called with the estimate before anything is paid for; when it says no, nothing is sent."""
    again_for: Take | None = None
    """Limits the run to the take of one failed or unknown request, which a person asks for again."""
    second_charge: int | None = None
    """What that person accepts to pay for it, which it then costs at most."""


WITHOUT_BOUNDS = Approval()


def approve(
    context: RunContext,
    provider: Provider,
    needs: Sequence[Need],
    *,
    scope: Scope,
    approval: Approval,
    files: ProbedFiles,
    notes: Sequence[str] = (),
) -> RunPolicy:
    """What a run may do for these needs, once they can be paid and were agreed to. `notes` are told with the price.

    Raises `BudgetExceeded`, `OutOfCredits`, `DailyCap`, `PreflightError` and `Interrupted`.
    """
    project, takes, again_for = context.project, context.ledger.takes(), approval.again_for
    policy = RunPolicy(retake=scope.retake)
    if again_for is not None and approval.second_charge is not None:
        policy = replace(policy, second_charge={again_for.shot: approval.second_charge})
    if not provider.paid:
        return policy
    check_explained(project, takes, needs, provider.name)
    allowed = allowed_credits(
        project.board, context.ledger.spent(), approval.max_credits, approval.second_charge
    )
    policy = replace(policy, allowed_credits=allowed)
    if again_for is not None:
        return replace(policy, account=check_balance_for_retry(again_for, provider))
    refusals = refused(project.board, needs, takes, provider.name, damaged_sources(project, needs, takes))
    # While an outcome is unknown nothing is sent, so nobody is asked to pay for it.
    send = not any(take.state is State.UNKNOWN and take.provider == provider.name for take in takes)
    account = None
    if send and set(needs) - set(refusals):
        priced = price_missing(project, takes, scope, files, refused=refusals)
        # Enlargements are asked for by themselves, after the takes were looked at.
        upscales = any(need.purpose == "upscale" for need in needs)
        lines = tuple(line for line in priced.lines if (line.purpose == "upscale") is upscales)
        priced = replace(priced, lines=lines, notes=(*map(str, refusals.values()), *notes))
        account = _afford(priced, provider, allowed, approval.confirm)
        policy = replace(policy, agreed_credits=most_spent(takes) + priced.ceiling_credits)
    return replace(policy, send=send, account=account, refused=refusals)


def price_missing(
    project: Project, takes: Iterable[Take], scope: Scope, files: ProbedFiles, *, refused: Iterable[Need]
) -> Estimate:
    """What is missing of a project's takes and upscales, and is not refused, with its price."""
    return estimate(
        project.board,
        project.models,
        takes,
        scope,
        media=files.media,
        tiers=load_tiers(project=project.folder),
        refused=refused,
    )


def _afford(
    priced: Estimate, provider: Provider, allowed: int | None, confirm: Callable[[Estimate], bool] | None
) -> Account | None:
    if not priced.lines:
        unpriced = f" Not priced: {'; '.join(priced.unpriced)}." if priced.unpriced else ""
        raise PreflightError([Issue(f"What is missing could not be priced, so nothing was sent.{unpriced}")])
    check_budget(priced, allowed)
    account = provider.account()
    check_account(priced, account)
    if confirm is not None and not confirm(priced):
        raise Interrupted("Cancelled; nothing was sent.")
    return account


def check_balance_for_retry(take: Take, provider: Provider) -> Account | None:
    """The account, once one request that failed can be paid again. Raises `OutOfCredits`."""
    account = provider.account()
    if account is not None and account.balance_credits < take.ceiling_credits:
        short = OutOfCredits(
            f"{take.label} may cost {take.ceiling_credits} credits and the account has {account.balance_credits}. "
            "Nothing was sent.",
            needed_credits=take.ceiling_credits,
            balance_credits=account.balance_credits,
        )
        raise concerning(short, take)
    return account

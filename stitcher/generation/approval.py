"""Before anything is paid for: can it be, and is it agreed to?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from stitcher.errors import Interrupted, Issue, OutOfCredits, PreflightError
from stitcher.generation.budget import check_account, check_budget
from stitcher.generation.estimate import Estimate
from stitcher.generation.messages import concerning
from stitcher.generation.provider import Account, Provider
from stitcher.generation.take import Take


def afford(
    needed: Estimate,
    maker: Provider,
    allowed: int | None,
    confirm: Callable[[Estimate], bool] | None,
    *,
    upscales: bool = False,
) -> Account | None:
    """The account, once everything missing can be paid and was agreed to; of takes, or of enlargements.

    Raises `BudgetExceeded`, `OutOfCredits`, `DailyCap`, `PreflightError` and `Interrupted`.
    """
    # Enlargements are asked for by themselves, after the takes were looked at.
    lines = tuple(line for line in needed.lines if (line.purpose == "upscale") is upscales)
    needed = replace(needed, lines=lines)
    if not needed.lines:
        unpriced = f" Not priced: {'; '.join(needed.unpriced)}." if needed.unpriced else ""
        raise PreflightError([Issue(f"What is missing could not be priced, so nothing was sent.{unpriced}")])
    check_budget(needed, allowed)
    account = maker.account()
    check_account(needed, account)
    if confirm is not None and not confirm(needed):
        raise Interrupted("Cancelled; nothing was sent.")
    return account


def check_balance_for_retry(take: Take, maker: Provider) -> Account | None:
    """The account, once one request that failed can be paid again. Raises `OutOfCredits`."""
    account = maker.account()
    if account is not None and account.balance_credits < take.ceiling_credits:
        short = OutOfCredits(
            f"{take.label} may cost {take.ceiling_credits} credits and the account has {account.balance_credits}. "
            "Nothing was sent.",
            needed_credits=take.ceiling_credits,
            balance_credits=account.balance_credits,
        )
        raise concerning(short, take)
    return account


def second_charges(take: Take | None, accepted: int | None) -> Mapping[str, int]:
    """What a person accepted to pay again, by shot."""
    return {} if take is None or accepted is None else {take.shot: accepted}

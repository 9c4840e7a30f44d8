"""Whether an estimate can be paid: the budget, the account's balance, the models' daily caps. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from stitcher.errors import BudgetExceeded, DailyCap, OutOfCredits
from stitcher.generation.estimate import Estimate
from stitcher.generation.prices import dollars
from stitcher.generation.provider import Account
from stitcher.generation.take import Spending
from stitcher.storyboard.model import Storyboard


def allowed_credits(board: Storyboard, spent: Spending, *for_this_run: int | None) -> int | None:
    """The most that may be spent and reserved in all, `None` for no bound.

    The storyboard's budget counts what was spent before; bounds `for_this_run` are for this run alone.
    """
    bounds = []
    if board.budget is not None:
        bounds.append(int(board.budget.credits))
    bounds += [spent.total + bound for bound in for_this_run if bound is not None]
    return min(bounds, default=None)


def check_budget(needed: Estimate, allowed: int | None) -> None:
    """Nothing, when everything missing fits. Raises `BudgetExceeded` with the numbers; nothing is ever sent in part.

    What is reserved for requests that were decided and not sent is part of what is missing already.
    """
    if allowed is None or not needed.ceiling_credits:
        return
    total = needed.spent.total + needed.ceiling_credits
    if total > allowed:
        raise BudgetExceeded(
            f"This needs up to {needed.ceiling_credits} credits ({dollars(needed.ceiling_credits)}); with "
            f"{needed.spent.total} spent that is {total}, and {allowed} are allowed. Nothing was sent. Raise the "
            "budget, or make fewer shots.",
            needed_credits=total,
            allowed_credits=allowed,
        )


def check_account(needed: Estimate, account: Account | None) -> None:
    """Nothing, when the account can pay everything missing and may start as much today.

    Raises `OutOfCredits`, `BudgetExceeded` for more than its tier may spend a month, and `DailyCap`.
    """
    if account is None:
        return
    balance, cap = account.balance_credits, account.monthly_cap_credits
    if needed.credits > balance:
        short = needed.credits - balance
        raise OutOfCredits(
            f"This needs {needed.credits} credits ({needed.dollars}) and the account has {balance}: buy {short} more "
            f"({dollars(short)}) in the developer portal. Credits of the web application do not count for the API. "
            "Nothing was sent.",
            needed_credits=needed.credits,
            balance_credits=balance,
        )
    if cap is not None and needed.credits > cap:
        raise BudgetExceeded(
            f"This needs {needed.credits} credits and the account's tier may spend {cap} a month: make it in parts, "
            "or reach a higher tier by buying more credits. Nothing was sent.",
            needed_credits=needed.credits,
            allowed_credits=cap,
            balance_credits=balance,
        )
    if today := " ".join(_over_today(needed, account)):
        raise DailyCap(f"{today} Nothing was sent.", needed_credits=needed.credits, balance_credits=balance)


def _over_today(needed: Estimate, account: Account) -> Iterator[str]:
    """Models of which the account may not make as many today."""
    for model, count in needed.requests.items():
        limits = account.models.get(model)
        left = limits.left_today if limits is not None else None
        if left is not None and count > left:
            yield (
                f"This needs {count} generations of {model} and the account has {left} left for today: name "
                "fewer shots now and the rest tomorrow."
            )

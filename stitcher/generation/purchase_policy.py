"""Retry policy of requests: after each outcome, whether to send, wait, retry, give the need up, or stop. Pure."""

from __future__ import annotations

from enum import Enum

from stitcher.errors import (
    BudgetExceeded,
    DailyCap,
    NoClearAnswer,
    OutOfCredits,
    ProviderConfig,
    ProviderUnavailable,
    StitcherError,
    TakeFailed,
    UnknownOutcome,
)

MAX_UNSENT = 4
"""How many requests in a row may provably not leave before the run ends."""
MAX_REPEATS = 2
"""How often a failure that cost nothing is asked for again by itself, in one run."""


class Decision(Enum):
    """What a run does next."""

    SEND = "send"
    """Go on with the request."""
    WAIT = "wait"
    """Send the same request later: it provably did not leave."""
    RETRY = "retry"
    """Ask for the same once more: it was made, failed, and cost nothing."""
    FAIL = "fail"
    """Give this need up, and go on with the others."""
    STOP = "stop"
    """Send nothing more in this run."""


def decide(
    outcome: StitcherError | None, *, paid: bool, harmless: bool = False, unsent: int = 0, repeats: int = 0
) -> Decision:
    """What follows from the outcome of a step of a request, `None` for one that went well.

    `paid` is whether the request may cost credits, `harmless` whether a failed task cost nothing and may go well next
    time, `unsent` how many requests in a row did not leave (this one included), and `repeats` how often it was asked
    for again in this run already.
    """
    match outcome:
        case None:
            return Decision.SEND
        case UnknownOutcome() | BudgetExceeded() | ProviderConfig() | OutOfCredits() | DailyCap():
            return Decision.STOP
        case NoClearAnswer():
            return Decision.STOP if paid else Decision.FAIL
        case ProviderUnavailable():
            return Decision.WAIT if unsent < MAX_UNSENT else Decision.STOP
        case TakeFailed():
            return Decision.RETRY if (harmless or not paid) and repeats < MAX_REPEATS else Decision.FAIL
        case _:
            return Decision.FAIL

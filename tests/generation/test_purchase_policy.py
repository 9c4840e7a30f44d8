"""After each outcome of a request, what a run does next: every one there can be, in one table."""

from __future__ import annotations

import pytest

from stitcher import errors
from stitcher.errors import (
    BadRequest,
    BudgetExceeded,
    DailyCap,
    DownloadFailed,
    InputError,
    MediaError,
    NoClearAnswer,
    NotSent,
    OutOfCredits,
    OutputError,
    ProviderConfig,
    ProviderUnavailable,
    Rejected,
    StitcherError,
    TakeFailed,
    TakeHeld,
    UnknownOutcome,
)
from stitcher.generation.purchase_policy import MAX_REPEATS, MAX_UNSENT, Decision, decide

# Whether it may cost credits, and whether a failure cost nothing and may go well next time.
SITUATIONS = [(paid, harmless) for paid in (True, False) for harmless in (True, False)]
ALWAYS = {
    UnknownOutcome: Decision.STOP,
    BudgetExceeded: Decision.STOP,
    ProviderConfig: Decision.STOP,
    OutOfCredits: Decision.STOP,
    DailyCap: Decision.STOP,
    ProviderUnavailable: Decision.WAIT,
    NotSent: Decision.WAIT,
    Rejected: Decision.FAIL,
    BadRequest: Decision.FAIL,
    InputError: Decision.FAIL,
    MediaError: Decision.FAIL,
    OutputError: Decision.FAIL,
    DownloadFailed: Decision.FAIL,
    TakeHeld: Decision.FAIL,
}


def outcome(kind: type[StitcherError]) -> StitcherError:
    """An error of a kind, however it is made."""
    return MediaError("1.mp4", "is broken") if kind is MediaError else kind("It went wrong.")


@pytest.mark.parametrize(("paid", "harmless"), SITUATIONS)
@pytest.mark.parametrize("kind", ALWAYS, ids=lambda kind: kind.__name__)
def test_what_follows_from_most_outcomes_does_not_depend_on_the_money(
    kind: type[StitcherError], paid: bool, harmless: bool
) -> None:
    assert decide(outcome(kind), paid=paid, harmless=harmless, unsent=1) is ALWAYS[kind]


def test_a_step_that_went_well_is_followed_by_the_next() -> None:
    assert {decide(None, paid=paid, harmless=harmless) for paid, harmless in SITUATIONS} == {Decision.SEND}


@pytest.mark.parametrize(("paid", "decision"), [(True, Decision.STOP), (False, Decision.FAIL)])
def test_an_unclear_answer_ends_the_run_where_it_may_have_cost_credits(
    paid: bool, decision: Decision
) -> None:
    assert decide(outcome(NoClearAnswer), paid=paid) is decision


@pytest.mark.parametrize("kind", [ProviderUnavailable, NotSent])
def test_a_request_that_does_not_leave_is_sent_again_until_it_was_tried_often_enough(
    kind: type[StitcherError],
) -> None:
    decisions = [decide(outcome(kind), paid=True, unsent=unsent) for unsent in range(1, MAX_UNSENT + 1)]
    assert decisions == [Decision.WAIT] * (MAX_UNSENT - 1) + [Decision.STOP]


@pytest.mark.parametrize(("paid", "harmless"), SITUATIONS)
def test_a_failed_take_is_asked_for_again_by_itself_only_where_that_costs_nothing(
    paid: bool, harmless: bool
) -> None:
    decisions = [
        decide(outcome(TakeFailed), paid=paid, harmless=harmless, repeats=repeats)
        for repeats in range(MAX_REPEATS + 1)
    ]
    free = Decision.RETRY if harmless or not paid else Decision.FAIL
    assert decisions == [free] * MAX_REPEATS + [Decision.FAIL]


def test_every_error_of_generation_is_in_a_table() -> None:
    kinds = {
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.GenerateError)
    }
    others = {kind for kind in kinds if issubclass(kind, errors.LedgerError)} | {errors.GenerateError}
    assert kinds - others == {kind for kind in ALWAYS if issubclass(kind, errors.GenerateError)} | {
        NoClearAnswer,
        TakeFailed,
    }

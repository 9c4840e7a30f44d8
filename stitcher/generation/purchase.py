"""The purchase, the one place where money is spent: recorded before, sent once, the answer recorded directly after."""

from __future__ import annotations

from stitcher.errors import (
    MediaError,
    NoClearAnswer,
    NotSent,
    OutOfCredits,
    ProviderConfig,
    ProviderUnavailable,
    Rejected,
    UnknownOutcome,
)
from stitcher.generation.defer_signals import signals_deferred
from stitcher.generation.ledger import Ledger
from stitcher.generation.messages import concerning, describe_unknown
from stitcher.generation.provider import Provider, Submission
from stitcher.generation.take import Take


class Buyer:
    """Prepares and sends requests of takes that are in the ledger."""

    def __init__(self, ledger: Ledger, provider: Provider) -> None:
        self._ledger = ledger
        self._provider = provider

    def prepare(self, take: Take, request: Submission) -> Submission:
        """The request with an address for every file. Raises as the provider; what will not do is withdrawn."""
        try:
            return self._provider.prepare(request)
        except (Rejected, MediaError, ProviderConfig) as exc:
            self._ledger.withdraw(take.id, f"could not be prepared: {exc}")
            raise

    def send(self, take: Take, request: Submission) -> Take:
        """As `send_once`, with the balance before; a refusal tells what was needed and what there is."""
        balance = self.balance() if take.ceiling_credits else None
        try:
            return send_once(self._ledger, self._provider, take, request, balance_credits=balance)
        except Rejected as exc:
            balance = self.balance() if isinstance(exc, OutOfCredits) else balance
            concerning(exc, take, needed=take.ceiling_credits, balance=balance)
            raise

    def balance(self) -> int | None:
        """Of the account; `None` when there is none, or when it cannot be asked now."""
        try:
            account = self._provider.account()
        except ProviderUnavailable:
            return None
        return account.balance_credits if account is not None else None

    def unknown(self, take: Take) -> UnknownOutcome:
        """What a person must decide about a request whose outcome nobody knows."""
        balance = self.balance()
        return UnknownOutcome(
            describe_unknown(take, self._ledger.history(take.id), balance),
            shot=take.shot,
            take=take.number,
            ceiling_credits=take.ceiling_credits,
            balance_before_credits=take.balance_before,
            balance_credits=balance,
            cost_credits=take.spent_credits,
        )


def send_once(
    ledger: Ledger, provider: Provider, take: Take, request: Submission, *, balance_credits: int | None
) -> Take:
    """Send the request of a take in INTENT, and return the take as ACCEPTED.

    Whatever is raised has been recorded: `NotSent` (INTENT again), `Rejected` and `ProviderConfig` (REJECTED),
    `NoClearAnswer` (UNKNOWN, where it may have cost something). `UnknownOutcome` is raised before anything is sent
    while another take's outcome is unknown. No signal comes in between.
    """
    with signals_deferred():
        ledger.sending(take.id, balance_credits=balance_credits)
        try:
            accepted = provider.submit(request)
        except NotSent as exc:
            ledger.not_sent(take.id, str(exc))
            raise
        except (Rejected, ProviderConfig) as exc:
            ledger.rejected(take.id, str(exc), reply=exc.raw if isinstance(exc, Rejected) else "")
            raise
        except NoClearAnswer as exc:
            ledger.outcome_unknown(take.id, str(exc), reply=exc.raw)
            raise
        except BaseException as exc:
            # Nobody knows how far it came; whoever reads the ledger must not take it for unsent.
            if take.ceiling_credits:
                ledger.outcome_unknown(take.id, f"stitcher stopped while it was sent: {type(exc).__name__}")
            else:
                ledger.not_sent(take.id, type(exc).__name__)
            raise
        return ledger.accepted(
            take.id,
            accepted.task_id,
            estimated_credits=accepted.estimated_credits,
            reply=accepted.raw,
        )

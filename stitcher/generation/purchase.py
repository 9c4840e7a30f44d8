"""The one place where money is spent: recorded before, sent once, and its answer recorded directly after."""

from __future__ import annotations

from stitcher.errors import NoClearAnswer, NotSent, ProviderConfig, Rejected
from stitcher.generation.defer_signals import signals_deferred
from stitcher.generation.ledger import Ledger
from stitcher.generation.provider import Provider, Submission
from stitcher.generation.take import Take


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
        except Rejected as exc:
            ledger.rejected(take.id, str(exc), reply=exc.raw)
            raise
        except ProviderConfig as exc:
            ledger.rejected(take.id, str(exc))
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

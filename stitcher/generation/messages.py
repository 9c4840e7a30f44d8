"""Messages about requests that did not go as planned. Pure text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import TypeVar

from stitcher.errors import InputError, Interrupted, StitcherError, TakeHeld
from stitcher.generation.retry_rules import why_not_again
from stitcher.generation.states import State
from stitcher.generation.take import Move, Take
from stitcher.storyboard.suggest import meant_or_known

_Error = TypeVar("_Error", bound=StitcherError)


def concerning(
    error: _Error,
    take: Take,
    *,
    needed: int | None = None,
    allowed: int | None = None,
    balance: int | None = None,
) -> _Error:
    """The error, with what machines are told of a take and its money wherever it does not say so by itself."""
    details = {
        "shot": take.shot,
        "take": take.number,
        "task_id": take.task_id,
        "cost_credits": take.spent_credits,
        "needed_credits": needed,
        "allowed_credits": allowed,
        "balance_credits": balance,
    }
    for name, value in details.items():
        if getattr(error, name) is None:
            setattr(error, name, value)
    return error


def describe_unknown(take: Take, history: tuple[Move, ...], balance_now: int | None = None) -> str:
    """What a person must read about a take whose outcome nobody knows, and the two ways on.

    `balance_now` is the account's balance, read after; with the one before it says whether it was charged.
    """
    sent = next((move.at for move in reversed(history) if move.after is State.SENDING), take.updated)
    lost = next((move for move in reversed(history) if move.after is State.UNKNOWN), None)
    reason = f" ({lost.note.rstrip('.')})" if lost is not None and lost.note else ""
    answered = lost is not None and bool(lost.reply)
    what = "the answer does not tell what became of it" if answered else "no answer was recorded"
    return (
        f"{take.label}: outcome unknown. A {take.ceiling_credits}-credit request was sent "
        f"{sent.astimezone(UTC):%H:%M:%S} UTC on {sent.astimezone(UTC):%Y-%m-%d} and {what}{reason}. "
        f"Nothing was sent again. {_judge(take.balance_before, balance_now)}"
        f"Find it in the developer portal's request history, then: stitcher adopt BOARD {take.shot} TASK_ID - or buy "
        f"again: stitcher retry BOARD {take.shot} --accept-second-charge {take.ceiling_credits} - or, if it was never "
        f"booked: stitcher adopt BOARD --none {take.shot}"
    )


def describe_never_made(take: Take, balance_now: int | None, spent_since: int = 0) -> str:
    """What speaks for and against a person's word that a request was never booked, after other credits were spent."""
    return (
        f"{take.label}, a request of {take.ceiling_credits} credits: "
        f"{_judge(take.balance_before, balance_now, spent_since)}"
        "If the developer portal's request history does not have it, it was never booked."
    )


def interrupted(running: Sequence[Take], retaken: Sequence[str] = ()) -> Interrupted:
    """What a person who stopped a run must know: what is still being made, and that it is paid for. `retaken` are
    shots whose retake is made, so that --retake is not to be given once more.
    """
    again = f" Leave out --retake {' --retake '.join(retaken)}: that one is made." if retaken else ""
    if not running:
        return Interrupted(f"{Interrupted()}{again}")
    tasks = "; ".join(f"{take.label} (task {take.task_id}, {take.spent_credits} credits)" for take in running)
    return Interrupted(
        f"Stopped on request. Still being made, and paid for: {tasks}. Run the same again, or 'stitcher rescue BOARD', "
        f"to fetch it; nothing is bought twice.{again}",
        task_ids=tuple(take.task_id for take in running if take.task_id is not None),
    )


def describe_dearer(take: Take) -> str:
    """That the service asks for more than was reckoned with, and what follows."""
    cost = take.actual_credits or take.estimated_credits
    return (
        f"{take.label} costs {cost} credits at the service, and at most {take.ceiling_credits} were expected. It is "
        f"made and fetched; nothing more was sent. The price of {take.model} has changed: the next run reckons with "
        "what was seen, so look at `stitcher estimate BOARD`, and run again."
    )


def held_error(take: Take) -> TakeHeld:
    """What a person must read about a file that is whole and not what was asked for, and the two ways on."""
    cost = f" It is paid for ({take.spent_credits} credits)." if take.spent_credits else ""
    accept = f"take it: stitcher takes accept BOARD {take.shot} {take.number} - or "
    if take.expected.frame_for_frame and not take.expected.is_near(take.frames or 0):
        # Larger pictures that are not frame for frame have no use.
        accept = ""
    return TakeHeld(
        f"{take.label} is there, whole, and {take.failure or 'is not what was asked for'}.{cost} It is kept as "
        f"{take.file}, and nothing is bought again. Look at it, then {accept}do without it: stitcher takes decline "
        f"BOARD {take.shot} {take.number}",
        shot=take.shot,
        take=take.number,
        file=take.file or "",
        cost_credits=take.actual_credits,
        task_id=take.task_id,
    )


def no_such_take(takes: Iterable[Take], shot: str, message: str) -> InputError:
    """The message as an error; or, where a shot has no take at all and others have, which of those was meant."""
    names = sorted({take.shot for take in takes})
    if shot in names or not names:
        return InputError(message)
    return InputError(f"There is no take of {shot!r}{meant_or_known(shot, names)}")


def describe_stuck(take: Take) -> str:
    """What a person must read about a take that waits for a decision, whatever it is that happened to it."""
    if take.state is State.HELD:
        return str(held_error(take))
    if take.state is not State.UNKNOWN:
        return why_not_again(take, take.ceiling_credits)
    return (
        f"{take.label}: its outcome is unknown, and nothing paid is sent until you decide: stitcher adopt BOARD "
        f"{take.shot} TASK_ID - or, if it was never booked: stitcher adopt BOARD --none {take.shot} - or buy again: "
        f"stitcher retry BOARD {take.shot} --accept-second-charge {take.ceiling_credits}"
    )


def _judge(before: int | None, now: int | None, spent_since: int = 0) -> str:
    if before is None or now is None:
        return "The balance is not known. "
    others = f", {spent_since} of it for later takes" if spent_since else ""
    if now + spent_since < before:
        return f"Balance {before} → {now}{others}: probably charged. "
    return f"Balance {before} → {now}{others}: probably not charged, or not yet. "

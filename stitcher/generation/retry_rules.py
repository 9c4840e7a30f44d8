"""Retry rules: when the same take may be asked for once more. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from stitcher.errors import InputError
from stitcher.generation.failure_codes import advice
from stitcher.generation.request import TakeRequest
from stitcher.generation.states import ENDED_WITHOUT_FILE, START, State
from stitcher.generation.take import Take, is_moderated


def check_alive(attempts: Sequence[Take], accepted: int | None) -> None:
    """Refuse what exists or is under way; an unknown outcome is neither where a second charge was accepted."""
    for take in attempts:
        if take.state in ENDED_WITHOUT_FILE or take.state is START or take.may_be_made_again:
            continue
        if take.state is State.UNKNOWN and accepted is not None and accepted >= take.ceiling_credits:
            continue
        raise InputError(
            f"{take.label} exists already ({take.state.value}); it is not bought again. "
            "Ask for a retake to get another one."
        )


def check_second_charge(last: Take, request: TakeRequest, accepted: int | None) -> None:
    """Refuse to ask for the same again after `last` was charged or moderated, unless a person accepted its price."""
    if accepted is not None and accepted >= request.ceiling_credits:
        return
    if last.spent_credits or is_moderated(last):
        raise InputError(why_not_again(last, request.ceiling_credits))


def why_not_again(last: Take, ceiling_credits: int) -> str:
    """Why an attempt that was charged or moderated is not repeated by itself, and how a person asks for it again."""
    why = (
        f"counts {last.spent_credits} credits as spent" if last.spent_credits else "was stopped by moderation"
    )
    hint = f"{advice(last.failure_code)} " if advice(last.failure_code) else ""
    changed = "what is asked for" if last.purpose == "sound" else "the shot"
    another = (
        f" - or change {changed}, and for another take: stitcher generate BOARD --retake {last.shot} --provider "
        f"{last.provider}"
        if last.is_select and last.purpose != "edit"
        else ""
    )
    return (
        f"{last.label} is {last.state.value} and {why}, so it is not bought again by itself. {hint}"
        f"For the same again: stitcher retry BOARD {last.shot} --accept-second-charge {ceiling_credits}{another}"
    )

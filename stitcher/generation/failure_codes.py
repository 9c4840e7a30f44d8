"""What a task's failure code means for a retry. Pure.

Codes are matched by their longest known beginning, because new ones appear.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

_Value = TypeVar("_Value")
_AGAIN = {
    "SAFETY": False,
    "INPUT_PREPROCESSING.SAFETY": False,
    "INPUT_PREPROCESSING.INTERNAL": True,
    "INTERNAL.BAD_OUTPUT": False,
    "INTERNAL": True,
    "THIRD_PARTY.UNAVAILABLE": True,
    "ASSET.INVALID": False,
}
_ADVICE = {
    "SAFETY": "Moderation stopped it, and repeats can suspend the account: change the words or the picture.",
    "INPUT_PREPROCESSING.SAFETY": "Moderation stopped the prompt, and repeats can suspend the account: change it.",
    "INTERNAL.BAD_OUTPUT": "Overlaid text and logos are usual causes: change the prompt or the start picture.",
    "ASSET.INVALID": "The service cannot use a file it was sent: save it again, or use another.",
}


def may_repeat(code: str | None, cost_credits: int | None) -> bool:
    """Whether the same request may be sent again without asking: it cost nothing, and may go well next time."""
    return cost_credits == 0 and (True if code is None else _longest(_AGAIN, code, False))


def advice(code: str | None) -> str:
    """What a person can do about it, or an empty string."""
    return "" if code is None else _longest(_ADVICE, code, "")


def _longest(table: Mapping[str, _Value], code: str, otherwise: _Value) -> _Value:
    parts = code.upper().split(".")
    for length in range(len(parts), 0, -1):
        begin = ".".join(parts[:length])
        if begin in table:
            return table[begin]
    return otherwise

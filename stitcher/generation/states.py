"""The state machine of a take, as one table of legal moves. Knows nobody but `errors`; does nothing.

    INTENT → SENDING → ACCEPTED → SUCCEEDED → STORED → FRAMED
       │        ├→ REJECTED            ├→ HELD ─┴→ DECLINED
       │        │                      ├→ GONE
       │        └→ UNKNOWN ─→ ADOPTED ─┤ (then as ACCEPTED)
       │                 └→ WRITTEN_OFF
       └→ CANCELLED       │            └→ FAILED, CANCELLED, GONE
                          └─ found after all ─→ ADOPTED

INTENT      the exact request and its price ceiling are on disk; nothing was sent
SENDING     the request is about to leave, or has left; found after a crash, it is UNKNOWN
ACCEPTED    the service named a task
SUCCEEDED   the service says it is made; it is paid for
STORED      the file is on disk, whole and checked
HELD        the file is on disk, whole, and is not what was asked for: a person takes it or declines it
DECLINED    a person declined it; the file stays where it is, and what it cost stays counted
FRAMED      its last frame is on disk too
REJECTED    the service refused it, or a later plan did: nothing was made
FAILED, CANCELLED, GONE   the task ended badly, was stopped, or is no longer known to the service
UNKNOWN     sent, and no answer: a person says which task it became (ADOPTED), or that it is lost (WRITTEN_OFF);
            one that was given up may still be found
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from stitcher.errors import IllegalMove


class State(Enum):
    """Where a take stands; the value is what the ledger stores."""

    INTENT = "intent"
    SENDING = "sending"
    ACCEPTED = "accepted"
    SUCCEEDED = "succeeded"
    STORED = "stored"
    HELD = "held"
    DECLINED = "declined"
    FRAMED = "framed"
    REJECTED = "rejected"
    FAILED = "failed"
    CANCELLED = "cancelled"
    GONE = "gone"
    UNKNOWN = "unknown"
    ADOPTED = "adopted"
    WRITTEN_OFF = "written_off"


_S = State
_TASK_ENDS = frozenset({_S.SUCCEEDED, _S.FAILED, _S.CANCELLED, _S.GONE})

MOVES: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        # CANCELLED from here: the plan changed before anything was sent, and nothing was charged.
        _S.INTENT: frozenset({_S.SENDING, _S.CANCELLED}),
        # INTENT from here: provably not sent (no connection was made), so sending again is safe.
        _S.SENDING: frozenset({_S.ACCEPTED, _S.REJECTED, _S.UNKNOWN, _S.INTENT}),
        _S.ACCEPTED: _TASK_ENDS,
        _S.SUCCEEDED: frozenset({_S.STORED, _S.HELD, _S.GONE}),
        _S.HELD: frozenset({_S.STORED, _S.DECLINED}),
        _S.DECLINED: frozenset(),
        _S.STORED: frozenset({_S.FRAMED}),
        _S.FRAMED: frozenset(),
        _S.REJECTED: frozenset(),
        _S.FAILED: frozenset(),
        _S.CANCELLED: frozenset(),
        _S.GONE: frozenset(),
        _S.UNKNOWN: frozenset({_S.ADOPTED, _S.WRITTEN_OFF}),
        _S.ADOPTED: _TASK_ENDS,
        _S.WRITTEN_OFF: frozenset({_S.ADOPTED}),
    }
)

START = State.INTENT
"""Every take begins here."""

TASK_RUNNING = frozenset({_S.ACCEPTED, _S.ADOPTED})
"""The service has a task whose end is not recorded: look at it again."""

ON_DISK = frozenset({_S.STORED, _S.FRAMED})
"""The take's file exists."""

COMING = frozenset({_S.SENDING, _S.ACCEPTED, _S.ADOPTED, _S.SUCCEEDED, _S.STORED})
"""Sent, and nobody has to decide anything before it is there."""

ENDED_WITHOUT_FILE = frozenset({_S.REJECTED, _S.FAILED, _S.CANCELLED, _S.GONE, _S.WRITTEN_OFF, _S.DECLINED})
"""Nothing more will come of it; only after one of these may the same take be asked for again."""

UNFINISHED = frozenset(State) - ENDED_WITHOUT_FILE - {_S.FRAMED}
"""Somebody still has to do something."""


def may_move(before: State, after: State) -> bool:
    """Whether a take can go from one state to the other."""
    return after in MOVES[before]


def check_move(before: State, after: State, what: str = "A take") -> None:
    """Nothing, when the move is legal. Raises `IllegalMove` naming `what`, the state and the legal moves."""
    if may_move(before, after):
        return
    legal = ", ".join(sorted(state.value for state in MOVES[before])) or "nothing: it has ended"
    raise IllegalMove(
        f"{what} is {before.value} and cannot become {after.value}; from there it can become {legal}. "
        "Nothing was changed."
    )

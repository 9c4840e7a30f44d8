"""What a run is to bring about: one goal for each take, start image, edit or enlargement. Pure.

Goals are settled from the ledger alone, so a run that was killed goes on where the record says it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from stitcher.errors import InputError
from stitcher.generation.dependency_graph import find_source, in_order
from stitcher.generation.request import shot_model, shot_takes, wants_image
from stitcher.generation.retake_scope import RENEWED, Renewal, renewal
from stitcher.generation.states import ENDED_WITHOUT_FILE, State
from stitcher.generation.take import ANIMATIC, Purpose, Take, coming_takes, missing_takes
from stitcher.storyboard.model import Shot, Storyboard


@dataclass(frozen=True, slots=True)
class Goal:
    """One file that is wanted."""

    shot: str
    index: int
    """Of the shot in the storyboard."""
    purpose: Purpose
    number: int
    variant: str = ""
    piece: int = 0

    def is_about(self, take: Take) -> bool:
        """Whether a take of the right provider is this goal's."""
        series = "take" if self.purpose in ("take", "edit") else self.purpose
        theirs = "take" if take.is_picture else take.purpose
        return (self.shot, series, self.number, self.variant, self.piece) == (
            take.shot,
            theirs,
            take.number,
            take.variant,
            take.piece,
        )


class Standing(Enum):
    """How far a goal is."""

    OPEN = "open"
    """Nothing was sent, or what was sent ended without a file."""
    UNDER_WAY = "under way"
    DONE = "done"


def plan_goals(
    board: Storyboard,
    takes: Iterable[Take],
    provider: str,
    *,
    shots: frozenset[str] | None = None,
    retake: frozenset[str] = frozenset(),
    stale: frozenset[tuple[str, Purpose]] = frozenset(),
    paid: bool = True,
) -> tuple[Goal, ...]:
    """Everything that is missing, sources before what starts from them. What is under way is not missing.

    `retake` names shots of which one more is wanted (one that is on its way is that one), `stale` what no longer
    matches the storyboard, which decides what of those shots is made anew.
    """
    known = tuple(takes)
    goals: list[Goal] = []
    for index in in_order(board):
        shot = board.shots[index]
        if shot.kind == "take" and (shots is None or shot.id in shots):
            of_shot = [take for take in known if take.shot == shot.id]
            anew = renewal(shot, stale) if shot.id in retake else Renewal()
            goals += _shot_goals(board, index, shot, of_shot, provider, anew, paid)
    return tuple(goals)


def coming_goals(
    board: Storyboard, takes: Iterable[Take], provider: str, retake: frozenset[str]
) -> tuple[Goal, ...]:
    """What an earlier run sent for shots of which one more is wanted: what starts from it waits for it."""
    known = tuple(takes)
    return tuple(
        Goal(shot.id, index, purpose, number)
        for index, shot in enumerate(board.shots)
        if shot.id in retake
        for purpose in RENEWED
        for number in coming_takes([take for take in known if take.shot == shot.id], provider, purpose)
    )


def goal_of(board: Storyboard, take: Take) -> Goal:
    """The goal that a take was asked for. Raises `InputError` for a shot that is not in the storyboard any more."""
    index = next((n for n, shot in enumerate(board.shots) if shot.id == take.shot), None)
    if index is None:
        raise InputError(f"{take.label}: there is no shot {take.shot!r} in the storyboard any more.")
    return Goal(take.shot, index, take.purpose, take.number, take.variant, take.piece)


def _shot_goals(
    board: Storyboard,
    index: int,
    shot: Shot,
    takes: Sequence[Take],
    provider: str,
    anew: Renewal,
    paid: bool,
) -> list[Goal]:
    goals: list[Goal] = []
    mine = [take for take in takes if take.provider == provider]
    numbers: tuple[int, ...] = ()
    # Nobody needs a stand-in for what is there.
    real = provider == ANIMATIC and any(take.on_disk and not take.is_animatic for take in takes)
    if shot.clip is None and not (real and not anew.take):
        numbers = missing_takes(takes, shot_takes(board, shot), provider, retake=anew.take)
        if numbers and wants_image(shot) is not None:
            if anew.image and not coming_takes(mine, provider, "start-image"):
                drawn = [take.number for take in mine if take.purpose == "start-image"]
                goals.append(Goal(shot.id, index, "start-image", max(drawn, default=0) + 1))
            elif not _has_image(takes, provider, paid):
                goals.append(Goal(shot.id, index, "start-image", _image_number(mine)))
        goals += [Goal(shot.id, index, "take", number) for number in numbers]
    if shot.edit is not None and not (real and not anew.edit):
        edits = [take for take in mine if take.purpose == "edit"]
        renewed = anew.edit and not coming_takes(mine, provider, "edit")
        if renewed or not any(_counts(take) for take in edits):
            goals.append(Goal(shot.id, index, "edit", _edit_number(mine, edits, numbers)))
    return goals


def _counts(take: Take) -> bool:
    return take.on_disk or (take.unfinished and take.state is not State.INTENT)


def _has_image(takes: Sequence[Take], provider: str, paid: bool) -> bool:
    images = [take for take in takes if take.purpose == "start-image" and _counts(take)]
    # A stand-in may start from the real picture; a paid take never from a stand-in's.
    return any(take.provider == provider or (not paid and take.on_disk) for take in images)


def _image_number(mine: Sequence[Take]) -> int:
    removed = [take.number for take in mine if take.purpose == "start-image" and take.removed]
    return max(removed, default=0) + 1


def _edit_number(mine: Sequence[Take], edits: Sequence[Take], planned: tuple[int, ...]) -> int:
    newest = edits[-1] if edits else None
    if newest is not None and (newest.state is State.INTENT or newest.state in ENDED_WITHOUT_FILE):
        return newest.number
    return max([take.number for take in mine if take.is_picture] + list(planned), default=0) + 1


def goal_model(board: Storyboard, goal: Goal) -> str | None:
    """The model a goal is sent to, as far as the storyboard says."""
    shot = board.shots[goal.index]
    match goal.purpose:
        case "start-image":
            asked = wants_image(shot)
            return asked.model if asked is not None else None
        case "edit":
            return shot.edit.model if shot.edit is not None else None
        case "take":
            return shot_model(board, shot)
        case _:
            return None


def standing(goal: Goal, takes: Iterable[Take], provider: str) -> Standing:
    """How far a goal is, by the ledger."""
    attempts = [
        take
        for take in takes
        if take.provider == provider and goal.is_about(take) and not take.may_be_made_again
    ]
    if any(take.state is State.FRAMED or take.removed for take in attempts):
        return Standing.DONE
    idle = (State.INTENT, *ENDED_WITHOUT_FILE)
    # An unknown outcome that was asked for again is waited for no longer.
    alive = [take for take in attempts if take.state not in idle]
    if not alive or (attempts[-1].state is State.INTENT and alive[-1].state is State.UNKNOWN):
        return Standing.OPEN
    return Standing.UNDER_WAY


def without_replaced(
    takes: Iterable[Take], goals: Iterable[Goal], retake: frozenset[str], provider: str
) -> tuple[Take, ...]:
    """The takes that a request may be made from: of shots that are made anew, only what is made anew, so that takes
    of a chain that are asked for together follow from each other.
    """
    renewed: dict[tuple[str, Purpose], set[int]] = {}
    for goal in goals:
        if goal.shot in retake and goal.purpose != "upscale":
            renewed.setdefault((goal.shot, goal.purpose), set()).add(goal.number)
    return tuple(
        take
        for take in takes
        if (take.shot, take.purpose) not in renewed
        or (take.provider == provider and take.number in renewed[take.shot, take.purpose])
    )


def needs(board: Storyboard, goal: Goal, goals: Iterable[Goal]) -> tuple[Goal, ...]:
    """The goals that have to be settled before this one can be begun.

    All takes of a source, not only one: which of them is circled, and so whose frame is taken, must not depend on
    which came first.
    """
    others = [other for other in goals if other != goal]
    if goal.purpose in ("start-image", "upscale"):
        return ()
    if goal.purpose == "edit":
        return tuple(
            other for other in others if other.shot == goal.shot and other.purpose in ("take", "start-image")
        )
    own = [other for other in others if other.shot == goal.shot and other.purpose == "start-image"]
    source = find_source(board, goal.index)
    if source is None:
        return tuple(own)
    return (*own, *(other for other in others if other.shot == source.shot and other.purpose != "upscale"))

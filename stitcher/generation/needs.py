"""What a run still needs to make: one need for each take, start image, edit or upscale. Pure.

Needs are settled from the ledger alone, so a run that was killed goes on where the record says it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from types import MappingProxyType

from stitcher.errors import InputError
from stitcher.generation.dependency_graph import find_source, topological_order
from stitcher.generation.need import Need, is_there
from stitcher.generation.request import shot_model, shot_takes, start_image_of
from stitcher.generation.retake_scope import EVERYTHING, RENEWED, Scope
from stitcher.generation.sound_needs import plan_sounds
from stitcher.generation.sound_wishes import sound_wishes
from stitcher.generation.states import ENDED_WITHOUT_FILE, State
from stitcher.generation.take import ANIMATIC, Purpose, Take, coming_takes, missing_takes
from stitcher.storyboard.model import Storyboard


class NeedStatus(Enum):
    """How far a need is."""

    OPEN = "open"
    """Nothing was sent, or what was sent ended without a file."""
    UNDER_WAY = "under way"
    DONE = "done"


def plan_needs(
    board: Storyboard,
    takes: Iterable[Take],
    scope: Scope = EVERYTHING,
    *,
    paid: bool = True,
    voices: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Need, ...]:
    """Everything that is missing of what `scope` covers, sources before what starts from them. `voices` are the shots
    whose voice can be taken out of their sound, as `voice_sources` gives them.

    What is under way is not missing, nor is one more take of a shot while one is on its way.
    """
    known = tuple(takes)
    needs: list[Need] = []
    for index in topological_order(board):
        shot = board.shots[index]
        if shot.kind == "take" and scope.covers(shot.id):
            of_shot = [take for take in known if take.shot == shot.id]
            needs += _shot_needs(board, index, of_shot, scope, paid=paid)
    return (*needs, *plan_sounds(board, known, scope, voices))


def needs_under_way(board: Storyboard, takes: Iterable[Take], scope: Scope) -> tuple[Need, ...]:
    """What an earlier run sent for shots of which one more is wanted: what starts from it waits for it."""
    known = tuple(takes)
    return tuple(
        Need(shot.id, index, purpose, number)
        for index, shot in enumerate(board.shots)
        if shot.id in scope.retake
        for purpose in RENEWED
        for number in coming_takes([take for take in known if take.shot == shot.id], scope.provider, purpose)
    )


def need_of(board: Storyboard, take: Take) -> Need:
    """The need that a take was asked for. Raises `InputError` for a shot that is not in the storyboard any more."""
    index = next(
        (
            n
            for n, (name, variant) in enumerate(_asked_for(board, take.purpose))
            if (name, variant) == (take.shot, take.variant if take.purpose == "sound" else "")
        ),
        None,
    )
    if index is None and take.purpose == "sound":
        raise InputError(f"{take.label}: the storyboard asks for no such sound any more.")
    if index is None:
        raise InputError(f"{take.label}: there is no shot {take.shot!r} in the storyboard any more.")
    return Need(take.shot, index, take.purpose, take.number, take.variant, take.piece)


def _asked_for(board: Storyboard, purpose: Purpose) -> Iterator[tuple[str, str]]:
    """Name and variant of what may be asked for, as `Need.index` counts it."""
    if purpose == "sound":
        return ((wish.name, wish.variant) for wish in sound_wishes(board))
    return ((shot.id, "") for shot in board.shots)


def _shot_needs(
    board: Storyboard, index: int, takes: Sequence[Take], scope: Scope, *, paid: bool
) -> list[Need]:
    shot, provider = board.shots[index], scope.provider
    anew = scope.renewal(shot)
    needs: list[Need] = []
    mine = [take for take in takes if take.provider == provider]
    numbers: tuple[int, ...] = ()
    # Nobody needs a stand-in for what is there.
    real = provider == ANIMATIC and any(take.on_disk and not take.is_animatic for take in takes)
    if shot.clip is None and not (real and not anew.take):
        numbers = missing_takes(takes, shot_takes(board, shot), provider, retake=anew.take)
        if numbers and start_image_of(shot) is not None:
            if anew.image and not coming_takes(mine, provider, "start-image"):
                drawn = [take.number for take in mine if take.purpose == "start-image"]
                needs.append(Need(shot.id, index, "start-image", max(drawn, default=0) + 1))
            elif not _has_image(takes, provider, paid):
                needs.append(Need(shot.id, index, "start-image", _image_number(mine)))
        needs += [Need(shot.id, index, "take", number) for number in numbers]
    if shot.edit is not None and not (real and not anew.edit):
        edits = [take for take in mine if take.purpose == "edit"]
        renewed = anew.edit and not coming_takes(mine, provider, "edit")
        if renewed or not any(is_there(take) for take in edits):
            needs.append(Need(shot.id, index, "edit", _edit_number(mine, edits, numbers)))
    return needs


def _has_image(takes: Sequence[Take], provider: str, paid: bool) -> bool:
    images = [take for take in takes if take.purpose == "start-image" and is_there(take)]
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


def model_of(board: Storyboard, need: Need) -> str | None:
    """The model a need is sent to, as far as the storyboard says."""
    if need.purpose == "sound":
        return None
    shot = board.shots[need.index]
    match need.purpose:
        case "start-image":
            image = start_image_of(shot)
            return image.model if image is not None else None
        case "edit":
            return shot.edit.model if shot.edit is not None else None
        case "take":
            return shot_model(board, shot)
        case _:
            return None


def status_of(need: Need, takes: Iterable[Take], provider: str) -> NeedStatus:
    """How far a need is, by the ledger."""
    attempts = [
        take
        for take in takes
        if take.provider == provider and need.matches(take) and not take.may_be_made_again
    ]
    if any(take.state is State.FRAMED or take.removed for take in attempts):
        return NeedStatus.DONE
    idle = (State.INTENT, *ENDED_WITHOUT_FILE)
    # An unknown outcome that was asked for again is waited for no longer.
    alive = [take for take in attempts if take.state not in idle]
    if not alive or (attempts[-1].state is State.INTENT and alive[-1].state is State.UNKNOWN):
        return NeedStatus.OPEN
    return NeedStatus.UNDER_WAY


def without_replaced(
    takes: Iterable[Take], needs: Iterable[Need], retake: frozenset[str], provider: str
) -> tuple[Take, ...]:
    """The takes that a request may be made from: of shots that are made anew, only what is made anew, so that takes
    of a chain that are asked for together follow from each other.
    """
    renewed: dict[tuple[str, Purpose], set[int]] = {}
    for need in needs:
        if need.shot in retake and need.purpose != "upscale":
            renewed.setdefault((need.shot, need.purpose), set()).add(need.number)
    return tuple(
        take
        for take in takes
        if (take.shot, take.purpose) not in renewed
        or (take.provider == provider and take.number in renewed[take.shot, take.purpose])
    )


def prerequisites(board: Storyboard, need: Need, needs: Iterable[Need]) -> tuple[Need, ...]:
    """The needs that have to be settled before this one can be begun.

    All takes of a source, not only one: which of them is circled, and so whose frame is taken, must not depend on
    which came first.
    """
    others = [other for other in needs if other != need]
    if need.purpose in ("start-image", "upscale"):
        return ()
    if need.purpose == "sound":
        wish = sound_wishes(board)[need.index]
        return tuple(
            other
            for other in others
            if other.shot == wish.made_of and other.purpose != "upscale" and not other.variant
        )
    if need.purpose == "edit":
        return tuple(
            other for other in others if other.shot == need.shot and other.purpose in ("take", "start-image")
        )
    own = [other for other in others if other.shot == need.shot and other.purpose == "start-image"]
    source = find_source(board, need.index)
    if source is None:
        return tuple(own)
    return (
        *own,
        *(
            other
            for other in others
            if other.shot == source.shot and other.purpose not in ("upscale", "sound")
        ),
    )

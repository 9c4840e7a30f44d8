"""Refusals: what a run will not send, known beforehand, so that nobody is asked to pay for it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from stitcher.errors import InputError
from stitcher.generation.dependency_graph import find_source
from stitcher.generation.messages import concerning
from stitcher.generation.need import Need
from stitcher.generation.retry_rules import why_not_again
from stitcher.generation.sound_wishes import SoundWish, sound_names, sound_wishes
from stitcher.generation.states import ENDED_WITHOUT_FILE, State
from stitcher.generation.take import Purpose, Take
from stitcher.storyboard.model import Storyboard

_LOST = ENDED_WITHOUT_FILE | {State.INTENT, State.HELD, State.UNKNOWN}
"""States from which no file comes by itself."""


class SourceMissing(InputError):
    """What a take would be made from does not exist (yet)."""


def no_source(shot: str, source: str, provider: str, *, stand_in: bool) -> SourceMissing:
    """That a shot starts from one that has no take, or only a stand-in."""
    if not stand_in:
        return SourceMissing(
            f"Shot {shot} starts from {source}, which has no take: make that first, or both together."
        )
    return SourceMissing(
        f"Shot {shot} starts from {source}, which has only an animatic: credits are not spent on what starts from a "
        f"stand-in. Make {source} with {provider} first, or both together."
    )


def no_take_to_edit(shot: str, provider: str, *, stand_in: bool) -> SourceMissing:
    """That a shot is to be edited that has no take, or only a stand-in."""
    if not stand_in:
        return SourceMissing(f"Shot {shot} is to be edited and has no take: make that first.")
    return SourceMissing(
        f"Shot {shot} is to be edited and has only an animatic: make it with {provider} first."
    )


def no_sound_source(wish: SoundWish, provider: str, *, stand_in: bool) -> SourceMissing:
    """That a sound is to be made from a shot or a sound that is not made, or is only a stand-in."""
    what = "The voice" if wish.variant else f"The sound {wish.name}"
    if not stand_in:
        return SourceMissing(
            f"{what} is made from {wish.made_of}, which is not made yet: make that first, or both together."
        )
    return SourceMissing(
        f"{what} is made from {wish.made_of}, which is only a stand-in: credits are not spent on what is made from "
        f"one. Make {wish.made_of} with {provider} first, or both together."
    )


def refused(
    board: Storyboard,
    needs: Sequence[Need],
    takes: Iterable[Take],
    provider: str,
    unusable: Mapping[Need, InputError] = MappingProxyType({}),
) -> Mapping[Need, InputError]:
    """Needs of a provider that takes money that cannot be begun, each with why: what was charged or moderated is not
    asked for again by itself, and what would start from something that is not made waits for it.

    `unusable` are needs that are refused already. `needs` have sources before what starts from them, as those of
    `plan_needs` have.
    """
    known = tuple(takes)
    refusals = dict(unusable)
    for need in needs:
        if need in refusals:
            continue
        attempts = [take for take in known if take.provider == provider and need.matches(take)]
        if attempts and attempts[-1].needs_consent:
            last = attempts[-1]
            refusals[need] = concerning(
                InputError(why_not_again(last, last.ceiling_credits)), last, needed=last.ceiling_credits
            )
        elif (missing := _missing_source(board, need, needs, refusals, known, provider)) is not None:
            refusals[need] = missing
    return refusals


def _missing_source(
    board: Storyboard,
    need: Need,
    needs: Iterable[Need],
    refusals: Mapping[Need, InputError],
    takes: Iterable[Take],
    provider: str,
) -> SourceMissing | None:
    """Why what a need is made from will not be there when its turn comes, or `None`."""
    if need.purpose == "sound":
        return _missing_sound_source(board, need, needs, refusals, takes, provider)
    if need.purpose not in ("take", "edit"):
        return None
    shot = board.shots[need.index]
    own = need.purpose == "edit" or (shot.start is not None and shot.start.image is not None)
    source = None if own else find_source(board, need.index)
    named = shot if own else board.shot(source.shot) if source is not None else None
    if named is None or (named.clip is not None and (need.purpose == "edit" or named.edit is None)):
        return None
    purposes: tuple[Purpose, ...] = ("take", "edit")
    if own:
        purposes = ("take",) if need.purpose == "edit" else ("start-image",)
    mine = [take for take in takes if take.shot == named.id and take.purpose in purposes]
    planned = [
        other for other in needs if other.shot == named.id and other.purpose in purposes and other != need
    ]
    if _will_be_there(mine, planned, refusals, provider):
        return None
    stand_in = any(take.on_disk for take in mine)
    if need.purpose == "edit":
        return no_take_to_edit(shot.id, provider, stand_in=stand_in)
    if own:
        return SourceMissing(f"Shot {shot.id}: its start image is not there yet.")
    return no_source(shot.id, named.id, provider, stand_in=stand_in)


def _missing_sound_source(
    board: Storyboard,
    need: Need,
    needs: Iterable[Need],
    refusals: Mapping[Need, InputError],
    takes: Iterable[Take],
    provider: str,
) -> SourceMissing | None:
    """As `_missing_source`, for a sound that is made from a shot's take or from another sound."""
    wish = sound_wishes(board)[need.index]
    if wish.made_of is None:
        return None
    shot = next((shot for shot in board.shots if shot.id == wish.made_of), None)
    if shot is not None and shot.clip is not None and shot.edit is None:
        return None
    if shot is None and wish.made_of not in sound_names(board):
        return None
    mine = [take for take in takes if take.shot == wish.made_of and take.is_select]
    planned = [
        other
        for other in needs
        if other.shot == wish.made_of and other.purpose in ("take", "edit", "sound") and not other.variant
    ]
    if _will_be_there(mine, planned, refusals, provider):
        return None
    return no_sound_source(wish, provider, stand_in=any(take.on_disk for take in mine))


def _will_be_there(
    takes: Iterable[Take], planned: Iterable[Need], refusals: Mapping[Need, InputError], provider: str
) -> bool:
    """Whether one of these takes is there for real or will be, or one of these needs will be met."""
    known = tuple(takes)
    real = any(take.on_disk and not take.is_animatic for take in known)
    coming = any(take.provider == provider and take.state not in _LOST and not take.removed for take in known)
    return real or coming or any(need not in refusals for need in planned)

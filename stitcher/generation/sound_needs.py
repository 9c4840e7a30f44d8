"""What a run still needs to buy of the sounds of a storyboard. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from stitcher.generation.need import Need, is_there
from stitcher.generation.retake_scope import Scope
from stitcher.generation.sound_wishes import shown_clip, sound_wishes
from stitcher.generation.take import ANIMATIC, VOICE, Take, missing_takes
from stitcher.storyboard.model import Storyboard
from stitcher.timeline.media_index import MediaIndex


def plan_sounds(
    board: Storyboard, takes: Sequence[Take], scope: Scope, voices: Mapping[str, str]
) -> Iterator[Need]:
    """What is missing of the sounds that are bought, those that others are made from first. `voices` are the shots
    whose voice can be taken out of their sound, as `voice_sources` gives them.
    """
    again: set[str | None] = set()
    for index, wish in enumerate(sound_wishes(board)):
        if not scope.covers(wish.name) or (wish.variant and wish.name not in voices):
            continue
        own = [take for take in takes if wish.is_of(take)]
        if wish.variant:
            numbers = _voice_numbers(own, voices[wish.name], scope.provider)
        else:
            retake = wish.name in scope.retake
            if scope.provider == ANIMATIC and not retake:
                there = [take for take in own if take.on_disk]
                # A stand-in costs nothing, so one for other words is made again unasked, and what is made from it.
                is_stale = (wish.name, "sound") in scope.stale or wish.made_of in again
                retake = is_stale and all(take.is_animatic for take in there)
                if there and not retake:
                    continue
            numbers = missing_takes(own, 1, scope.provider, retake=retake, purpose="sound")
            if numbers and scope.provider == ANIMATIC:
                again.add(wish.name)
        yield from (Need(wish.name, index, "sound", number, wish.variant) for number in numbers)


def without_silent_voices(
    board: Storyboard, needs: Sequence[Need], media: MediaIndex
) -> tuple[list[Need], list[str]]:
    """The needs without voices of shots whose take came without sound, and what to say of those."""
    clips = {shot.id: shown_clip(shot, media) for shot in board.shots}

    def is_silent(need: Need) -> bool:
        clip = clips.get(need.shot) if (need.purpose, need.variant) == ("sound", VOICE) else None
        return clip is not None and not clip.audio

    silent = [
        f"The take of the shot {need.shot!r} came without sound, so there is no voice to be heard alone; nothing was "
        "bought for it."
        for need in needs
        if is_silent(need)
    ]
    return [need for need in needs if not is_silent(need)], silent


def _voice_numbers(own: Sequence[Take], source: str, provider: str) -> tuple[int, ...]:
    """The number of the voice that is missing, if it is. Every file that a shot has shown has a voice of its own."""
    same = [take for take in own if take.start_sha256 == source]
    if provider == ANIMATIC and any(take.on_disk for take in same):
        return ()
    mine = [take for take in own if take.provider == provider]
    same = [take for take in mine if take.start_sha256 == source and not take.removed]
    if any(is_there(take) for take in same):
        return ()
    return (same[-1].number if same else max((take.number for take in mine), default=0) + 1,)

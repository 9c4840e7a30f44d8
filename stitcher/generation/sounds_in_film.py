"""Bought sounds in the film: which take each sound of the storyboard plays, and which voice a shot has. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from stitcher.generation.models import Models
from stitcher.generation.sound_wishes import SoundWish, shown_clip, sound_wishes, voice_sources
from stitcher.generation.take import Take, circled_take
from stitcher.storyboard import model as written
from stitcher.storyboard.model import Storyboard
from stitcher.timebase import Time
from stitcher.timeline.media_index import MediaIndex

_FACE = re.compile(
    r"\b(faces?|lips|mouth|portrait|close-?up of (an? |the )?(wo)?man|speak\w*|talk\w*|say(s|ing)|tell(s|ing))\b",
    re.IGNORECASE,
)


def sounds_in_film(board: Storyboard, takes: Iterable[Take]) -> dict[str, Take]:
    """By name: the take that each sound of the storyboard plays, of those that have one."""
    known = tuple(takes)
    chosen = {
        wish.name: circled_take(take for take in known if wish.is_of(take))
        for wish in sound_wishes(board)
        if not wish.variant
    }
    return {name: take for name, take in chosen.items() if take is not None}


def voices_in_film(board: Storyboard, takes: Iterable[Take], sources: Mapping[str, str]) -> dict[str, Take]:
    """By shot: the voice that is heard instead of its own sound; of the file it shows, real ones before stand-ins."""
    chosen: dict[str, Take] = {}
    known = tuple(takes)
    for wish in sound_wishes(board):
        source = sources.get(wish.name) if wish.variant else None
        own = [take for take in known if wish.is_of(take) and take.on_disk and take.start_sha256 == source]
        if source and own:
            chosen[wish.name] = next((take for take in own if not take.is_animatic), own[0])
    return chosen


def unvoiced(board: Storyboard, models: Models, takes: Iterable[Take], media: MediaIndex) -> tuple[str, ...]:
    """Shots whose file is there, and whose voice is not, or only a stand-in's."""
    sources = {shot: sha256 for shot, sha256 in voice_sources(board, models, media).items() if sha256}
    there = voices_in_film(board, takes, sources)
    return tuple(shot for shot in sources if shot not in there or there[shot].is_animatic)


def with_sounds(board: Storyboard, takes: Mapping[str, Take], folder: Path, media: MediaIndex) -> Storyboard:
    """The storyboard with the file of each bought sound in its place, so that it is a sound like any other."""
    if not takes:
        return board
    wishes = {wish.name: wish for wish in sound_wishes(board) if not wish.variant}
    cues = tuple(
        _with_file(board, cue, wishes[cue.name or ""], takes[cue.name or ""], folder, media)
        if cue.generate is not None and cue.name in takes
        else cue
        for cue in board.sound
    )
    return board.model_copy(update={"sound": cues})


def _with_file(
    board: Storyboard, cue: written.Cue, wish: SoundWish, take: Take, folder: Path, media: MediaIndex
) -> written.Cue:
    assert take.file is not None
    changes: dict[str, object] = {"file": folder / take.file}
    if wish.asked.kind == "picture" and (name := wish.made_of) is not None:
        shot = board.shot(name)
        if cue.at is None and cue.from_ is None:
            ends = any(key is not None for key in (cue.to, cue.until, cue.length))
            changes |= {"from_": name} if ends else {"from_": name, "to": name}
        clip = shown_clip(shot, media)
        if cue.in_ is None and shot.in_ is not None and clip is not None:
            # The sound is of the whole file, and the film shows it from here on.
            rate = clip.video.rate or clip.video.average_rate
            changes["in_"] = Time(seconds=shot.in_.to_seconds(rate))
    return cue.model_copy(update=changes)


def stand_in_notes(sounds: Mapping[str, Take], voices: Mapping[str, Take]) -> tuple[str, ...]:
    """What a report must say of sounds that only stand in for bought ones."""
    names = [name for name, take in sounds.items() if take.is_animatic]
    names += [f"the voice of {shot}" for shot, take in voices.items() if take.is_animatic]
    return (f"Stand-ins are heard for sounds that are not bought yet: {', '.join(names)}.",) if names else ()


def unmoved_lips(board: Storyboard, names: Sequence[str]) -> tuple[str, ...]:
    """What has to be said once of lines that are bought over shots in which somebody seems to speak."""
    shots = {shot.id: shot for shot in board.shots}
    over = []
    for cue in board.sound:
        if cue.name not in names or cue.words is None:
            continue
        position = cue.at.resolve(dict.fromkeys(shots, 0)) if cue.at is not None else None
        name = position.name if position is not None and position.base == "shot" else cue.from_
        shot = shots.get(name or "")
        if shot is not None and shot.prompt is not None and _FACE.search(shot.prompt):
            over.append(f"{cue.name} over {shot.id}")
    if not over:
        return ()
    return (
        f"A spoken line moves no lips: {', '.join(over)}. Speech and picture are made apart from each other.",
    )

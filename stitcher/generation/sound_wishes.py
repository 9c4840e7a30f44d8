"""Sounds of a storyboard that are bought: its own, and the voices in the sound of shots. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from stitcher.generation.models import Models
from stitcher.generation.request import shot_model
from stitcher.generation.take import VOICE, Take
from stitcher.media.clip import Clip
from stitcher.storyboard import model as written
from stitcher.storyboard.model import GeneratedSound, MadeFrom, Shot, Storyboard
from stitcher.storyboard.source_map import Location
from stitcher.timeline.media_index import MediaIndex


@dataclass(frozen=True, slots=True)
class SoundWish:
    """One sound that is to be bought."""

    name: str
    """The sound's, or the shot's whose voice it is."""
    variant: str
    """`VOICE` for the voice in a shot's own sound, else empty."""
    where: Location
    """Of what is asked for, in the storyboard."""
    asked: GeneratedSound
    cue: written.Cue | None
    """`None` for a shot's voice."""

    @property
    def made_of(self) -> str | None:
        """The name of the shot or sound it is made from; `None` for words and files."""
        source = self.asked.source
        return None if source is None else source.shot or source.sound

    @property
    def words(self) -> str | None:
        """What is said in it, or what it is described by."""
        asked = self.asked
        return (
            self.cue.words
            if self.cue is not None and asked.kind == "speech"
            else asked.effect or asked.prompt
        )

    def is_of(self, take: Take) -> bool:
        """Whether a take of the ledger is one of it."""
        return take.purpose == "sound" and (take.shot, take.variant) == (self.name, self.variant)


def sound_wishes(board: Storyboard) -> tuple[SoundWish, ...]:
    """Every sound that is bought: what is made from another sound after that, otherwise as in the storyboard."""
    wishes = [
        SoundWish(shot.id, VOICE, ("shots", index), GeneratedSound(isolate=MadeFrom(shot=shot.id)), None)
        for index, shot in enumerate(board.shots)
        if wants_voice(board, shot)
    ]
    waiting = [
        SoundWish(cue.name, "", ("sound", index, "generate"), cue.generate, cue)
        for index, cue in enumerate(board.sound)
        if cue.generate is not None and cue.name is not None
    ]
    while waiting:
        names = {wish.name for wish in waiting}
        ready = [wish for wish in waiting if wish.made_of not in names]
        # Sounds that are made from each other were refused when the storyboard was read.
        wishes += ready or waiting
        waiting = [wish for wish in waiting if wish not in ready] if ready else []
    return tuple(wishes)


def sound_names(board: Storyboard) -> frozenset[str]:
    """The names of the storyboard's own sounds that are bought."""
    return frozenset(wish.name for wish in sound_wishes(board) if not wish.variant)


def voice_sources(board: Storyboard, models: Models, media: MediaIndex) -> dict[str, str]:
    """By shot: the hash of the file whose voice is to be heard alone, empty while it is not made. Shots without sound
    are not in it: there is nothing to take a voice out of.
    """
    sources = {}
    for shot in board.shots:
        if not wants_voice(board, shot):
            continue
        clip = shown_clip(shot, media)
        if clip is not None and clip.audio:
            sources[shot.id] = clip.sha256
        elif clip is None and shot.kind == "take" and shot.clip is None:
            model = models.known.get(shot_model(board, shot))
            if model is not None and model.output.sound:
                sources[shot.id] = ""
    return sources


def shown_clip(shot: Shot, media: MediaIndex) -> Clip | None:
    """The file a shot shows, as far as it is there and known."""
    return media.takes.get(shot.id) or (media.clips.get(shot.clip) if shot.clip else None)


def wants_voice(board: Storyboard, shot: Shot) -> bool:
    """Whether only the voice in a shot's own sound is to be heard."""
    own = shot.sound or board.defaults.sound
    return own.voice and own.keep and shot.kind in ("clip", "take")

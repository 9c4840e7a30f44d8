"""Selects, the circled takes that are in the film: which file each shot shows, as the ledger says."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from stitcher.errors import Interrupted, MediaError, MediaRefused, OutputError
from stitcher.generation.enlargements import (
    enlarged_picture,
    enlargement_files,
    find_enlargement,
    outdated_enlargements,
)
from stitcher.generation.estimate import shot_upscale
from stitcher.generation.ledger import Ledger
from stitcher.generation.ledger_reader import LedgerReader
from stitcher.generation.messages import concerning, describe_stuck, held_error, no_such_take
from stitcher.generation.paths import frame_file, ledger_path
from stitcher.generation.sound_wishes import shown_clip, sound_names, sound_wishes, wants_voice
from stitcher.generation.sounds_in_film import sounds_in_film, stand_in_notes, voices_in_film, with_sounds
from stitcher.generation.states import COMING, State
from stitcher.generation.take import Take, circled_take, stuck_takes
from stitcher.media.clip import Clip, Sound
from stitcher.media.files import READ_ONLY, disk_errors
from stitcher.media.probe import probe, probe_sound
from stitcher.storyboard.model import Storyboard
from stitcher.timeline.media_index import MediaIndex


@dataclass(frozen=True, slots=True)
class Footage:
    """What the generated shots of a storyboard show."""

    clips: Mapping[str, Clip] = field(default_factory=dict)
    """By shot: takes as they came. Shots without a take are not in it."""
    matrices: Mapping[str, str] = field(default_factory=dict)
    """By shot: the colour matrix of takes that do not say it themselves, by FFmpeg's name."""
    stand_ins: tuple[str, ...] = ()
    """Shots that have only an animatic, in the order of the storyboard."""
    takes: Mapping[str, Take] = field(default_factory=dict)
    """By shot."""
    enlarged: Mapping[str, Clip] = field(default_factory=dict)
    """By shot, clips of the storyboard among them: the larger file of which the pictures are shown."""
    sounds: Mapping[str, Take] = field(default_factory=dict)
    """By name: what sounds of the storyboard play that are bought."""
    voices: Mapping[str, Take] = field(default_factory=dict)
    """By shot: the voice that is heard instead of its own sound."""
    voice_files: Mapping[str, Sound] = field(default_factory=dict)
    """By shot: the same, as probed."""
    stand_in_files: frozenset[Path] = frozenset()
    """Of sounds of the storyboard that only stand in for bought ones."""
    unvoiced: tuple[str, ...] = ()
    """Shots whose voice is to be heard alone and is not there."""
    own_clips: Mapping[Path, Clip] = field(default_factory=dict)
    """Clips of the storyboard that sounds are made of."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a report must say of it."""
        return stand_in_notes(self.sounds, self.voices)

    def board(self, board: Storyboard, folder: Path) -> Storyboard:
        """The storyboard with the sounds that are bought, where they are there, as sounds from files."""
        media = MediaIndex(takes=self.clips, clips=self.own_clips)
        return with_sounds(board, self.sounds, folder, media)

    def media(self) -> MediaIndex:
        """What laying out the film has to know of it."""
        return MediaIndex(
            takes=self.clips,
            matrices=self.matrices,
            enlarged=self.enlarged,
            voices=self.voice_files,
            unvoiced=self.unvoiced,
            stand_ins=self.stand_in_files,
            chained=frozenset(
                (earlier.shot, later.shot)
                for earlier in self.takes.values()
                for later in self.takes.values()
                if later.purpose == "take"
                and later.start_sha256 is not None
                and later.start_sha256 == earlier.frame_sha256
            ),
        )


def film_footage(board: Storyboard, *, project: Path | None = None) -> Footage:
    """The circled takes of a storyboard's shots, probed; empty where there is no ledger beside it.

    Raises `MediaError` for a take whose file is gone, damaged, or not the one that was stored; `LedgerError`.
    """
    folder = project or (board.path.parent if board.path is not None else None)
    if folder is None or not ledger_path(folder).exists():
        return _with_sounds(Footage(), board, (), folder) if folder is not None else Footage()
    with LedgerReader.view(ledger_path(folder)) as ledger:
        takes = ledger.takes()
    return _with_sounds(footage_of(board, takes, folder), board, takes, folder)


def why_missing(board: Storyboard) -> tuple[str, ...]:
    """What a person must read of shots without a take: what waits for a decision, and what is on its way."""
    if board.path is None or not ledger_path(board.path.parent).exists():
        return ()
    with LedgerReader.view(ledger_path(board.path.parent)) as ledger:
        takes = [take for take in ledger.takes() if take.is_select and not take.is_animatic]
    bare = {shot.id for shot in board.shots if shot.kind == "take"} | sound_names(board)
    bare -= {take.shot for take in takes if take.on_disk}
    stuck = [describe_stuck(take) for take in stuck_takes(takes) if take.shot in bare]
    coming = [take for take in takes if take.state in COMING and take.shot in bare]
    return (
        *stuck,
        *(f"{take.label} is paid for and on its way; for it: stitcher rescue BOARD" for take in coming),
    )


def outdated_pictures(board: Storyboard) -> tuple[str, ...]:
    """What is to be said of larger files that the film does not show, because its shots show other files by now."""
    if board.path is None or not ledger_path(board.path.parent).exists():
        return ()
    with LedgerReader.view(ledger_path(board.path.parent)) as ledger:
        return tuple(outdated_enlargements(board, ledger.takes(), board.path.parent))


def footage_of(board: Storyboard, takes: Iterable[Take], folder: Path, *, enlarged: bool = True) -> Footage:
    """As `film_footage`, from takes at hand; `enlarged` says whether larger files are looked for."""
    known = tuple(takes)
    clips: dict[str, Clip] = {}
    chosen: dict[str, Take] = {}
    larger: dict[str, Clip] = {}
    for shot in board.shots:
        of_shot = [take for take in known if take.shot == shot.id]
        take = circled_take(of_shot) if shot.kind == "take" else None
        source: Clip | None = None
        if take is not None and take.file is not None:
            try:
                source = probe(folder / take.file)
                _check(source, take)
            except MediaError as exc:
                concerning(exc, take)
                raise
            clips[shot.id], chosen[shot.id] = source, take
        elif (
            shot.kind == "clip" and shot.clip is not None and any(one.purpose == "upscale" for one in of_shot)
        ):
            source = probe(shot.clip)
        if not enlarged or source is None:
            continue
        picture = enlarged_picture(shot_upscale(board, shot), of_shot, take, source, folder)
        if picture is not None:
            larger[shot.id] = picture
    return Footage(
        clips,
        {shot: take.matrix for shot, take in chosen.items() if take.matrix is not None},
        tuple(shot for shot, take in chosen.items() if take.is_animatic),
        chosen,
        larger,
    )


def _with_sounds(footage: Footage, board: Storyboard, takes: tuple[Take, ...], folder: Path) -> Footage:
    """What is heard of the sounds that are bought, each file the one that was stored."""
    if not board.buys_sounds:
        return footage
    made_of = {wish.made_of for wish in sound_wishes(board)}
    own = {
        shot.clip: probe(shot.clip) for shot in board.shots if shot.clip is not None and shot.id in made_of
    }
    media = MediaIndex(takes=footage.clips, clips=own)
    sources = {
        shot.id: clip.sha256
        for shot in board.shots
        if wants_voice(board, shot) and (clip := shown_clip(shot, media)) is not None and clip.audio
    }
    sounds = sounds_in_film(board, takes)
    voices = voices_in_film(board, takes, sources)
    probed = {
        (take.shot, take.variant): _stored_sound(folder, take)
        for take in (*sounds.values(), *voices.values())
    }
    return replace(
        footage,
        sounds=sounds,
        voices=voices,
        voice_files={shot: probed[shot, take.variant] for shot, take in voices.items()},
        unvoiced=tuple(shot for shot in sources if shot not in voices),
        own_clips=own,
        stand_in_files=frozenset(
            folder / take.file for take in sounds.values() if take.is_animatic and take.file is not None
        ),
    )


def _stored_sound(folder: Path, take: Take) -> Sound:
    try:
        sound = probe_sound(folder / (take.file or ""))
        _check(sound, take)
    except MediaError as exc:
        concerning(exc, take)
        raise
    return sound


def _check(clip: Clip | Sound, take: Take) -> None:
    if clip.sha256 != take.sha256:
        raise MediaRefused(
            clip.path,
            f"is not the file that was stored for {take.label}. Put the original back, or circle another take.",
        )


def find_take(takes: Iterable[Take], shot: str, number: int, provider: str | None = None) -> Take:
    """A shot's or sound's take of that number: the real one where an animatic has the same, unless a provider is named.

    Raises `TakeHeld` for one that waits to be accepted, `InputError` naming the takes there are for any other.
    """
    recorded = tuple(takes)
    every = tuple(take for take in recorded if take.shot == shot and take.is_select)
    known = tuple(take for take in every if take.on_disk)
    named = [take for take in known if take.number == number and provider in (None, take.provider)]
    real = [take for take in named if not take.is_animatic] or named
    if real:
        return real[-1]
    for take in every:
        if take.state is State.HELD and take.number == number and provider in (None, take.provider):
            raise held_error(take)
    numbers = ", ".join(f"{take.number} ({take.provider})" for take in known) or "none"
    what = "Sound" if any(take.purpose == "sound" for take in every) else "Shot"
    raise no_such_take(recorded, shot, f"{what} {shot} has no take {number} on disk; there are: {numbers}.")


def film_remark(folder: Path, take: Take) -> str:
    """Which of the shot's takes the film shows now, where there are others; else an empty text."""
    with LedgerReader.view(ledger_path(folder)) as ledger:
        takes = ledger.takes(take.shot)
    others = [
        one for one in takes if one.on_disk and one.is_select and not one.is_animatic and one.id != take.id
    ]
    shown = circled_take(takes)
    if not others or shown is None or not take.is_select:
        return ""
    if shown.id != take.id:
        return f"The film shows take {shown.number}: stitcher takes circle BOARD {take.shot} {take.number}"
    numbers = ", ".join(str(one.number) for one in others)
    return f"The film shows it now; for another (take {numbers}): stitcher takes circle BOARD {take.shot} N"


def circle(folder: Path, shot: str, number: int, *, provider: str | None = None) -> Take:
    """Make a take the one in the film, and return it. Raises `InputError` for one that is not there."""
    with Ledger.open(ledger_path(folder)) as ledger:
        return ledger.circle(find_take(ledger.takes(), shot, number, provider).id)


def remove(
    folder: Path,
    shot: str,
    number: int,
    *,
    provider: str | None = None,
    upscale: str | None = None,
    confirm: Callable[[Take], bool] | None = None,
) -> tuple[Take, tuple[Path, ...]]:
    """Delete a take's file and frames; its record and what it cost stay. Returns it and what was deleted.

    With `upscale` it is what enlarged the take to that height, all pieces of it and the file they were joined to; the
    same may be made again. This is the only thing in stitcher that deletes a take. Raises `InputError` for one that is
    not there, `OutputError` for what may not be deleted, and `Interrupted` when `confirm` says no.
    """
    if confirm is not None:
        # Nobody else is kept waiting while a person thinks.
        with LedgerReader.view(ledger_path(folder)) as record:
            take = _named(record.takes(), shot, number, provider, upscale)[0]
        if not confirm(take):
            raise Interrupted("Cancelled; nothing was deleted.")
        provider = take.provider
    with Ledger.open(ledger_path(folder)) as ledger:
        takes = _named(ledger.takes(), shot, number, provider, upscale)
        paths = _files(folder, takes[0]) if upscale is None else enlargement_files(folder, takes)
        for path in paths:
            if not os.access(path.parent, os.W_OK | os.X_OK):
                raise OutputError(
                    f"The folder {str(path.parent)!r} may not be changed, so {path.name} cannot be deleted. Nothing "
                    "was removed; give yourself the right to write there."
                )
        # Recorded first: a file without a record harms nobody, a record without a file stops every render.
        removed = [ledger.removed(take.id) for take in takes]
    for path in paths:
        with disk_errors(path):
            path.chmod(READ_ONLY | 0o200)
            path.unlink()
    return removed[0], paths


def _named(
    takes: Iterable[Take], shot: str, number: int, provider: str | None, upscale: str | None
) -> tuple[Take, ...]:
    if upscale is not None:
        return find_enlargement(takes, shot, number, upscale, provider)
    return (find_take(takes, shot, number, provider),)


def _files(folder: Path, take: Take) -> tuple[Path, ...]:
    named = [take.file, take.frame_file, frame_file(take.shot, take.number, take.provider, "first")]
    # Of a sound, the last frame is the sound.
    known = dict.fromkeys(folder / name for name in named if name is not None)
    paths = [path for path in known if path.exists()]
    others = folder / frame_file(take.shot, take.number, take.provider, "frame-*")
    return (*paths, *sorted(others.parent.glob(others.name)))

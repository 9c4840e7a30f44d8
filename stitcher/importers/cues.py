"""Sounds of a cut as the plain values of a storyboard's cues. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from stitcher.exporters.levels import Level
from stitcher.importers.automation import settled, written_keys
from stitcher.importers.cut import CutClip, CutMedia
from stitcher.importers.losses import Unread
from stitcher.importers.own_sound import limited
from stitcher.importers.roles import role_of
from stitcher.importers.values import clean, source_time
from stitcher.timebase import FrameRange

_ANCHORED = ("dialogue", "effects")
"""Roles whose sounds go with what is seen; the others go with the film."""


def role_or_loss(sound: CutClip, unread: list[Unread]) -> str:
    """A sound's role; effects, which is noted, where nothing tells of one."""
    role = role_of(sound.role)
    if role is None:
        unread.append(Unread("role", sound.name))
    return role or "effects"


@dataclass(frozen=True, slots=True)
class CueWriter:
    """Makes the values of sounds."""

    rate: Fraction
    """The film's."""
    path: Callable[[CutMedia, str], str]
    anchor: Callable[[int], str]
    """How a frame of the film is named by what is seen there."""
    unread: list[Unread]

    def written(self, sounds: Sequence[CutClip]) -> list[dict[str, Any]]:
        """The values of sounds, in their order."""
        heard = [sound for sound in sounds if sound.media is not None]
        return [self.cue(sound, loop=loop) for sound, loop in looped(heard, self.rate)]

    def cue(self, sound: CutClip, *, loop: bool = False) -> dict[str, Any]:
        """The values of one sound."""
        assert sound.media is not None
        sound = self._begun(sound)
        role = role_or_loss(sound, self.unread)
        data: dict[str, Any] = {"role": role, "file": self.path(sound.media or CutMedia(""), sound.name)}
        if name := clean(sound.name):
            data["name"] = name
        data |= self.place(sound, role, loop=loop)
        data |= self.level(sound)
        if sound.stream:
            data["stream"] = sound.stream + 1
        if sound.speed != 1:
            self.unread.append(Unread("sound-speed", sound.name))
        if not sound.enabled:
            data["mute"] = True
            self.unread.append(Unread("disabled-sound", sound.name))
        return data

    def _begun(self, sound: CutClip) -> CutClip:
        """The sound, from where its file begins on."""
        missing = math.ceil(-sound.start * self.rate / sound.speed)
        if missing <= 0:
            return sound
        self.unread.append(Unread("before-media", sound.name))
        begins = min(sound.record.start + missing, sound.record.stop - 1)
        return sound.within(FrameRange(begins, sound.record.stop), self.rate)

    def place(self, sound: CutClip, role: str, *, loop: bool = False) -> dict[str, Any]:
        """Where a sound is heard, and what of its file."""
        data: dict[str, Any] = {}
        if sound.record.start:
            data["at"] = self.anchor(sound.record.start) if role in _ANCHORED else f"{sound.record.start}f"
        begins = max(Fraction(0), sound.start)
        if begins:
            data["in"] = source_time(begins, self.rate)
        assert sound.media is not None
        length = sound.media.seconds
        if loop:
            data["loop"] = True
        if loop or length is None or begins + len(sound.record) / self.rate < length - 1 / self.rate:
            data["length"] = f"{len(sound.record)}f"
        return data

    def level(self, sound: CutClip) -> dict[str, Any]:
        """How loud a sound is."""
        data: dict[str, Any] = {}
        fades, keys = settled(sound.levels, len(sound.record))
        if gain := limited(fades.gain_db, sound.name, self.unread):
            data["gain"] = gain
        if keys:
            data["gain_keys"] = written_keys(keys)
        for key, frames in (("fade_in", fades.fade_in), ("fade_out", fades.fade_out)):
            if frames:
                data[key] = f"{frames}f"
        if sound.pan:
            data["pan"] = round(sound.pan, 3)
        return data


def looped(sounds: Sequence[CutClip], rate: Fraction) -> list[tuple[CutClip, bool]]:
    """Sounds, with those that begin again where they end as the loops that they are."""
    merged: list[tuple[CutClip, bool]] = []
    ends: dict[tuple[object, ...], int] = {}
    for sound in sounds:
        key = (sound.media, sound.name, sound.role, sound.start, sound.speed)
        before = ends.get((*key, sound.record.start))
        if before is None or not _whole(merged[before][0], sound, rate):
            ends[(*key, sound.record.stop)] = len(merged)
            merged.append((sound, False))
            continue
        merged[before] = (_continued(merged[before][0], sound), True)
        ends[(*key, sound.record.stop)] = before
    return merged


def _whole(earlier: CutClip, later: CutClip, rate: Fraction) -> bool:
    """Whether the earlier one is heard to its file's end, in whole rounds."""
    length = earlier.media.seconds if earlier.media is not None else None
    if length is None or earlier.start >= length:
        return False
    round_frames = (length - earlier.start) / earlier.speed * rate
    rounds = len(earlier.record) / round_frames
    return abs(rounds - round(rounds)) * round_frames <= 1 and rounds >= Fraction(1, 2) and bool(later.record)


def _continued(earlier: CutClip, later: CutClip) -> CutClip:
    moved = later.record.start - earlier.record.start
    levels = (*earlier.levels, *(Level(level.frame + moved, level.gain_db) for level in later.levels))
    in_order = {level.frame: level for level in levels}
    return replace(
        earlier,
        record=FrameRange(earlier.record.start, later.record.stop),
        levels=tuple(in_order[frame] for frame in sorted(in_order)),
    )

"""Levels of a sound, from key frames to what a storyboard has: a gain and two fades. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from stitcher.exporters.levels import SILENCE_DB, TOLERANCE_DB, Level

_SILENT_DB = -60.0
"""A sound that begins or ends below this fades in or out."""


@dataclass(frozen=True, slots=True)
class Fades:
    """Gain and fades of a sound."""

    gain_db: float = 0.0
    fade_in: int = 0
    """Frames."""
    fade_out: int = 0
    """Frames."""
    moves: bool = False
    """Whether its level moves in between, which this does not say."""


def fades_of(levels: Sequence[Level], frames: int) -> Fades:
    """What levels of a sound of so many frames come to: the level that it has longest, and how it gets there."""
    if not levels:
        return Fades()
    if len(levels) == 1:
        return Fades(levels[0].gain_db)
    comes = _rise(levels)
    goes = _rise([Level(frames - level.frame, level.gain_db) for level in reversed(levels)])
    inner = [level for level in levels if comes <= level.frame <= frames - goes]
    if comes + goes > frames or not inner:
        loudest = max(level.gain_db for level in levels)
        return Fades(loudest, moves=True)
    gain = _longest(inner, comes, frames - goes)
    moves = any(abs(level.gain_db - gain) > 2 * TOLERANCE_DB for level in inner)
    return Fades(gain, comes, goes, moves)


def _rise(levels: Sequence[Level]) -> int:
    """Frames from silence at the beginning to where the level stops rising; 0 where it does not begin in silence."""
    if levels[0].gain_db > _SILENT_DB or levels[0].frame > 0:
        return 0
    top = levels[0]
    for level in levels[1:]:
        if level.gain_db <= top.gain_db + TOLERANCE_DB:
            break
        top = level
    return max(0, top.frame)


def _longest(levels: Sequence[Level], first: int, last: int) -> float:
    """The level that is held for most of the time between two frames."""
    held: dict[float, int] = {}
    for index, level in enumerate(levels):
        following = levels[index + 1] if index + 1 < len(levels) else Level(last, level.gain_db)
        if abs(following.gain_db - level.gain_db) <= TOLERANCE_DB:
            held[level.gain_db] = held.get(level.gain_db, 0) + following.frame - level.frame
    if levels[0].frame > first:
        held[levels[0].gain_db] = held.get(levels[0].gain_db, 0) + levels[0].frame - first
    return max(held, key=lambda gain: held[gain]) if held else max(level.gain_db for level in levels)


def decibels(factor: float) -> float:
    """The gain that multiplies samples by a factor."""
    return max(SILENCE_DB, 20 * math.log10(factor)) if factor > 0 else SILENCE_DB


def with_fades(levels: Sequence[Level], frames: int, comes: int, goes: int) -> tuple[Level, ...]:
    """Levels of a sound of so many frames that comes and goes within some of them."""
    keys = list(levels)
    if comes:
        keys = [
            Level(0, SILENCE_DB),
            Level(comes, keys[0].gain_db),
            *(key for key in keys if key.frame > comes),
        ]
    if goes:
        kept = [key for key in keys if key.frame < frames - goes] or keys[:1]
        keys = [
            *kept,
            Level(max(kept[-1].frame + 1, frames - goes), kept[-1].gain_db),
            Level(frames, SILENCE_DB),
        ]
    return tuple(keys)

"""Key frames of a sound's level: what of them gain and fades do not say, and what of them changed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from stitcher.exporters.levels import SILENCE_DB, Level, fade_factor
from stitcher.importers.cut import CutClip, level_at
from stitcher.importers.levels import Fades, decibels, fades_of
from stitcher.storyboard.choices import FADE_CURVES, FadeCurve

_ALIKE_DB = 0.1
"""Levels that differ by no more are the same."""
_STRAIGHT_DB = 0.02
"""A key frame that is no farther from the line between its neighbours says nothing."""
_FADE_DB = 0.06
"""How near to a fade levels have to be."""
_UNHEARD_DB = -50.0
_HIGHEST_DB = 24.0


def settled(levels: Sequence[Level], frames: int) -> tuple[Fades, tuple[Level, ...]]:
    """Gain and fades of a sound of so many frames, and the key frames that come on top of its gain.

    A sound that moves while it comes or goes has key frames instead of fades.
    """
    fades, keys = _apart(_clipped(levels, frames), frames)
    # A key frame goes up by so much at most: what it lacks is gain, and the others go down by that.
    over = max((key.gain_db for key in keys), default=0.0) - _HIGHEST_DB
    if over <= 0:
        return fades, keys
    return replace(fades, gain_db=fades.gain_db + over), tuple(_raised(keys, -over))


def _apart(levels: Sequence[Level], frames: int) -> tuple[Fades, tuple[Level, ...]]:
    """Gain and fades of levels, and the key frames beside them, however high they go."""
    fades = fades_of(levels, frames)
    inner = [level for level in levels if fades.fade_in <= level.frame <= frames - fades.fade_out]
    keys = _straight(_raised(inner, -fades.gain_db)) if fades.moves else ()
    # A fade of another shape than ours is still one where nothing else moves.
    curves: tuple[FadeCurve, ...] = ("linear",) if fades.moves else FADE_CURVES
    heard = [level for level in levels if level.gain_db > _UNHEARD_DB]
    # Nor does it have to end on a frame.
    near = 0 if fades.moves else 1
    for shapes in ((comes, goes) for comes in curves for goes in curves):
        if all(_is_told(level, fades, keys, frames, shapes=shapes, near=near) for level in heard):
            return fades, keys
    return Fades(fades.gain_db, moves=True), _straight(_raised(levels, -fades.gain_db))


def changed_keys(was: CutClip, now: CutClip, gain_db: float) -> tuple[Level, ...]:
    """What key frames have to be added to those that a sound has, beside a gain that changed; none where none have.

    Ducking goes with what is heard in the film, other key frames with the sound: where it was moved, both are tried.
    """
    moved = now.record.start - was.record.start
    deltas = [
        _delta(was.levels, now.levels, len(now.record), shift=shift, gain_db=gain_db) for shift in {0, moved}
    ]
    if any(_is_nothing(delta) for delta in deltas):
        return ()
    return _straight(min(deltas, key=lambda delta: max(abs(level.gain_db) for level in delta)))


def with_keys(keys: Sequence[Level], more: Sequence[Level]) -> tuple[Level, ...]:
    """Key frames of two gains together."""
    if not keys:
        return tuple(more)
    frames = sorted({level.frame for level in (*keys, *more)})
    both = (Level(at, level_at(tuple(keys), at) + level_at(tuple(more), at)) for at in frames)
    return _straight(both)


def written_keys(keys: Iterable[Level]) -> list[dict[str, Any]]:
    """Key frames as a storyboard has them."""
    limited = ((key.frame, max(SILENCE_DB, min(_HIGHEST_DB, key.gain_db))) for key in keys)
    return [{"at": f"{frame}f", "gain": _short(gain_db)} for frame, gain_db in limited]


def _short(gain_db: float) -> int | float:
    rounded = round(gain_db, 2)
    return int(rounded) if rounded == int(rounded) else rounded


def _delta(
    was: Sequence[Level], now: Sequence[Level], frames: int, *, shift: int, gain_db: float
) -> list[Level]:
    """How much louder it is now beyond a gain, frame by frame where key frames are and no fade is."""
    old = _clipped([Level(level.frame - shift, level.gain_db) for level in was], frames)
    new = _clipped(now, frames)
    fades = fades_of(old, frames), fades_of(new, frames)
    first, last = max(one.fade_in for one in fades), frames - max(one.fade_out for one in fades)
    at = {level.frame for level in (*old, *new) if first <= level.frame <= last} | {first, max(first, last)}
    return [
        Level(frame, level_at(new, frame) - level_at(old, frame) - gain_db)
        for frame in sorted(at)
        if max(level_at(new, frame), level_at(old, frame)) > _UNHEARD_DB
    ]


def _is_nothing(delta: Sequence[Level]) -> bool:
    return all(abs(level.gain_db) <= _ALIKE_DB for level in delta)


def _clipped(levels: Sequence[Level], frames: int) -> tuple[Level, ...]:
    """The same line, of key frames within the sound alone."""
    levels = tuple(levels)
    if len(levels) < 2 or (levels[0].frame >= 0 and levels[-1].frame <= frames):
        return levels
    inside = {level.frame: level for level in levels if 0 <= level.frame <= frames}
    for end in (0, frames):
        inside.setdefault(end, Level(end, level_at(levels, end)))
    return tuple(inside[frame] for frame in sorted(inside))


def _raised(levels: Iterable[Level], by_db: float) -> list[Level]:
    return [Level(level.frame, max(SILENCE_DB, level.gain_db + by_db)) for level in levels]


def _is_told(
    level: Level,
    fades: Fades,
    keys: Sequence[Level],
    frames: int,
    *,
    shapes: tuple[FadeCurve, FadeCurve],
    near: int,
) -> bool:
    """Whether gain, fades and key frames come to a level, or do so near it."""
    around = range(max(0, level.frame - near), min(frames, level.frame + near) + 1)
    told = [_told(fades, keys, frames, frame, shapes) for frame in around]
    return min(told) - _FADE_DB <= level.gain_db <= max(told) + _FADE_DB


def _told(
    fades: Fades, keys: Sequence[Level], frames: int, frame: int, curves: tuple[FadeCurve, FadeCurve]
) -> float:
    """The level that gain, fades and key frames come to."""
    share = 1.0
    if frame < fades.fade_in:
        share = fade_factor(curves[0], frame / fades.fade_in)
    if frame > frames - fades.fade_out:
        share *= fade_factor(curves[1], (frames - frame) / fades.fade_out)
    return fades.gain_db + decibels(share) + level_at(tuple(keys), frame)


def _straight(levels: Iterable[Level]) -> tuple[Level, ...]:
    """The same line with as few key frames as it takes."""
    line = tuple(levels)
    kept = {0, len(line) - 1}
    waiting = [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        ends = (line[first], line[last])
        off = {at: abs(level_at(ends, line[at].frame) - line[at].gain_db) for at in range(first + 1, last)}
        farthest = max(off, key=lambda at: off[at])
        if off[farthest] > _STRAIGHT_DB:
            kept.add(farthest)
            waiting += [(first, farthest), (farthest, last)]
    return tuple(line[at] for at in sorted(kept) if at >= 0)

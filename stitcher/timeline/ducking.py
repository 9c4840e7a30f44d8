"""Ducking planned: key frames of gain that make a sound step back while others are really heard. Pure.

    heard under   |#####|  |##|      |######|
    gain     0 -.                 .-.          .-
                 \\_______________/   \\________/
               attack  held     release

The attack ends where the other sound begins, pauses up to `hold` are stayed back through, and where several rules or
sounds ask for something, the deepest counts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from stitcher.errors import PlanError
from stitcher.media.clip import Sound
from stitcher.media.sound_activity import LEVEL_SAMPLES, SoundActivity
from stitcher.storyboard import model as written
from stitcher.timebase import seconds_to_samples
from stitcher.timeline.model import Cue, GainKey
from stitcher.timeline.own_sounds import EDGE_SAMPLES

Ranges = Sequence[tuple[int, int]]
"""Half-open, in samples of the record clock."""

Activity = Mapping[Sound, SoundActivity]

_UNHEARD_LUFS = -60.0
"""Sound below this ducks nothing."""


@dataclass(frozen=True, slots=True)
class DuckRule:
    """How far and how fast a sound steps back; times in samples."""

    by_db: float
    attack: int
    release: int
    hold: int

    @classmethod
    def of(cls, duck: written.Duck, rate: Fraction) -> DuckRule:
        """The rule a storyboard has for one of its sounds. No step is harder than a sound's own edge."""
        return cls(
            duck.by,
            max(EDGE_SAMPLES, duck.attack.to_samples(rate)),
            max(EDGE_SAMPLES, duck.release.to_samples(rate)),
            duck.hold.to_samples(rate),
        )


def is_under(cue: Cue, names: Iterable[str]) -> bool:
    """Whether a sound is of one of these roles: a base role is all sounds of its kind, a name of one's own those that
    go by it."""
    return not {cue.role, cue.stem}.isdisjoint(names)


def ducked(cue: Cue, rule: DuckRule, ranges: Iterable[tuple[int, int]]) -> Cue:
    """The cue with the key frames that make it step back in the ranges, which are the film's."""
    first, last = cue.start_sample - rule.release - rule.hold, cue.stop_sample + rule.attack + rule.hold
    near = (span for span in ranges if span[1] > first and span[0] < last)
    keys = within(duck_keys(merged(near, rule.hold), rule), cue.start_sample, cue.stop_sample)
    return replace(cue, gain_keys=deepest(cue.gain_keys, keys)) if keys else cue


def activity_of(cue: Cue, activity: Activity) -> SoundActivity:
    """What was measured of a cue's sound; raises `PlanError` where nothing was."""
    if (measured := activity.get(cue.sound)) is None:
        raise PlanError(f"{cue.sound.name!r} has not been measured.")
    return measured


def heard_ranges(cue: Cue, activity: Activity) -> Iterator[tuple[int, int]]:
    """Where a cue is heard in the film, record clock: what its file has, cut, looped, and at the cue's own speed."""
    measured = activity_of(cue, activity)
    if max(measured.levels, default=_UNHEARD_LUFS) + cue.gain_db <= _UNHEARD_LUFS:
        return
    speed = source_speed(cue)
    period = round_samples(cue, measured)
    first = cue.start_sample + cue.reflected_head_samples
    for offset in range(0, cue.length_samples, period) if period else (0,):
        last = min(cue.stop_sample, first + offset + period) if period else cue.stop_sample
        for start, stop in measured.ranges:
            begins = first + offset + max(0, floor((start - cue.in_offset_samples) / speed))
            ends = min(last, first + offset + ceil((stop - cue.in_offset_samples) / speed))
            if begins < ends:
                yield begins, ends


def source_speed(cue: Cue) -> Fraction:
    """How many samples of its source a cue plays in each of the film's."""
    return cue.tempo / cue.stretch


def round_samples(cue: Cue, measured: SoundActivity) -> int | None:
    """After how many samples of the film a loop comes round; `None` for a cue that plays its source once."""
    if not cue.loop:
        return None
    duration, ends = cue.sound.stream.duration, cue.loop_end_samples
    if ends is None:
        ends = seconds_to_samples(duration) if duration is not None else len(measured.levels) * LEVEL_SAMPLES
    period = floor((ends - cue.in_offset_samples) / source_speed(cue)) - cue.loop_crossfade_samples
    return period if 0 < period < cue.length_samples else None


def merged(ranges: Iterable[tuple[int, int]], hold: int) -> list[tuple[int, int]]:
    """The ranges in order, with those that overlap, or lie no more than `hold` apart, made one."""
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(ranges):
        if joined and start - joined[-1][1] <= hold:
            joined[-1] = joined[-1][0], max(joined[-1][1], stop)
        else:
            joined.append((start, stop))
    return joined


def duck_keys(ranges: Ranges, rule: DuckRule) -> tuple[GainKey, ...]:
    """The key frames of stepping back in each of the ranges, which lie apart from each other."""
    keys: list[GainKey] = []
    for number, (start, stop) in enumerate(ranges):
        before = ranges[number - 1][1] if number else None
        if before is None or start - before >= rule.attack + rule.release:
            keys.append(GainKey(start - rule.attack, 0.0))
        keys += [GainKey(start, -rule.by_db), GainKey(stop, -rule.by_db)]
        gap = ranges[number + 1][0] - stop if number + 1 < len(ranges) else None
        if gap is None or gap >= rule.attack + rule.release:
            keys.append(GainKey(stop + rule.release, 0.0))
        elif turn := gap * rule.release // (rule.attack + rule.release):
            # It turns back on its way up, where the way down of the next begins.
            keys.append(GainKey(stop + turn, -rule.by_db * (1 - turn / rule.release)))
    return _distinct(keys)


def _distinct(keys: Iterable[GainKey]) -> tuple[GainKey, ...]:
    """The keys without those at one sample, of which the deepest is kept."""
    found: dict[int, GainKey] = {}
    for key in keys:
        at = found.setdefault(key.sample, key)
        if key.gain_db < at.gain_db:
            found[key.sample] = key
    return tuple(found.values())


def gain_at(keys: Sequence[GainKey], sample: int) -> float:
    """The gain of key frames at a sample, in decibels."""
    after = bisect_right(keys, sample, key=lambda key: key.sample)
    if after == 0:
        return keys[0].gain_db
    if after == len(keys):
        return keys[-1].gain_db
    one, two = keys[after - 1], keys[after]
    share = (sample - one.sample) / (two.sample - one.sample)
    return one.gain_db + share * (two.gain_db - one.gain_db)


def within(keys: Sequence[GainKey], start: int, stop: int) -> tuple[GainKey, ...]:
    """The key frames that are heard from `start` up to `stop`, with ones at both ends where a line runs across; none
    where nothing is lowered."""
    if not keys:
        return ()
    inside = [key for key in keys if start < key.sample < stop]
    ends = GainKey(start, gain_at(keys, start)), GainKey(stop, gain_at(keys, stop))
    kept = [ends[0], *inside, ends[1]]
    # A constant end needs no key of its own.
    if len(kept) > 2 and kept[0].gain_db == kept[1].gain_db:
        del kept[0]
    if len(kept) > 2 and kept[-1].gain_db == kept[-2].gain_db:
        del kept[-1]
    return tuple(kept) if any(key.gain_db for key in kept) else ()


def summed(one: Sequence[GainKey], other: Sequence[GainKey]) -> tuple[GainKey, ...]:
    """Key frames of two gains together."""
    if not one or not other:
        return tuple(one or other)
    samples = sorted({key.sample for key in (*one, *other)})
    return tuple(GainKey(at, gain_at(one, at) + gain_at(other, at)) for at in samples)


def deepest(one: Sequence[GainKey], other: Sequence[GainKey]) -> tuple[GainKey, ...]:
    """Key frames of the lower of two gains at every sample."""
    if not one or not other:
        return tuple(one or other)
    samples = sorted({key.sample for key in (*one, *other)})
    found: list[GainKey] = []
    for number, sample in enumerate(samples):
        found.append(GainKey(sample, min(gain_at(one, sample), gain_at(other, sample))))
        if number + 1 == len(samples):
            continue
        following = samples[number + 1]
        here = gain_at(one, sample) - gain_at(other, sample)
        there = gain_at(one, following) - gain_at(other, following)
        if here * there < 0:
            crossing = sample + round((following - sample) * here / (here - there))
            if sample < crossing < following:
                found.append(GainKey(crossing, min(gain_at(one, crossing), gain_at(other, crossing))))
    return tuple(found)

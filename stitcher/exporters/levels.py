"""Levels of a sound as key frames on the film's frames: its gain, fades and ducking in one line. Pure.

Editors draw straight lines between key frames, some in decibels and some in amplitude. Key frames stand here so close
that both are the same within `TOLERANCE_DB`, as far as whole frames allow.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from stitcher.storyboard.choices import FadeCurve
from stitcher.timebase import SAMPLE_RATE, FrameRange, frames_to_samples
from stitcher.timeline.model import Cue, GainKey

TOLERANCE_DB = 0.05
SILENCE_DB = -96.0
_INAUDIBLE_DB = -50.0
"""Below this no key frame is added: nobody hears how a fade begins."""


@dataclass(frozen=True, slots=True)
class Level:
    """A key frame of a sound's level."""

    frame: int
    """From the beginning of its item, record clock."""
    gain_db: float

    @property
    def factor(self) -> float:
        """What samples are multiplied by."""
        return 0.0 if self.gain_db <= SILENCE_DB else 10 ** (self.gain_db / 20)


_CURVES: Mapping[FadeCurve, Callable[[float], float]] = {
    "linear": lambda share: share,
    "equal-power": lambda share: math.sin(share * math.pi / 2),
    "s-curve": lambda share: (1 - math.cos(share * math.pi)) / 2,
    # ffmpeg's `log` and `exp`, with the silence they begin from.
    "logarithmic": lambda share: min(1.0, max(0.0, 1 + 0.2 * math.log10(share))) if share > 0 else 0.0,
    "exponential": lambda share: math.exp(-11.512925464970227 * (1 - share)),
}


def fade_factor(curve: FadeCurve, share: float) -> float:
    """What samples are multiplied by where a fade has come that far, 0 to 1."""
    return _CURVES[curve](share)


@dataclass(frozen=True, slots=True)
class Envelope:
    """How loud a cue is at each sample of the film."""

    cue: Cue
    frame_samples: Fraction
    """Samples of a frame. Fades that are shorter are hard edges to an editor, which smooths them itself."""

    def gain_db(self, sample: int) -> float:
        """Decibels at a sample, record clock; `SILENCE_DB` at least."""
        cue = self.cue
        usual: FadeCurve = "linear" if cue.shot is None else "equal-power"
        factor = 1.0
        if cue.fade_in_samples >= self.frame_samples:
            share = (sample - cue.start_sample) / cue.fade_in_samples
            factor *= _CURVES[cue.fade_in_curve or usual](min(1.0, max(0.0, share)))
        if cue.fade_out_samples >= self.frame_samples:
            share = (cue.stop_sample - sample) / cue.fade_out_samples
            factor *= _CURVES[cue.fade_out_curve or usual](min(1.0, max(0.0, share)))
        if factor <= 0:
            return SILENCE_DB
        return max(SILENCE_DB, 20 * math.log10(factor) + cue.gain_db + _key_gain(cue.gain_keys, sample))

    def bends(self) -> Iterator[int]:
        """Samples at which its line changes direction, record clock."""
        cue = self.cue
        if cue.fade_in_samples >= self.frame_samples:
            yield cue.start_sample + cue.fade_in_samples
        if cue.fade_out_samples >= self.frame_samples:
            yield cue.stop_sample - cue.fade_out_samples
        yield from (key.sample for key in cue.gain_keys)


def _key_gain(keys: Sequence[GainKey], sample: int) -> float:
    """Straight lines in decibels between keys, constant before the first and after the last."""
    if not keys:
        return 0.0
    after = bisect_right(keys, sample, key=lambda key: key.sample)
    if after in (0, len(keys)):
        return keys[min(after, len(keys) - 1)].gain_db
    one, other = keys[after - 1], keys[after]
    return one.gain_db + (other.gain_db - one.gain_db) * (sample - one.sample) / (other.sample - one.sample)


def levels_of(cue: Cue, record: FrameRange, rate: Fraction) -> tuple[Level, ...]:
    """The level of a cue within some frames of the film; one key frame where it keeps it."""
    frame_samples = SAMPLE_RATE / rate
    envelope = Envelope(cue, frame_samples)
    cache: dict[int, float] = {}

    def gain(frame: int) -> float:
        if frame not in cache:
            sample = frames_to_samples(record.start + frame, rate)
            # A cue that does not begin on a frame was moved to one: its ends are the item's.
            if frame == 0 and abs(sample - cue.start_sample) < frame_samples:
                sample = cue.start_sample
            if frame == len(record) and abs(sample - cue.stop_sample) < frame_samples:
                sample = cue.stop_sample
            cache[frame] = envelope.gain_db(sample)
        return cache[frame]

    bends = {round(Fraction(bend) / frame_samples) - record.start for bend in envelope.bends()}
    corners = sorted({0, len(record), *(bend for bend in bends if 0 < bend < len(record))})
    frames = [0]
    for first, last in pairwise(corners):
        frames += _between(gain, first, last)
    levels = tuple(Level(frame, round(gain(frame), 4)) for frame in frames)
    if all(level.gain_db == levels[0].gain_db for level in levels):
        return levels[:1]
    return levels


def _between(gain: Callable[[int], float], first: int, last: int) -> list[int]:
    """Frames after `first` up to `last` at which there has to be a key frame."""
    if last - first < 2 or _is_straight(gain, first, last):
        return [last]
    middle = (first + last) // 2
    return _between(gain, first, middle) + _between(gain, middle, last)


def _is_straight(gain: Callable[[int], float], first: int, last: int) -> bool:
    one, other = gain(first), gain(last)
    for frame in {(3 * first + last) // 4, (first + last) // 2, (first + 3 * last) // 4} - {first}:
        real, share = gain(frame), (frame - first) / (last - first)
        if max(real, one, other) <= _INAUDIBLE_DB:
            continue
        in_decibels = one + (other - one) * share
        ends = [0.0 if end <= SILENCE_DB else 10 ** (end / 20) for end in (one, other)]
        amplitude = ends[0] + (ends[1] - ends[0]) * share
        in_amplitude = 20 * math.log10(amplitude) if amplitude > 0 else SILENCE_DB
        if max(abs(real - in_decibels), abs(real - in_amplitude)) > TOLERANCE_DB:
            return False
    return True

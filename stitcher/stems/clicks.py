"""Clicks: places where a wave jumps within a sample and is smooth before and after, as where it is cut in mid-swing.

    step    ────────┐            what is told: one jump, five times as high as every step of the
                    └────────    wave within a millisecond before it and after it
    onset   ────────╱╲╱╲╱╲╱╲     what is not: the wave goes on as steep as it began
    wave    ──┐  ┌──┐  ┌──┐      nor this: a wave that is made of jumps has more of them soon

Measured in the samples of a stem, of all channels the highest jump; 1 is full scale.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stitcher.media.wav import Samples
from stitcher.timebase import SAMPLE_RATE

LEAST_JUMP = 0.02
"""Of full scale, -34 dB: lower ones are not heard beside what else there is."""
RATIO = 5.0
"""How much higher than all around it a jump is."""
_REACH = SAMPLE_RATE // 1000
"""What is looked at before and after a jump."""
_WIDTH = 4
"""Samples on either side that belong to the jump: resampled, it takes a few."""
_MANY, _SOON = 3, 3 * SAMPLE_RATE // 20
"""More other jumps than so many within 150 ms: then it is how the wave is made."""
_CONTEXT = _REACH + _WIDTH + 1


class ClickFinder:
    """Looks for clicks in a stem that is handed over block by block, from its first sample on."""

    def __init__(self, before: Samples | None = None) -> None:
        """`before` is what comes before the first sample, nothing where there is none."""
        self._rest = None if before is None or not len(before) else before[-2 * _CONTEXT - 1 :]
        self._begins = 0 if self._rest is None else -len(self._rest)
        """Where `_rest` begins, in samples of the stem."""
        self._found: list[int] = []

    def feed(self, block: Samples) -> None:
        """The next samples, `(samples, channels)`."""
        if self._rest is None:
            # Nothing is heard before the film.
            self._rest = np.zeros((_CONTEXT + 1, block.shape[1]), np.float32)
            self._begins = -len(self._rest)
        samples = np.concatenate([self._rest, block])
        if len(samples) > 2 * _CONTEXT + 1:
            # Channel by channel: numpy takes two in a row two at a time.
            jumps = functools.reduce(np.maximum, (np.abs(np.diff(channel)) for channel in samples.T))
            self._found += (int(at) + 1 + self._begins for at in _isolated(jumps))
            kept = 2 * _CONTEXT
            self._begins += len(samples) - kept - 1
            samples = samples[-kept - 1 :]
        self._rest = samples

    def jumps(self) -> list[int]:
        """The first sample after each jump that stands alone within a millisecond."""
        return self._found

    def found(self) -> NDArray[np.int64]:
        """The first sample after each jump that is a click."""
        return clicks_among(self._found)


def clicks_among(jumps: Sequence[int]) -> NDArray[np.int64]:
    """Those of the jumps of a whole stem, in order, that are not how its wave is made."""
    at = np.array(jumps, np.int64)
    others = np.searchsorted(at, at + _SOON, "right") - np.searchsorted(at, at - _SOON) - 1
    return at[others <= _MANY]


def _isolated(jumps: NDArray[np.float32]) -> NDArray[np.int64]:
    """Which jumps, at least `_CONTEXT` from both ends, stand alone."""
    inner = jumps[_CONTEXT : len(jumps) - _CONTEXT]
    alone = inner >= LEAST_JUMP
    # Nearly all are sorted out by their next neighbours, at little cost.
    for away in (_WIDTH + 1, _WIDTH + 2, _WIDTH + 3, _REACH // 2):
        for shift in (away, -away):
            alone &= inner >= RATIO * jumps[_CONTEXT + shift : len(jumps) - _CONTEXT + shift]
    at = np.flatnonzero(alone) + _CONTEXT
    return np.array([one for one in at if _stands_alone(jumps, int(one))], np.int64)


def _stands_alone(jumps: NDArray[np.float32], at: int) -> bool:
    before = jumps[at - _REACH - _WIDTH : at - _WIDTH].max()
    after = jumps[at + _WIDTH + 1 : at + _WIDTH + 1 + _REACH].max()
    near = jumps[at - _WIDTH : at + _WIDTH + 1]
    first_highest = int(near.argmax()) == _WIDTH
    return bool(first_highest and jumps[at] >= RATIO * max(before, after))

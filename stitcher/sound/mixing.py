"""Mixing a stretch: passages read, turned down, faded and added up, in floats; every sample by its own place alone."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping

import numpy as np

from stitcher.media.wav import Samples, WavData, samples_at
from stitcher.sound.curves import draw_fade, draw_gain
from stitcher.sound.passages import Part, Passage, Stretch


def mixed(stretch: Stretch, parts: Mapping[Part, WavData]) -> Samples:
    """The samples of a stretch, stem by stem. Raises `MediaMissing`."""
    return added(stretch, [stem_of(stretch, stem, parts) for stem in stretch.stems])


def added(stretch: Stretch, stems: list[Samples]) -> Samples:
    """The stems of a stretch, added up in their order."""
    if not stems:
        return np.zeros((stretch.samples, stretch.channels), np.float32)
    return functools.reduce(np.add, stems)


def stem_of(stretch: Stretch, stem: tuple[Passage, ...], parts: Mapping[Part, WavData]) -> Samples:
    """The samples of one stem of a stretch."""
    bus = np.zeros((stretch.samples, stretch.channels), np.float32)
    for passage in stem:
        at = passage.start
        gain = draw_gain(passage.gains)[:, None] if passage.gains else None
        for block in _source(passage, parts[passage.part]):
            heard = _placed(block, passage.shares)
            if gain is not None:
                heard = heard * gain[at - passage.start : at - passage.start + len(block)]
            heard = _faded(heard, passage, at - passage.start)
            bus[at : at + len(block)] += heard
            at += len(block)
    return bus


def _source(passage: Passage, data: WavData) -> Iterator[Samples]:
    """What is read for a passage, in a few pieces where its source comes round."""
    at, left = passage.offset, passage.samples
    # A crossfaded end leads to where the beginning has faded in.
    again = getattr(passage.part, "loop_crossfade_samples", 0)
    turn = data.samples - again
    while left:
        if at >= data.samples:
            if not passage.loops or turn <= 0:
                return
            at = again + (at - data.samples) % turn
        block = samples_at(data, at, left)
        if not len(block):
            return
        yield block
        at, left = at + len(block), left - len(block)


def _faded(heard: Samples, passage: Passage, begins: int) -> Samples:
    """A block of a passage, which begins so many samples into it, as it comes and goes."""
    stop = begins + len(heard)
    for fade, out in ((passage.fade_in, False), (passage.fade_out, True)):
        if fade is None:
            continue
        first = max(begins, fade.at) if out else begins
        last = stop if out else min(stop, fade.at + fade.samples)
        if first < last:
            # What was read may be the reader's own.
            heard = heard.copy()
            heard[first - begins : last - begins] *= draw_fade(fade, first, last, out=out)[:, None]
    return heard


def _placed(block: Samples, shares: tuple[tuple[float, ...], ...]) -> Samples:
    """The block's channels on those of the bus. No matrix product: it rounds by how much is multiplied at once."""
    factors = np.asarray(shares, np.float32)
    straight = factors.diagonal()
    if np.array_equal(factors, np.diag(straight)):
        return block if (straight == 1).all() else np.asarray(block * straight)
    placed = np.zeros((len(block), factors.shape[1]), np.float32)
    for source, bus in np.argwhere(factors):
        placed[:, bus] += block[:, source] * factors[source, bus]
    return placed

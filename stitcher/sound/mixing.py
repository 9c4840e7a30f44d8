"""Mixing a stretch: passages read, turned down, faded and added up, in floats; every sample by its own place alone."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from stitcher.media.wav import Samples, WavData, samples_at
from stitcher.sound.curves import draw_fade, draw_gain
from stitcher.sound.passages import Part, Passage, Stretch

if TYPE_CHECKING:
    from stitcher.sound.curves import Curve


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
    # Channel by channel: two in a row would be multiplied two at a time.
    bus = np.zeros((stretch.channels, stretch.samples), np.float32)
    for passage in stem:
        at, level = passage.start, _level(passage)
        for block in _source(passage, parts[passage.part]):
            begins = at - passage.start
            _play(bus[:, at : at + len(block)], block, passage.shares, level, begins=begins)
            at += len(block)
    together = np.empty((stretch.samples, stretch.channels), np.float32)
    for channel, samples in enumerate(bus):
        together[:, channel] = samples
    return together


def _play(
    bus: Samples,
    block: Samples,
    shares: tuple[tuple[float, ...], ...],
    level: Curve | None,
    *,
    begins: int,
) -> None:
    """Add a block's channels to those of the bus; it begins so many samples into what `level` is of. No matrix product:
    that rounds by how much is multiplied at once."""
    for source, row in enumerate(shares):
        for channel, share in enumerate(row):
            if not share:
                continue
            heard = block[:, source]
            if share != 1:
                heard = heard * np.float32(share)
            if level is not None:
                heard = heard * level[begins : begins + len(block)]
            bus[channel] += heard


def _level(passage: Passage) -> Curve | None:
    """What every sample of a passage is multiplied by, its gain and its fades; `None` for one throughout."""
    gain = draw_gain(passage.gains) if passage.gains else None
    for fade, out in ((passage.fade_in, False), (passage.fade_out, True)):
        if fade is None:
            continue
        first = max(0, fade.at) if out else 0
        last = passage.samples if out else min(passage.samples, fade.at + fade.samples)
        if first < last:
            gain = np.ones(passage.samples, np.float32) if gain is None else gain
            gain[first:last] *= draw_fade(fade, first, last, out=out)
    return gain


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

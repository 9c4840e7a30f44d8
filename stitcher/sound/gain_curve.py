"""Gain curves drawn from key frames, sample by sample, into files that a cue is multiplied by.

ffmpeg's own ways to change a gain over time step once a block (`volume` with `eval=frame`, `asendcmd`), which clicks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from stitcher.media.files import disk_errors
from stitcher.timeline.model import Cue, GainKey

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BLOCK_SAMPLES = 1 << 18


def write_gain_curve(cue: Cue, out: Path) -> None:
    """Write what a cue is multiplied by, as long as it is: little-endian 32-bit floats at 48 kHz, nothing else.

    Raises `OutputError` where they cannot be written.
    """
    with disk_errors(out.parent), open(out, "wb") as file:
        for block in gain_curve(cue.gain_keys, cue.start_sample, cue.length_samples):
            file.write(block.astype("<f4", copy=False).data)


def gain_curve(keys: Sequence[GainKey], start: int, length: int) -> Iterator[NDArray[np.float32]]:
    """Factors of `length` samples from `start` (record clock) on, in blocks: straight lines in decibels between keys,
    constant before the first and after the last."""
    import numpy as np

    stop = start + length
    first, last = keys[0], keys[-1]
    # What lies before the first key and after the last are lines as well, without a slope.
    ends = (
        GainKey(min(start, first.sample - 1), first.gain_db),
        GainKey(max(stop, last.sample + 1), last.gain_db),
    )
    for key, following in pairwise((ends[0], *keys, ends[1])):
        slope = (following.gain_db - key.gain_db) / (following.sample - key.sample)
        from_sample, to_sample = max(start, key.sample), min(stop, following.sample)
        for at in range(from_sample, to_sample, _BLOCK_SAMPLES):
            count = min(_BLOCK_SAMPLES, to_sample - at)
            if slope:
                decibels = key.gain_db + slope * np.arange(at - key.sample, at - key.sample + count)
                yield (10 ** (decibels / 20)).astype(np.float32)
            else:
                yield np.full(count, 10 ** (key.gain_db / 20), np.float32)

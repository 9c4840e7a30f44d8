"""The loudness of a kept mix: measured stretch by stretch, and kept with them."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from stitcher.content_key import content_key
from stitcher.media.files import disk_errors
from stitcher.media.threads import cores
from stitcher.media.wav import Samples
from stitcher.sound.kept_mix import KeptMix
from stitcher.sound.loudness import MeasuredLoudness
from stitcher.sound.meter import AFTER, BEFORE, Metered, loudness_of, measured
from stitcher.sound.passages import STRETCH
from stitcher.sound.store import Workshop

_RECIPE = 1
_SUFFIX = ".f64"


def measure_mix(mix: KeptMix, work: Workshop) -> MeasuredLoudness:
    """The loudness of a mix. Raises as `measure_stretches`."""
    return loudness_of(measure_stretches(mix, work))


def measure_stretches(mix: KeptMix, work: Workshop) -> tuple[Metered, ...]:
    """What was measured of each stretch of a mix, found in the workshop's store or measured now.

    Raises `Interrupted`, and `OutputError` where the store cannot be written.
    """

    def one(index: int) -> Metered:
        def make(out: Path) -> Mapping[str, Any]:
            work.check_cancelled()
            found = measured(*with_surroundings(mix, index))
            with disk_errors(out), open(out, "wb") as file:
                file.write(np.stack([found.powers, found.stereo_powers, found.mono_powers]).data)
            return {"true_peak": found.true_peak}

        key = content_key("metered stretch", _RECIPE, surroundings_key(mix, index))
        kept = work.store.make(key, _SUFFIX, make, cancel=work.cancel)
        powers, stereo, mono = np.fromfile(kept.path, np.float64).reshape(3, -1)
        return Metered(powers, stereo, mono, kept.facts["true_peak"])

    with ThreadPoolExecutor(cores(), thread_name_prefix="meter") as pool:
        return tuple(pool.map(one, range(len(mix.keys))))


def with_surroundings(mix: KeptMix, index: int) -> tuple[Samples, Samples, Samples]:
    """A stretch of a mix, and as much of what comes before and after it as any measurement looks at."""
    start = index * STRETCH
    stop = min(mix.samples, start + STRETCH)

    def read(first: int, last: int) -> Samples:
        blocks = list(mix.read(max(0, first), min(mix.samples, last)))
        return np.concatenate([np.zeros((0, mix.channels), np.float32), *blocks])

    return read(start - BEFORE, start), read(start, stop), read(stop, stop + AFTER)


def surroundings_key(mix: KeptMix, index: int) -> list[str | None]:
    """The content of a stretch and its neighbours, `None` beyond the ends."""
    return [mix.keys[at] if 0 <= at < len(mix.keys) else None for at in (index - 1, index, index + 1)]

"""Levels of a stem or a mix: its loudness, in all and along time, and its samples in windows of 10 ms.

Of a kept mix all of it is measured stretch by stretch, and kept with them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stitcher.content_key import content_key
from stitcher.media.files import disk_errors
from stitcher.media.wav import Samples, WavData, samples_at
from stitcher.rendering.context import RenderContext
from stitcher.sound.kept_levels import measure_stretches, surroundings_key, with_surroundings
from stitcher.sound.kept_mix import KeptMix
from stitcher.sound.meter import (
    AFTER,
    Metered,
    integrated,
    loudness_along,
    loudness_of,
    stereo_fold_of,
    with_neighbours,
)
from stitcher.sound.meter import measured as metered_part
from stitcher.sound.passages import STRETCH
from stitcher.sound.report import Levels
from stitcher.sound.store import Workshop
from stitcher.stems.clicks import ClickFinder, clicks_among
from stitcher.timebase import SAMPLE_RATE

Curve = NDArray[np.float32]

WINDOW = SAMPLE_RATE // 100
"""Samples of one value of the curves of samples: 10 ms."""
LOUDNESS_STEP = SAMPLE_RATE // 10
"""Samples from one value of the curves of loudness to the next: 100 ms."""
SHORT_TERM = 3 * SAMPLE_RATE
"""What a short-term loudness is measured over; of less than that there is none."""
MOMENTARY = 2 * SAMPLE_RATE // 5

_RECIPE = 1
_SILENCE_LUFS = -70.0
_STEREO = 2


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """A stem or a mix along time."""

    momentary: Curve
    """LUFS, every `LOUDNESS_STEP`; of the 400 ms before it."""
    short_term: Curve
    """LUFS, every `LOUDNESS_STEP`; of the 3 s before it."""
    low: Curve
    """The lowest sample of each window."""
    high: Curve
    power: Curve
    """Mean square of each window, of left and right on average."""
    fold: Curve
    """Mean square of each window folded down to mono."""
    clicks: NDArray[np.int64]
    """Where the wave jumps, in samples."""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What was measured of a stem or a mix."""

    levels: Levels
    curves: Curves


def measure(source: KeptMix | WavData, context: RenderContext) -> Measured:
    """The levels of a mix, or of what a WAV file at 48 kHz holds.

    Raises `MediaMissing` for a file that is gone, `Interrupted`, and `OutputError` where the cache cannot be written.
    """
    if isinstance(source, KeptMix):
        workshop = Workshop(context.cache.folder, context.cache, context.stop)
        parts: Sequence[Metered] = measure_stretches(source, workshop)
        counted = [_kept_count(source, index, context) for index in range(len(source.keys))]
    else:
        parts, counted = _measured_file(source, context)
    momentary, short_term = (
        loudness_along(np.concatenate([np.zeros(0), *(part.powers for part in parts)]), span // LOUDNESS_STEP)
        for span in (MOMENTARY, SHORT_TERM)
    )
    low, high, power, fold = np.concatenate(
        [np.zeros((4, 0), np.float32), *(part.curves for part in counted)], axis=1
    )
    peak = max(float(high.max(initial=0)), -float(low.min(initial=0)))
    loudness = loudness_of(parts)
    levels = Levels(
        integrated_lufs=_rounded(loudness.integrated_lufs),
        true_peak_dbtp=_rounded(loudness.true_peak_dbtp),
        range_lu=_rounded(loudness.range_lu),
        momentary_max_lufs=_highest(momentary) if source.samples >= MOMENTARY else None,
        short_term_max_lufs=_highest(short_term) if source.samples >= SHORT_TERM else None,
        sample_peak_dbfs=20 * math.log10(peak) if peak else None,
        correlation=_correlation(counted) if source.channels > 1 else None,
        mono_loss_lu=_mono_loss(parts) if source.channels > 1 else None,
    )
    jumps = [index * STRETCH + at for index, part in enumerate(counted) for at in part.jumps]
    curves = Curves(
        momentary, short_term, low=low, high=high, power=power, fold=fold, clicks=clicks_among(jumps)
    )
    return Measured(levels, curves)


def extremes(mix: KeptMix, context: RenderContext) -> tuple[Curve, Curve]:
    """The lowest and the highest sample of each window of a mix. Raises as `measure`."""
    counted = [_kept_count(mix, index, context).curves for index in range(len(mix.keys))]
    low, high, _, _ = np.concatenate([np.zeros((4, 0), np.float32), *counted], axis=1)
    return low, high


def _measured_file(data: WavData, context: RenderContext) -> tuple[list[Metered], list[_Counted]]:
    parts: list[Metered] = []
    counted: list[_Counted] = []
    stretches = (samples_at(data, at, STRETCH) for at in range(0, data.samples, STRETCH))
    for before, block, after in with_neighbours(stretches):
        context.check_cancelled()
        parts.append(metered_part(before, block, after))
        counted.append(_counted(before, block, after))
    return parts, counted


def _mono_loss(parts: Sequence[Metered]) -> float | None:
    stereo = integrated(np.concatenate([np.zeros(0), *(part.stereo_powers for part in parts)]))
    mono = integrated(np.concatenate([np.zeros(0), *(part.mono_powers for part in parts)]))
    if stereo is None:
        return None
    return round(stereo - (_SILENCE_LUFS if mono is None else mono), 1) + 0.0


def _rounded(value: float | None) -> float | None:
    """To hundredths, beyond which meters differ."""
    return None if value is None else round(value, 2) + 0.0


def _highest(curve: Curve) -> float | None:
    top = float(curve.max(initial=-math.inf))
    return round(top, 1) if top > _SILENCE_LUFS else None


@dataclass(frozen=True, slots=True, eq=False)
class _Counted:
    """What is counted in the samples of a stretch."""

    curves: Curve
    """Lowest and highest sample, mean square of left and right, mean square in mono of each window: a row each."""
    sides: tuple[float, float, float]
    """Squares of left and of right, and their products, added up."""
    jumps: tuple[int, ...]


def _kept_count(mix: KeptMix, index: int, context: RenderContext) -> _Counted:
    def work(out: Path) -> dict[str, Any]:
        context.check_cancelled()
        counted = _counted(*with_surroundings(mix, index))
        with disk_errors(out), open(out, "wb") as file:
            file.write(counted.curves.astype("<f4", copy=False).data)
        return {"sides": counted.sides, "jumps": counted.jumps}

    key = content_key("counted stretch", _RECIPE, surroundings_key(mix, index))
    kept = context.cache.make(key, ".f32", work, cancel=context.stop)
    curves = np.fromfile(kept.path, "<f4").reshape(4, -1)
    return _Counted(curves, tuple(kept.facts["sides"]), tuple(kept.facts["jumps"]))


def _counted(before: Samples, block: Samples, after: Samples) -> _Counted:
    finder = ClickFinder(before)
    finder.feed(block)
    finder.feed(after[:AFTER])
    jumps = tuple(at for at in finder.jumps() if 0 <= at < len(block))
    if len(block) % WINDOW:
        block = np.concatenate([block, np.zeros((-len(block) % WINDOW, block.shape[1]), np.float32)])
    together = block.reshape(-1, WINDOW * block.shape[1])
    low, high = together.min(axis=1), together.max(axis=1)
    if block.shape[1] > _STEREO:
        block = block @ stereo_fold_of(block.shape[1])
    # Channel by channel: numpy takes two in a row two at a time.
    left, right = block[:, 0].reshape(-1, WINDOW), block[:, -1].reshape(-1, WINDOW)
    squares = np.stack([_mean_square(left), _mean_square(right)], axis=1)
    power, fold = squares.mean(axis=1), _mean_square(np.asarray((left + right) / 2, np.float32))
    # The square of the half sum is a quarter of both squares and of twice the product.
    product = 2 * fold.sum(dtype=float) - power.sum(dtype=float)
    sides = float(squares[:, 0].sum(dtype=float)), float(squares[:, -1].sum(dtype=float)), float(product)
    return _Counted(np.stack([low, high, power, fold]), sides, jumps)


def _mean_square(windows: Curve) -> Curve:
    return np.asarray(np.einsum("ij,ij->i", windows, windows, dtype=np.float64) / WINDOW, np.float32)


def _correlation(counted: Sequence[_Counted]) -> float | None:
    left, right, product = (sum(part.sides[side] for part in counted) for side in range(3))
    return round(product / math.sqrt(left * right), 3) if min(left, right) > 0 else None

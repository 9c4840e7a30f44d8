"""Levels of a stem or a mix: its loudness, in all and along time, and its samples in windows of 10 ms.

Loudness is ffmpeg's `ebur128`; everything else is counted here, in one pass over the files, a second at a time.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stitcher.content_key import content_key
from stitcher.errors import VerifyError
from stitcher.media.clip import Sound
from stitcher.media.ffmpeg import find
from stitcher.media.ffmpeg_process import run
from stitcher.media.files import disk_errors
from stitcher.media.wav import Samples, read_samples, wav_data
from stitcher.rendering.context import RenderContext
from stitcher.sound.channels import bus_shares
from stitcher.sound.graph import curve_args, fold_args
from stitcher.sound.loudness import MeasuredLoudness, parse_loudness
from stitcher.sound.mix import Mix
from stitcher.sound.report import Levels
from stitcher.sound.stems import sum_of
from stitcher.stems.clicks import ClickFinder
from stitcher.timebase import SAMPLE_RATE

Curve = NDArray[np.float32]

WINDOW = SAMPLE_RATE // 100
"""Samples of one value of the curves of samples: 10 ms."""
LOUDNESS_STEP = SAMPLE_RATE // 10
"""Samples from one value of the curves of loudness to the next: 100 ms."""
SHORT_TERM = 3 * SAMPLE_RATE
"""What a short-term loudness is measured over; of less than that there is none."""
MOMENTARY = 2 * SAMPLE_RATE // 5

_RECIPE = 4
_CURVE = re.compile(r"^lavfi\.r128\.([MS])=(\S+)", re.MULTILINE)
_SILENCE_LUFS, _NOTHING_LUFS = -70.0, -120.0
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


def measure(sounds: Sequence[Sound], samples: int, context: RenderContext) -> Measured:
    """The levels of the sum of files of the same length, from the cache or measured now.

    Raises `VerifyError` for a file that cannot be read back, `Interrupted`, and what `media.ffmpeg_process.run` raises.
    """
    key = content_key("levels", _RECIPE, find().version, [sound.sha256 for sound in sounds], samples)
    with context.cache.scratch() as scratch:

        def work(temp: Path) -> dict[str, Any]:
            levels, curves = _measured(sounds, samples, Path(scratch), context)
            with disk_errors(temp), open(temp, "wb") as file:
                # asdict would copy every array.
                np.savez(file, **{name: getattr(curves, name) for name in Curves.__slots__})
            return asdict(levels)

        entry = context.cache.make(key, ".npz", work, cancel=context.stop)
    with np.load(entry.path) as arrays:
        return Measured(Levels(**entry.facts), Curves(**{name: arrays[name] for name in Curves.__slots__}))


def _measured(
    sounds: Sequence[Sound], samples: int, scratch: Path, context: RenderContext
) -> tuple[Levels, Curves]:
    mix = sum_of(sounds, samples)
    report = run(curve_args(mix, sounds[0].channels, "curve"), cancel=context.stop, cwd=scratch)
    loudness = parse_loudness(report)
    if loudness is None:
        raise VerifyError("The loudness of the mix could not be measured; ffmpeg gave no report of it.")
    lines = (scratch / "curve").read_text()
    along: dict[str, list[float]] = {"M": [], "S": []}
    for name, value in _CURVE.findall(lines):
        along[name].append(float(value))
    # The filter adds and takes away what enters and leaves its window; where nothing is left it may be below zero.
    momentary, short_term = (
        np.nan_to_num(np.asarray(along[name][: samples // LOUDNESS_STEP], np.float32), nan=_NOTHING_LUFS)
        for name in "MS"
    )
    counted = _counted(sounds, context)
    peak = max(float(counted.high.max(initial=0)), -float(counted.low.min(initial=0)))
    levels = Levels(
        integrated_lufs=loudness.integrated_lufs,
        true_peak_dbtp=loudness.true_peak_dbtp,
        range_lu=loudness.range_lu,
        momentary_max_lufs=_highest(momentary) if samples >= MOMENTARY else None,
        short_term_max_lufs=_highest(short_term) if samples >= SHORT_TERM else None,
        sample_peak_dbfs=20 * math.log10(peak) if peak else None,
        correlation=counted.correlation,
        mono_loss_lu=_mono_loss(mix, sounds[0].channels, loudness, context),
    )
    curves = Curves(
        momentary,
        short_term,
        low=counted.low,
        high=counted.high,
        power=counted.power,
        fold=counted.fold,
        clicks=counted.clicks,
    )
    return levels, curves


def _mono_loss(mix: Mix, channels: int, whole: MeasuredLoudness, context: RenderContext) -> float | None:
    if channels == 1 or whole.integrated_lufs is None:
        return None

    def folded(bus: int) -> float | None:
        found = parse_loudness(run(fold_args(mix, bus), cancel=context.stop))
        return None if found is None else found.integrated_lufs

    stereo = whole.integrated_lufs if channels == _STEREO else folded(_STEREO)
    mono = folded(1)
    if stereo is None:
        return None
    return round(stereo - (_SILENCE_LUFS if mono is None else mono), 1) + 0.0


def _highest(curve: Curve) -> float | None:
    top = float(curve.max(initial=-math.inf))
    return round(top, 1) if top > _SILENCE_LUFS else None


@dataclass(frozen=True, slots=True, eq=False)
class _Counted:
    """What is counted in the samples themselves."""

    low: Curve
    high: Curve
    power: Curve
    fold: Curve
    clicks: NDArray[np.int64]
    correlation: float | None


def _counted(sounds: Sequence[Sound], context: RenderContext) -> _Counted:
    low: list[Curve] = []
    high: list[Curve] = []
    power: list[Curve] = []
    fold: list[Curve] = []
    sides = np.zeros(3)
    clicks = ClickFinder()
    to_stereo = _stereo_shares(sounds[0])
    for block in summed(sounds):
        context.check_cancelled()
        clicks.feed(block)
        if len(block) % WINDOW:
            block = np.concatenate([block, np.zeros((-len(block) % WINDOW, block.shape[1]), np.float32)])
        windows = block.reshape(-1, WINDOW, block.shape[1])
        low.append(windows.min(axis=(1, 2)))
        high.append(windows.max(axis=(1, 2)))
        if to_stereo is not None:
            windows = windows @ to_stereo
        squares = np.square(windows).mean(axis=1)
        power.append(squares.mean(axis=1))
        fold.append(np.square(windows.mean(axis=2)).mean(axis=1))
        # The square of the half sum is a quarter of both squares and of twice the product.
        product = 2 * fold[-1].sum(dtype=float) - power[-1].sum(dtype=float)
        sides += (squares[:, 0].sum(dtype=float), squares[:, -1].sum(dtype=float), product)
    curves = [np.concatenate([np.zeros(0, np.float32), *part]) for part in (low, high, power, fold)]
    left, right, product = map(float, sides)
    is_stereo = sounds[0].channels > 1 and min(left, right) > 0
    return _Counted(
        curves[0],
        curves[1],
        power=curves[2],
        fold=curves[3],
        clicks=clicks.found(),
        correlation=round(product / math.sqrt(left * right), 3) if is_stereo else None,
    )


def _stereo_shares(sound: Sound) -> NDArray[np.float32] | None:
    """What makes left and right of a sound's channels, `None` for what has no more."""
    if sound.channels <= _STEREO:
        return None
    return np.array(bus_shares(sound.path, sound.layout, sound.channels), np.float32)


def summed(sounds: Sequence[Sound]) -> Iterator[Samples]:
    """The sum of files of the same length and channels, in blocks."""
    files = [read_samples(wav_data(sound.path)) for sound in sounds]
    for first, *others in zip(*files, strict=True):
        total = first
        for block in others:
            total = total + block
        yield total

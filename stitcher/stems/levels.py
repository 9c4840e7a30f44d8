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
from stitcher.sound.graph import curve_args
from stitcher.sound.loudness import parse_loudness
from stitcher.sound.stems import sum_of
from stitcher.timebase import SAMPLE_RATE

Curve = NDArray[np.float32]

WINDOW = SAMPLE_RATE // 100
"""Samples of one value of the curves of samples: 10 ms."""
LOUDNESS_STEP = SAMPLE_RATE // 10
"""Samples from one value of the curves of loudness to the next: 100 ms."""
SHORT_TERM = 3 * SAMPLE_RATE
"""What a short-term loudness is measured over; of less than that there is none."""
MOMENTARY = 2 * SAMPLE_RATE // 5

_RECIPE = 3
_CURVE = re.compile(r"^lavfi\.r128\.([MS])=(\S+)", re.MULTILINE)
_SILENCE_LUFS, _NOTHING_LUFS = -70.0, -120.0


@dataclass(frozen=True, slots=True)
class Levels:
    """How loud a stem or a mix is."""

    integrated_lufs: float | None
    """`None` for what is silent, too short or too quiet to be measured; so below."""
    true_peak_dbtp: float | None
    range_lu: float
    momentary_max_lufs: float | None
    short_term_max_lufs: float | None
    """`None` for sound shorter than 3 s, too."""
    sample_peak_dbfs: float | None


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
    """Mean square of each window, of a channel on average."""
    fold: Curve
    """Mean square of each window folded down to mono."""


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
    low, high, power, fold = _counted(sounds, context)
    peak = max(float(high.max(initial=0)), -float(low.min(initial=0)))
    levels = Levels(
        integrated_lufs=loudness.integrated_lufs,
        true_peak_dbtp=loudness.true_peak_dbtp,
        range_lu=loudness.range_lu,
        momentary_max_lufs=_highest(momentary) if samples >= MOMENTARY else None,
        short_term_max_lufs=_highest(short_term) if samples >= SHORT_TERM else None,
        sample_peak_dbfs=20 * math.log10(peak) if peak else None,
    )
    return levels, Curves(momentary, short_term, low, high, power, fold)


def _highest(curve: Curve) -> float | None:
    top = float(curve.max(initial=-math.inf))
    return round(top, 1) if top > _SILENCE_LUFS else None


def _counted(sounds: Sequence[Sound], context: RenderContext) -> tuple[Curve, Curve, Curve, Curve]:
    parts: tuple[list[Curve], ...] = ([], [], [], [])
    for block in summed(sounds):
        context.check_cancelled()
        if len(block) % WINDOW:
            block = np.concatenate([block, np.zeros((-len(block) % WINDOW, block.shape[1]), np.float32)])
        windows = block.reshape(-1, WINDOW, block.shape[1])
        parts[0].append(windows.min(axis=(1, 2)))
        parts[1].append(windows.max(axis=(1, 2)))
        parts[2].append(np.square(windows).mean(axis=(1, 2)))
        parts[3].append(np.square(windows.mean(axis=2)).mean(axis=1))
    low, high, power, fold = (np.concatenate([np.zeros(0, np.float32), *part]) for part in parts)
    return low, high, power, fold


def summed(sounds: Sequence[Sound]) -> Iterator[Samples]:
    """The sum of files of the same length and channels, in blocks."""
    files = [read_samples(wav_data(sound.path)) for sound in sounds]
    for first, *others in zip(*files, strict=True):
        total = first
        for block in others:
            total = total + block
        yield total

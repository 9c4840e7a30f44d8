"""A loudness meter (ITU-R BS.1770-5, EBU R 128): K-weighted power in windows of 100 ms, gated, and true peaks.

Samples pass through in pieces of a second, each with what comes before and after it, so that any part of a sound can be
measured for itself, to the same figures. Both filters are convolutions, done as products of spectra: the K-weighting
has died away to nothing (below 10^-20) after less than the fifth of a second that is looked back.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stitcher.media.sound_activity import K_WEIGHTING, gated_loudness
from stitcher.media.wav import Samples
from stitcher.sound.channels import BUS_LAYOUTS, bus_shares
from stitcher.sound.loudness import MeasuredLoudness
from stitcher.timebase import SAMPLE_RATE

WINDOW = SAMPLE_RATE // 10
"""Samples of one power: 100 ms."""
MOMENTARY_WINDOWS, SHORT_TERM_WINDOWS = 4, 30

_PIECE = SAMPLE_RATE
_AHEAD = 64
_BACK = SAMPLE_RATE // 5 - _AHEAD
"""With a piece, a number of samples that is quick to transform."""
BEFORE, AFTER = _BACK, _AHEAD
"""Samples that are wanted before and after those that are measured, where there are any."""

_TAPS, _PHASES, _KAISER_BETA = 32, 4, 9.0
"""Of the filter that finds peaks between samples: that of ffmpeg's resampler, which its own meter looks through."""
_EDGE = _TAPS // 2

_ABSOLUTE_GATE_LUFS, _RANGE_GATE_LU = -70.0, 20.0
_RANGE_SHARES = (0.10, 0.95)
_OFFSET_LUFS = -0.691
_NOTHING_LUFS = -120.0

_STEREO = 2
_WEIGHTS = {1: (1.0,), 2: (1.0, 1.0), 6: (1.0, 1.0, 1.0, 0.0, 1.41, 1.41)}
"""By count of channels: surrounds are heard louder, and the LFE is left out."""

Powers = NDArray[np.float64]
Spectrum = NDArray[np.complexfloating]


@dataclass(frozen=True, slots=True, eq=False)
class Metered:
    """What was measured of some samples."""

    powers: Powers
    """K-weighted, of all channels together by their weights, of each whole `WINDOW`."""
    stereo_powers: Powers
    """Likewise, of what is folded down to stereo."""
    mono_powers: Powers
    """And to mono, heard from two loudspeakers."""
    true_peak: float
    """1 is full scale; 0 for digital silence."""


def measured(before: Samples, samples: Samples, after: Samples) -> Metered:
    """Measure samples that come after `before` and are followed by `after` (`BEFORE` and `AFTER` of each are looked
    at, and silence where there are fewer)."""
    channels = samples.shape[1]
    around = np.zeros((BEFORE + len(samples) + -len(samples) % _PIECE + AFTER, channels), np.float32)
    head, tail = before[max(0, len(before) - BEFORE) :], after[:AFTER]
    around[BEFORE - len(head) : BEFORE] = head
    around[BEFORE : BEFORE + len(samples)] = samples
    around[BEFORE + len(samples) : BEFORE + len(samples) + len(tail)] = tail
    powers, peak = [np.zeros((3, 0))], 0.0
    for start in range(0, len(samples), _PIECE):
        piece = around[start : start + BEFORE + _PIECE + AFTER]
        highest = float(np.abs(piece).max())
        if not highest:
            powers.append(np.zeros((3, _PIECE // WINDOW)))
            continue
        spectrum = np.fft.rfft(piece, axis=0)
        weighted = np.fft.irfft(spectrum * _weighting()[:, None], len(piece), axis=0)
        powers.append(_powers(weighted[BEFORE : BEFORE + _PIECE].reshape(-1, WINDOW, channels)))
        # Peaks between samples are at most so much higher than those around them.
        if highest * _highest_gain() > peak:
            peak = max(peak, _peak(piece, spectrum, min(_PIECE, len(samples) - start)))
    whole, stereo, mono = np.concatenate(powers, axis=1)[:, : len(samples) // WINDOW]
    return Metered(whole, stereo, mono, peak)


def _powers(windows: NDArray[np.floating]) -> Powers:
    """The power of windows of all channels, folded to stereo and to mono: a row each."""
    channels = windows.shape[2]
    whole = _each(windows) @ _WEIGHTS[channels]
    if channels == 1:
        return np.stack([whole, whole, whole])
    stereo = windows if channels == _STEREO else windows @ stereo_fold_of(channels)
    mono = (stereo[:, :, :1] + stereo[:, :, 1:]) / 2
    return np.stack([whole, _each(stereo).sum(axis=1), 2 * _each(mono)[:, 0]])


def _each(windows: NDArray[np.floating]) -> Powers:
    """The mean square of each channel of each window."""
    return np.asarray(np.einsum("ijk,ijk->ik", windows, windows, dtype=np.float64) / WINDOW)


@functools.cache
def stereo_fold_of(channels: int) -> NDArray[np.float32]:
    """What makes left and right of a bus of more channels, as a matrix."""
    return np.array(bus_shares(Path(), BUS_LAYOUTS[channels], channels), np.float32)


def _peak(piece: Samples, spectrum: Spectrum, samples: int) -> float:
    """The highest of so many samples of a piece, and between them, and where their filter rings before and after."""
    inside = slice(BEFORE - _EDGE, BEFORE + samples + _EDGE)
    peak = float(np.abs(piece[inside]).max())
    for phase in _between():
        between = np.fft.irfft(spectrum * phase[:, None], len(piece), axis=0)[inside]
        peak = max(peak, float(between.max()), -float(between.min()))
    return peak


def metered(blocks: Iterable[Samples]) -> Iterator[Metered]:
    """Each block measured, of blocks that follow each other; all but the last are of whole `WINDOW`s."""
    for before, block, after in with_neighbours(blocks):
        yield measured(before, block, after)


def with_neighbours(blocks: Iterable[Samples]) -> Iterator[tuple[Samples, Samples, Samples]]:
    """Each block with the `BEFORE` samples before it at most, and with the next one; what there is not is empty."""
    before: Samples | None = None
    block: Samples | None = None
    for after in blocks:
        if block is not None:
            before = block[:0] if before is None else before
            yield before, block, after
            before = np.concatenate([before, block])[-BEFORE:]
        block = after
    if block is not None:
        yield block[:0] if before is None else before, block, block[:0]


def loudness_of(parts: Sequence[Metered]) -> MeasuredLoudness:
    """The loudness of a sound whose parts were measured in turn."""
    powers = np.concatenate([np.zeros(0), *(part.powers for part in parts)])
    peak = max((part.true_peak for part in parts), default=0.0)
    return MeasuredLoudness(
        integrated_lufs=integrated(powers),
        true_peak_dbtp=20 * math.log10(peak) if peak else None,
        range_lu=_range(_over(powers, SHORT_TERM_WINDOWS)),
    )


def integrated(powers: Powers) -> float | None:
    """The loudness of all windows by the standard's gates, in LUFS; `None` where none passes them."""
    return gated_loudness(_lufs(_over(powers, MOMENTARY_WINDOWS)))


def loudness_along(powers: Powers, windows: int) -> NDArray[np.float32]:
    """LUFS of so many windows up to the end of each."""
    padded = np.concatenate([np.zeros(windows - 1), powers])
    return np.maximum(_lufs(_over(padded, windows)), _NOTHING_LUFS).astype(np.float32)


def _over(powers: Powers, windows: int) -> Powers:
    """The mean of every so many windows in a row."""
    if len(powers) < windows:
        return np.zeros(0)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(powers, windows).mean(axis=1))


def _range(blocks: Powers) -> float:
    loud = blocks[_lufs(blocks) >= _ABSOLUTE_GATE_LUFS]
    if not len(loud):
        return 0.0
    levels = np.sort(_lufs(loud[_lufs(loud) >= _lufs(loud.mean()) - _RANGE_GATE_LU]))
    low, high = (levels[round((len(levels) - 1) * share)] for share in _RANGE_SHARES)
    return float(high - low)


def _lufs(power: Powers | float) -> Powers:
    with np.errstate(divide="ignore"):
        return np.asarray(_OFFSET_LUFS + 10 * np.log10(power))


@functools.cache
def _weighting() -> Spectrum:
    """The spectrum of the K-weighting's impulse response, by the equations of its two filters."""
    turns = np.exp(-2j * np.pi * np.fft.rfftfreq(BEFORE + _PIECE + AFTER))
    spectrum = np.ones_like(turns)
    for stage in K_WEIGHTING:
        b, a = ([float(stage[f"{name}{n}"]) for n in range(3)] for name in "ba")
        spectrum *= np.polyval(b[::-1], turns) / np.polyval(a[::-1], turns)
    return np.asarray(spectrum, np.complex64)


@functools.cache
def _filters() -> NDArray[np.float64]:
    """For each place between two samples the factors of the samples around it."""
    at = np.arange(_TAPS) - (_TAPS - 1) // 2
    found = []
    for phase in range(1, _PHASES):
        away = at - phase / _PHASES
        window = np.i0(_KAISER_BETA * np.sqrt(np.maximum(0, 1 - (2 * away / _TAPS) ** 2)))
        taps = np.sinc(away) * window
        found.append(taps / taps.sum())
    return np.asarray(found)


@functools.cache
def _between() -> tuple[Spectrum, ...]:
    length = BEFORE + _PIECE + AFTER
    spectra: list[Spectrum] = []
    for taps in _filters():
        impulse = np.zeros(length)
        # The taps look ahead as well as back.
        impulse[(_TAPS - 1) // 2 - np.arange(_TAPS)] = taps
        spectra.append(np.fft.rfft(impulse).astype(np.complex64))
    return tuple(spectra)


@functools.cache
def _highest_gain() -> float:
    return max(1.0, float(np.abs(_filters()).sum(axis=1).max()))

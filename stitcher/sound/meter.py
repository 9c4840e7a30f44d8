"""A loudness meter (ITU-R BS.1770-5, EBU R 128): K-weighted power in windows of 100 ms, gated, and true peaks.

Samples pass through with what comes before and after them, so that any part of a sound can be measured for itself, to
the same figures: the K-weighting has died away to nothing (below 10^-20) after the fifth of a second that is looked
back. Both filters are matrix products over short blocks; the weighting's state is carried from block to block.
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

_BLOCK = 64
"""Samples weighted by one product; a whole number of them is a `WINDOW`, a piece, and what is looked back and ahead."""
_PIECE = SAMPLE_RATE
BEFORE, AFTER = 150 * _BLOCK, _BLOCK
"""Samples that are wanted before and after those that are measured, where there are any."""
_TRACKS = 20
"""Channels of pieces that are weighted at a time."""
_ROWS = 50
"""Blocks of one product; all of a piece and what is before it are some times as many."""

_TAPS, _PHASES, _KAISER_BETA = 32, 4, 9.0
"""Of the filter that finds peaks between samples: that of ffmpeg's resampler, which its own meter looks through."""
_EDGE = _TAPS // 2
_MOST_FRAMES, _FRAMES = 1024, 32
"""Looked at together, and by one product."""

_ABSOLUTE_GATE_LUFS, _RANGE_GATE_LU = -70.0, 20.0
_RANGE_SHARES = (0.10, 0.95)
_OFFSET_LUFS = -0.691
_NOTHING_LUFS = -120.0

_STEREO = 2
_WEIGHTS = {1: (1.0,), 2: (1.0, 1.0), 6: (1.0, 1.0, 1.0, 0.0, 1.41, 1.41)}
"""By count of channels: surrounds are heard louder, and the LFE is left out."""

Powers = NDArray[np.float64]


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
    powers = [_powers(pieces) for pieces in _pieces(around)]
    whole, stereo, mono = np.concatenate([np.zeros((3, 0)), *powers], axis=1)[:, : len(samples) // WINDOW]
    ringing = around[BEFORE - _TAPS : BEFORE + len(samples) + _TAPS]
    peak = max((_peak(np.ascontiguousarray(ringing[:, channel])) for channel in range(channels)), default=0.0)
    return Metered(whole, stereo, mono, peak)


def _pieces(around: Samples) -> Iterator[Samples]:
    """Pieces with what is before each, some at a time: `(pieces, samples, channels)`."""
    pieces = np.lib.stride_tricks.sliding_window_view(around[: len(around) - AFTER], BEFORE + _PIECE, axis=0)
    pieces = pieces[::_PIECE].transpose(0, 2, 1)
    some = max(1, _TRACKS // around.shape[1])
    for at in range(0, len(pieces), some):
        yield pieces[at : at + some]


def _powers(pieces: Samples) -> Powers:
    """The power of each window of pieces, after what is before each: of all channels, in stereo, and in mono."""
    count, _, channels = pieces.shape
    if not pieces.any():
        return np.zeros((3, count * _PIECE // WINDOW))
    tracks = np.ascontiguousarray(pieces.transpose(2, 0, 1), np.float64).reshape(channels * count, -1, _BLOCK)
    windows = _weighted(tracks).reshape(channels, -1, WINDOW).transpose(1, 2, 0)
    whole = _each(windows) @ _WEIGHTS[channels]
    if channels == 1:
        return np.stack([whole, whole, whole])
    stereo = windows if channels == _STEREO else windows @ stereo_fold_of(channels)
    mono = (stereo[:, :, :1] + stereo[:, :, 1:]) / 2
    return np.stack([whole, _each(stereo).sum(axis=1), 2 * _each(mono)[:, 0]])


def _weighted(tracks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Tracks of blocks, K-weighted, from `BEFORE` on."""
    kernel, first = _kernel(), BEFORE // _BLOCK
    # BLAS shares out products that are larger, which costs more than it saves beside others that do the same.
    grouped = tracks.reshape(-1, _ROWS, _BLOCK)
    moved = (grouped @ kernel.to_state).reshape(*tracks.shape[:2], -1)
    states = np.zeros_like(moved)
    for block in range(1, moved.shape[1]):
        states[:, block] = states[:, block - 1] @ kernel.state + moved[:, block - 1]
    heard = grouped @ kernel.straight
    heard += states.reshape(*grouped.shape[:2], -1) @ kernel.from_state
    return heard.reshape(tracks.shape)[:, first:]


def _each(windows: NDArray[np.floating]) -> Powers:
    """The mean square of each channel of each window."""
    return np.asarray(np.einsum("ijk,ijk->ik", windows, windows, dtype=np.float64) / WINDOW)


@functools.cache
def stereo_fold_of(channels: int) -> NDArray[np.float32]:
    """What makes left and right of a bus of more channels, as a matrix."""
    return np.array(bus_shares(Path(), BUS_LAYOUTS[channels], channels), np.float32)


def _peak(samples: NDArray[np.float32]) -> float:
    """The highest sample, and between samples, of a channel with a filter's length around it."""
    padded = np.concatenate([samples, np.zeros(-len(samples) % _TAPS, np.float32)])
    frames = np.lib.stride_tricks.sliding_window_view(padded, 2 * _TAPS - 1)[::_TAPS]
    tops = np.abs(padded).reshape(-1, _TAPS).max(axis=1, initial=0)
    peak = float(tops[1:-1].max(initial=0))
    # What is between samples is at most so much higher than those around it.
    bounds = np.maximum(tops[: len(frames)], tops[1 : len(frames) + 1]) * _highest_gain()
    some = min(_MOST_FRAMES, len(bounds))
    highest = np.argpartition(bounds, -some)[-some:]
    peak = max(peak, _highest_between(frames[highest]))
    rest = bounds > peak
    rest[highest] = False
    return max(peak, _highest_between(frames[rest]))


def _highest_between(frames: Samples) -> float:
    """The highest value between the samples of frames."""
    highest = 0.0
    for at in range(0, len(frames), _MOST_FRAMES):
        some = frames[at : at + _MOST_FRAMES]
        even = np.concatenate([some, np.zeros((-len(some) % _FRAMES, some.shape[1]), np.float32)])
        highest = max(highest, float(np.abs(even.reshape(-1, _FRAMES, some.shape[1]) @ _between()).max()))
    return highest


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


@dataclass(frozen=True, slots=True, eq=False)
class _Kernel:
    """What the K-weighting makes of a block and of the state it is in, as matrices to multiply with from the right."""

    straight: NDArray[np.float64]
    from_state: NDArray[np.float64]
    to_state: NDArray[np.float64]
    state: NDArray[np.float64]


@functools.cache
def _kernel() -> _Kernel:
    (b1, a1), (b2, a2) = (
        [[float(stage[f"{name}{n}"]) for n in range(3)] for name in "ba"] for stage in K_WEIGHTING
    )
    b, a = np.convolve(b1, b2), np.convolve(a1, a2)
    order = len(b) - 1
    # Direct form II, transposed.
    step = np.eye(order, k=1)
    step[:, 0] -= a[1:]
    enters = b[1:] - a[1:] * b[0]
    powers = [np.eye(order)]
    for _ in range(_BLOCK):
        powers.append(powers[-1] @ step)
    response = [b[0], *(float((power @ enters)[0]) for power in powers[: _BLOCK - 1])]
    straight = sum(np.eye(_BLOCK, k=delay) * value for delay, value in enumerate(response))
    return _Kernel(
        straight=np.asarray(straight),
        from_state=np.stack([power[0] for power in powers[:_BLOCK]], axis=1),
        to_state=np.stack([power @ enters for power in powers[_BLOCK - 1 :: -1]]),
        state=powers[_BLOCK].T.copy(),
    )


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
def _between() -> NDArray[np.float32]:
    """For a frame of samples what is between them, at all phases, behind each of the first `_TAPS` that are followed by
    half a filter."""
    made = np.zeros((2 * _TAPS - 1, len(_filters()), _TAPS), np.float32)
    for phase, taps in enumerate(_filters()):
        for at in range(_TAPS):
            made[at : at + _TAPS, phase, at] = taps
    return made.reshape(2 * _TAPS - 1, -1)


@functools.cache
def _highest_gain() -> float:
    return max(1.0, float(np.abs(_filters()).sum(axis=1).max()))

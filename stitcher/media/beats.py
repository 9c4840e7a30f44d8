"""Beats of a piece of music: where somebody taps along, to a few milliseconds.

What strikes is seen in the spectrum (how much every band rises, on a logarithmic scale); how far strokes are apart, in
what recurs within some seconds; and the beats are the row of strokes that keeps closest to that distance (Ellis,
Journal of New Music Research 36 (2007), 51).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

from stitcher.media import probe_cache
from stitcher.media.clip import Sound
from stitcher.media.mono_samples import mono_samples

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

_METHOD = 1
"""Counts changes of what counts as a beat; part of what beats are remembered under."""
_RATE = 24_000
_HOP, _WINDOW = 60, 512
FLUX_RATE = _RATE // _HOP
"""Values a second in which strokes are seen (2.5 ms each)."""
_BANDS = 40
_COARSE = 4
"""So many of them together are one step of the search (10 ms)."""
_STEPS = FLUX_RATE // _COARSE
_SLOWEST, _FASTEST = 40, 220
"""Beats a minute."""
_USUAL, _SPREAD = 115.0, 0.8
"""Beats a minute at which people tap most, and how many octaves from it they do so half as often."""
_VIEW_SECONDS = 8
_CHANGES = 2.0
"""What it costs to change by an octave from second to second, of what recurs."""
_KEEPS = 100.0
"""How much the row of beats is held to its distance."""
_NEAR = 14
"""Within so many of `FLUX_RATE` (35 ms) a beat is moved to its stroke."""
_STEADY = 0.2
"""How much of what strikes recurs a beat later, of 1, for it to be a beat: music has 0.4 and more, speech, rain and
single knocks less than 0.1."""
_EARLY = 0.0025
"""Seconds before a stroke at which its rise is strongest on a logarithmic scale: the window reaches it by then."""
_LEAST = 4
"""Fewer beats are none."""


def beats(sound: Sound) -> tuple[Fraction, ...]:
    """When the beats of a sound are, in seconds of it as it is heard; empty where nothing keeps time.

    Remembered by content. Raises `MediaBroken` for a sound that cannot be decoded.
    """
    key = [_METHOD, sound.sha256, sound.stream.index]
    known = probe_cache.get("beats", key)
    if known is None:
        known = " ".join(f"{round(10_000 * at)}" for at in find_beats(flux_of(mono_samples(sound, _RATE))))
        probe_cache.put("beats", key, known)
    return tuple(Fraction(int(number), 10_000) for number in known.split() if number.isdigit())


def find_beats(flux: Floats) -> list[float]:
    """When the beats are, in seconds, of `(values,)` of how much strikes, `FLUX_RATE` a second."""
    import numpy as np

    steps = len(flux) // _COARSE
    if steps < 3 * _STEPS or not flux.any():
        return []
    coarse = flux[: steps * _COARSE].reshape(-1, _COARSE).max(axis=1)
    local = np.convolve(coarse, np.ones(_STEPS) / _STEPS, "same")
    coarse = np.maximum(0, coarse - local)
    coarse /= coarse.std() or 1.0
    periods, recurring = _periods(coarse)
    if recurring < _STEADY:
        return []
    row = _without_ends(_row(coarse, periods), coarse)
    return _refined(row, flux) if len(row) >= _LEAST else []


def flux_of(blocks: Iterable[Floats]) -> Floats:
    """How much strikes at each moment, `FLUX_RATE` a second, of mono samples at 24 kHz: how much the spectrum's bands
    rise in 10 ms, each octave counting alike, so that a drum counts as much as a cymbal.
    """
    import numpy as np

    window = np.hanning(_WINDOW).astype(np.float32)
    bands, octaves = _bands()
    rest = np.zeros(_WINDOW // 2, np.float32)
    levels = []
    for block in blocks:
        rest = np.concatenate([rest, block])
        count = max(0, (len(rest) - _WINDOW) // _HOP + 1)
        if not count:
            continue
        frames = np.lib.stride_tricks.sliding_window_view(rest, _WINDOW)[: count * _HOP : _HOP]
        spectrum = np.abs(np.fft.rfft(frames * window, axis=1)).astype(np.float32)
        levels.append(np.log1p(100 * (spectrum @ bands)))
        rest = rest[count * _HOP :]
    if not levels:
        return np.zeros(0, np.float32)
    level = np.concatenate(levels)
    rise = np.zeros(len(level), np.float32)
    rise[_COARSE:] = np.maximum(0, level[_COARSE:] - level[:-_COARSE]) @ octaves
    # The rise over a span is that of its middle.
    return np.concatenate([rise[_COARSE // 2 :], np.zeros(_COARSE // 2, np.float32)])


def _bands() -> tuple[Floats, Floats]:
    """`(bins, bands)`, triangles, evenly spaced in mel from 30 Hz to 11 kHz; and how wide each is in octaves."""
    import numpy as np

    def mel(hertz: float) -> float:
        return float(2595 * np.log10(1 + hertz / 700))

    edges = 700 * (10 ** (np.linspace(mel(30), mel(11_000), _BANDS + 2) / 2595) - 1)
    hertz = np.arange(_WINDOW // 2 + 1) * _RATE / _WINDOW
    rising = (hertz[:, None] - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - hertz[:, None]) / (edges[2:] - edges[1:-1])
    matrix = np.maximum(0, np.minimum(rising, falling))
    matrix = matrix / np.maximum(1e-6, matrix.sum(axis=0)) / _WINDOW
    return np.asarray(matrix, np.float32), np.asarray(np.log2(edges[2:] / edges[:-2]), np.float32)


def _periods(coarse: Floats) -> tuple[NDArray[np.float64], float]:
    """How many steps the beats are apart at each step (the path through what recurs within some seconds that is
    strongest and changes least), and how much recurs so, of 1."""
    import numpy as np

    lags = np.arange(round(60 * _STEPS / _FASTEST), round(60 * _STEPS / _SLOWEST) + 1)
    prior = np.exp(-0.5 * (np.log2(60 * _STEPS / lags / _USUAL) / _SPREAD) ** 2)
    span = _VIEW_SECONDS * _STEPS
    padded = np.pad(coarse - coarse.mean(), span // 2)
    size = 2 ** int(np.ceil(np.log2(2 * span)))
    scores, recurring = [], []
    for start in range(0, len(coarse), _STEPS):
        view = padded[start : start + span] * np.hanning(span)
        spectrum = np.fft.rfft(view, size)
        recurs = np.fft.irfft(np.abs(spectrum) ** 2, size)
        recurs = np.maximum(0, recurs) / (recurs[0] or 1.0)
        # A beat is heard in what recurs after two of it as well, which parts it from its own halves.
        scores.append((recurs[lags] + 0.5 * recurs[np.minimum(2 * lags, span - 1)]) * prior)
        recurring.append(recurs[lags])
    away = _CHANGES * np.abs(np.log2(lags[:, None] / lags[None, :]))
    total = np.array(scores[0])
    came = []
    for score in scores[1:]:
        reached = total[None, :] - away
        came.append(reached.argmax(axis=1))
        total = reached.max(axis=1) + score
    path = [int(total.argmax())]
    for before in reversed(came):
        path.append(int(before[path[-1]]))
    path.reverse()
    seconds = np.arange(len(scores)) * _STEPS
    periods = np.interp(np.arange(len(coarse)), seconds, lags[path].astype(np.float64))
    return periods, float(np.median([found[lag] for found, lag in zip(recurring, path, strict=True)]))


def _row(coarse: Floats, periods: NDArray[np.float64]) -> list[int]:
    """The row of steps that has the strongest strokes and keeps its distances best."""
    import numpy as np

    total = np.zeros(len(coarse))
    came = np.full(len(coarse), -1)
    for step in range(len(coarse)):
        period = periods[step]
        near, far = int(period / 2) or 1, int(2 * period)
        first, last = step - far, step - near
        if last < 0:
            total[step] = coarse[step]
            continue
        first = max(0, first)
        distances = step - np.arange(first, last + 1)
        worth = total[first : last + 1] - _KEEPS * np.log(distances / period) ** 2
        best = int(worth.argmax())
        total[step] = coarse[step] + max(0.0, float(worth[best]))
        came[step] = first + best if worth[best] > 0 else -1
    tail = int(periods[-1])
    row = [len(coarse) - tail + int(total[-tail:].argmax())]
    while came[row[-1]] >= 0:
        row.append(int(came[row[-1]]))
    return row[::-1]


def _reached(row: list[int], coarse: Floats) -> NDArray[np.intp]:
    """Where the stroke nearest to each beat is."""
    import numpy as np

    places = [np.arange(max(0, step - 2), min(len(coarse), step + 3)) for step in row]
    return np.array([int(near[coarse[near].argmax()]) for near in places], dtype=np.intp)


def _without_ends(row: list[int], coarse: Floats) -> list[int]:
    """The row from its first real stroke to its last."""
    if not row:
        return row
    strong = [coarse[step] > 0.5 * coarse[_reached(row, coarse)].mean() for step in _reached(row, coarse)]
    if not any(strong):
        return []
    first, last = strong.index(True), len(strong) - 1 - strong[::-1].index(True)
    return row[first : last + 1]


def _refined(row: list[int], flux: Floats) -> list[float]:
    """Beats in seconds, each where its stroke is; one without a stroke stays between its neighbours."""
    import numpy as np

    strong = 0.3 * float(np.median([flux[_around(step, flux)].max() for step in row]))
    found: list[float] = []
    for step in row:
        near = _around(step, flux)
        peak = int(near[flux[near].argmax()])
        at = (peak + _bend(flux, peak)) / FLUX_RATE + _EARLY if flux[peak] > strong else step / _STEPS
        found.append(max(0.0, at))
    return found


def _around(step: int, flux: Floats) -> NDArray[np.intp]:
    import numpy as np

    middle = step * _COARSE + _COARSE // 2
    return np.arange(max(0, middle - _NEAR), min(len(flux), middle + _NEAR + 1))


def _bend(flux: Floats, peak: int) -> float:
    """How far from it the top of a peak is, by a parabola through it and its neighbours."""
    if not 0 < peak < len(flux) - 1:
        return 0.0
    before, top, after = (float(flux[peak + step]) for step in (-1, 0, 1))
    bend = before - 2 * top + after
    return 0.5 * (before - after) / bend if bend else 0.0

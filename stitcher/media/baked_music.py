"""Baked-in music: whether what is heard at a moment of a file is music. What may be something else is none.

Notes are partials that keep their pitch for a while, as no voice, noise or rain does; music is where several of them,
of several pitches, begin within some seconds, as in no hum, and most of what is heard is of them.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from stitcher.media import probe_cache
from stitcher.media.clip import Sound
from stitcher.media.mono_samples import mono_samples

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Flags = NDArray[np.bool_]

_METHOD = 1
"""Counts changes of what counts as music; part of what is remembered."""
RATE = 16_000
SECONDS = 3
"""How much before or after a moment is listened to."""
_WINDOW, _HOP = 2048, 512
_LOWEST, _HIGHEST = 150, 4000
"""Hertz."""
_ABOVE_DB = 9.0
"""How far a partial stands out of what is around it."""
_BELOW_DB = 50.0
"""How far below the loudest partial one still counts."""
_AROUND = 12
"""Steps of the spectrum to each side that are around a partial."""
_KEPT = 9
"""For how many windows a partial keeps its pitch at least (0.3 s)."""
_MUCH_OF_IT = 0.42
"""Which part of what is heard partials that keep their pitch are, in amplitude: of a band with drums 0.4 to 0.5, of a
piano 0.8, of speech up to 0.34 (an artificial voice), of noise and rain 0."""
_PITCHES = 6
"""Of how many pitches such partials begin, at least."""
_AUDIBLE = 10 ** (-50 / 20)
_STILL_DB = 15.0
"""How much quieter than in all it may be at the moment itself, and still be cut."""


def is_music_at(sound: Sound, moment: Fraction, side: Literal["before", "after"]) -> bool:
    """Whether music is heard in the `SECONDS` before or after a moment of a sound, up to that moment itself.

    Remembered by content. Raises `MediaBroken` for a sound that cannot be decoded.
    """
    import numpy as np

    key = [_METHOD, sound.sha256, sound.stream.index, str(moment), side]
    known = probe_cache.get("baked-music", key)
    if known not in ("yes", "no"):
        start, stop = (moment - SECONDS, moment) if side == "before" else (moment, moment + SECONDS)
        blocks = list(mono_samples(sound, RATE, max(Fraction(0), start), stop))
        heard = np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
        known = "yes" if is_music(heard if side == "before" else heard[::-1]) else "no"
        probe_cache.put("baked-music", key, known)
    return known == "yes"


def is_music(heard: Floats) -> bool:
    """Whether a stretch, mono at `RATE`, is music up to its last sample."""
    import numpy as np

    if len(heard) < 2 * RATE:
        return False
    level = float(np.sqrt(np.mean(np.square(heard))))
    last = float(np.sqrt(np.mean(np.square(heard[-RATE // 4 :]))))
    if level < _AUDIBLE or last < level * 10 ** (-_STILL_DB / 20):
        return False
    share, pitches = music_measures(heard)
    return share >= _MUCH_OF_IT and pitches >= _PITCHES


def music_measures(heard: Floats) -> tuple[float, int]:
    """Which part of a stretch, by amplitude, partials are that keep their pitch, and of how many pitches such begin."""
    import numpy as np

    frames = np.lib.stride_tricks.sliding_window_view(heard, _WINDOW)[::_HOP]
    amplitude = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW), axis=1)).astype(np.float32)
    step = RATE / _WINDOW
    amplitude = amplitude[:, round(_LOWEST / step) : round(_HIGHEST / step)]
    partials = _partials(amplitude)
    kept, begins = _kept(partials)
    total = float(amplitude.sum())
    return (float(amplitude[kept].sum()) / total if total else 0.0), _pitches(begins)


def _partials(amplitude: Floats) -> Flags:
    """Where the spectrum stands out: `(windows, steps)`."""
    import numpy as np

    level = 20 * np.log10(np.maximum(amplitude, 1e-9))
    sums = np.cumsum(np.pad(level, ((0, 0), (_AROUND + 1, _AROUND)), mode="edge"), axis=1)
    around = (sums[:, 2 * _AROUND + 1 :] - sums[:, : -2 * _AROUND - 1]) / (2 * _AROUND + 1)
    peak = np.zeros(level.shape, bool)
    peak[:, 1:-1] = (level[:, 1:-1] >= level[:, :-2]) & (level[:, 1:-1] >= level[:, 2:])
    stands_out = level > around + _ABOVE_DB
    return np.asarray(peak & stands_out & (level > level.max() - _BELOW_DB))


def _kept(partials: Flags) -> tuple[Flags, Flags]:
    """Where partials keep their pitch, with what belongs to them to both sides; and where such begin, but for those
    that were there already."""
    import numpy as np

    near = partials.copy()
    near[:, 1:] |= partials[:, :-1]
    near[:, :-1] |= partials[:, 1:]
    run = np.zeros(near.shape, np.int32)
    for number in range(len(near)):
        run[number] = np.where(near[number], (run[number - 1] if number else 0) + 1, 0)
    kept = np.zeros(near.shape, bool)
    begins = np.zeros(near.shape, bool)
    for number in range(len(near)):
        ends = run[number] >= _KEPT
        if number + 1 < len(near):
            ends &= run[number + 1] == 0
        for place in np.flatnonzero(ends):
            first = number + 1 - int(run[number, place])
            kept[first : number + 1, place] = True
            if first > 1 and partials[first : number + 1, place].mean() > 0.5:
                begins[first, place] = True
    wide = kept.copy()
    wide[:, 1:] |= kept[:, :-1]
    wide[:, :-1] |= kept[:, 1:]
    return wide, begins


def _pitches(begins: Flags) -> int:
    """How many pitches, apart from each other, partials begin at."""
    import numpy as np

    places = np.flatnonzero(begins.any(axis=0))
    return int(1 + (np.diff(places) > 2).sum()) if len(places) else 0

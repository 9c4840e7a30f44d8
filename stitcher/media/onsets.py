"""Onset detection: when something in a sound strikes, such as a first beat, a door or a shot."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from stitcher.media import probe_cache
from stitcher.media.clip import Sound

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Peaks = NDArray[np.float32]

_METHOD = 1
"""Counts changes of what counts as an onset; part of what onsets are remembered under."""
_BINS = 2000
"""Bins a second, of which each is as high as the highest sample in it."""
_AHEAD, _BEHIND = 60, 100
"""Bins within which an onset has its peak (30 ms), and of what goes before it (50 ms)."""
_STRONG = 0.25
"""Of the sound's highest peak: what a strong onset reaches (-12 dB)."""
_RISE = 4.0
"""How much higher its peak is than what goes before it (12 dB)."""
_BEGIN = 0.1
"""Of its peak: where it begins."""
_MOST = 2000
"""Onsets that are kept of one sound."""


def onsets(sound: Sound) -> tuple[Fraction, ...]:
    """When strong onsets begin, in seconds of the sound as it is heard, to half a millisecond; the first few thousand.

    An onset is strong where it comes up to the sound's highest peak within 12 dB and stands 12 dB above the 50 ms
    before it. Remembered by content. Raises `MediaBroken` for a sound that cannot be decoded.
    """
    key = [_METHOD, sound.sha256, sound.stream.index]
    known = probe_cache.get("onsets", key)
    if known is None:
        known = " ".join(map(str, find_onsets(_peaks(sound))))
        probe_cache.put("onsets", key, known)
    return tuple(Fraction(int(number), _BINS) for number in known.split() if number.isdigit())


def find_onsets(peaks: Peaks) -> list[int]:
    """The bins in which strong onsets begin, of `(bins,)` float32 peaks."""
    import numpy as np

    if not peaks.size or not (highest := float(peaks.max())):
        return []
    before = _highest_within(np.pad(peaks, (_BEHIND, 0))[:-1], _BEHIND)
    after = _highest_within(np.pad(peaks, (0, _AHEAD - 1)), _AHEAD)
    strikes = (after >= _STRONG * highest) & (after >= _RISE * before)
    begins = strikes & (peaks >= np.maximum(_BEGIN * after, 2 * before))
    found: list[int] = []
    for number in np.flatnonzero(begins):
        if len(found) < _MOST and (not found or number - found[-1] > _BEHIND):
            found.append(int(number))
    return found


def _highest_within(peaks: Peaks, count: int) -> Peaks:
    """For each bin the highest of `count` from it on; shorter by `count` less one."""
    import numpy as np

    # Windows of twice the length are the higher of two that lie beside each other.
    highest, width = peaks, 1
    while width < count:
        step = min(width, count - width)
        highest = np.maximum(highest[: highest.size - step], highest[step:])
        width += step
    return highest


def _peaks(sound: Sound) -> Peaks:
    import numpy as np

    peaks = np.zeros(_BINS, np.float32)
    length = 0
    for start, samples in _decoded(sound):
        bins = ((np.arange(samples.size) / sound.stream.sample_rate + start) * _BINS + 1e-6).astype(np.int64)
        inside = bins >= 0
        if not inside.any():
            continue
        length = max(length, int(bins[-1]) + 1)
        if length > peaks.size:
            peaks = np.pad(peaks, (0, max(peaks.size, length - peaks.size)))
        np.maximum.at(peaks, bins[inside], samples[inside])
    return peaks[:length]


def _decoded(sound: Sound) -> Iterator[tuple[float, Peaks]]:
    """(seconds of its first sample, the highest of all channels at each sample) of each stretch that is decoded."""
    import numpy as np
    from av.audio.frame import AudioFrame
    from av.audio.resampler import AudioResampler

    from stitcher.media.container import opened

    to_float = AudioResampler(format="fltp")
    with opened(sound.path, sound.container) as container:
        stream = container.streams[sound.stream.index]
        for packet in container.demux(stream):
            for decoded in packet.decode():
                if not isinstance(decoded, AudioFrame) or decoded.time is None:
                    continue
                start = decoded.time - float(sound.stream.start)
                for samples in to_float.resample(decoded):
                    yield start, np.abs(samples.to_ndarray()).max(axis=0).astype(np.float32)

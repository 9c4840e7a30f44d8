"""A sound's samples, folded to one channel at any rate, from one moment of it to another."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from stitcher.media.clip import Sound

if TYPE_CHECKING:
    import numpy as np
    from av.audio.frame import AudioFrame
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

_EARLIER = Fraction(1, 2)
"""How long before a moment decoding begins, in seconds, so that the codec has settled there."""


def mono_samples(
    sound: Sound, rate: int, start: Fraction = Fraction(0), stop: Fraction | None = None
) -> Iterator[Samples]:
    """Blocks of what is heard from `start` to `stop`, in seconds of the sound (to its end when not given), one after
    the other; what it does not have before its first sample is silence.

    Raises `MediaBroken` for a sound that cannot be decoded.
    """
    import numpy as np
    from av.audio.resampler import AudioResampler

    resampler = AudioResampler(format="fltp", layout="mono", rate=rate)
    left = None if stop is None else round((stop - start) * rate)
    at: int | None = None
    for frame, seconds in _frames(sound, start):
        if left is not None and left <= 0:
            return
        if at is None:
            at = round((seconds - float(start)) * rate)
            if at > 0:
                yield np.zeros(at if left is None else min(at, left), np.float32)
                left = None if left is None else left - at
        for samples in resampler.resample(frame):
            block = np.asarray(samples.to_ndarray(), np.float32).reshape(-1)
            skipped = min(max(0, -at), len(block))
            at += skipped
            block = block[skipped:] if left is None else block[skipped : skipped + max(0, left)]
            left = None if left is None else left - len(block)
            if len(block):
                yield block


def _frames(sound: Sound, start: Fraction) -> Iterator[tuple[AudioFrame, float]]:
    """What is decoded from about `start` on, with when it is heard."""
    from av.audio.frame import AudioFrame

    from stitcher.media.container import opened

    with opened(sound.path, sound.container) as container:
        zero = float(sound.stream.start)
        if start > _EARLIER:
            container.seek(int((float(start - _EARLIER) + zero) * 1_000_000))
        for packet in container.demux(container.streams[sound.stream.index]):
            for decoded in packet.decode():
                if isinstance(decoded, AudioFrame) and decoded.time is not None:
                    yield decoded, decoded.time - zero

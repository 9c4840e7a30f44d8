"""The extent of a sound as it is decoded: how many samples there are, and how far they swing."""

from __future__ import annotations

from dataclasses import dataclass

from stitcher.media.clip import Sound
from stitcher.timebase import SAMPLE_RATE

SILENT_PEAK = 1e-4
"""Of full scale, -80 dB: above a dither of 16 bits."""


@dataclass(frozen=True, slots=True)
class SoundExtent:
    """What came out of a decoder."""

    samples: int
    """At 48 kHz; of AAC and Vorbis up to a packet more or less, as their decoders leave the trimming to players."""
    peak: float
    """Of any channel; 1 at full scale."""

    @property
    def is_silent(self) -> bool:
        """Whether nothing is to be heard in it."""
        return self.peak <= SILENT_PEAK


def sound_extent(sound: Sound) -> SoundExtent:
    """How much there is of a sound, decoded to its end. Raises `MediaBroken` for one that cannot be."""
    import numpy as np
    from av.audio.frame import AudioFrame
    from av.audio.resampler import AudioResampler

    from stitcher.media.container import opened, to_the_end

    to_float = AudioResampler(format="fltp")
    counted, peak = 0, 0.0
    with opened(sound.path, sound.container, options=to_the_end(sound.stream.open_ended)) as container:
        for packet in container.demux(container.streams[sound.stream.index]):
            for decoded in packet.decode():
                if not isinstance(decoded, AudioFrame):
                    continue
                for samples in to_float.resample(decoded):
                    counted += samples.samples
                    peak = max(peak, float(np.abs(samples.to_ndarray()).max(initial=0.0)))
    return SoundExtent(round(counted * SAMPLE_RATE / sound.stream.sample_rate), peak)

"""Sound between stitcher and MoviePy, sample by sample: MoviePy's own writers and readers go through 16 bits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stitcher.errors import InputError, MediaError, VerifyError
from stitcher.media.ffmpeg import file_url
from stitcher.media.ffmpeg_process import feed
from stitcher.media.moviepy_import import import_moviepy
from stitcher.media.wav import wav_data
from stitcher.timebase import SAMPLE_RATE

Samples = NDArray[np.float32]
"""`(samples, channels)` float32 in [-1, 1] at 48 kHz."""

_BLOCK = SAMPLE_RATE


def add_sound(video: Path, container: str, audio: Any, samples: int, out: Path) -> Path:
    """Write `out`: the picture of `video` (of that demuxer) as it is, with a MoviePy clip's sound, `samples` long.

    Sound that is shorter is followed by silence. Raises `InputError` for more than two channels, and what
    `stitcher.media.ffmpeg_process.feed` raises.
    """
    channels = int(getattr(audio, "nchannels", 2) or 2)
    if channels not in (1, 2):
        raise InputError(
            f"A MoviePy clip's sound has {channels} channels; mix it down to stereo before it becomes a shot."
        )
    arguments = [
        *("-f", container, "-protocol_whitelist", "file,pipe", "-i", file_url(video)),
        *("-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", str(channels), "-i", "pipe:0"),
        *("-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "pcm_f32le"),
        *("-map_metadata", "-1", "-fflags", "+bitexact", "-f", "mov", file_url(out)),
    ]
    feed(arguments, (block.tobytes() for block in _blocks(audio, samples, channels)))
    return out


def _blocks(audio: Any, samples: int, channels: int) -> Iterator[Samples]:
    length = samples if audio.duration is None else min(samples, int(audio.duration * SAMPLE_RATE + 0.5))
    for start in range(0, samples, _BLOCK):
        block = np.zeros((min(_BLOCK, samples - start), channels), np.float32)
        count = min(len(block), length - start)
        if count > 0:
            times = np.arange(start, start + count) / SAMPLE_RATE
            block[:count] = np.asarray(audio.get_frame(times), np.float32).reshape(count, channels)
        yield block


def audio_clip(wav: Path, samples: int, channels: int = 2) -> Any:
    """A MoviePy `AudioClip` of a float WAV file that this process wrote; read when it is asked for.

    Raises `VerifyError` when the file does not hold as many samples.
    """
    import_moviepy()
    from moviepy import AudioClip

    try:
        data = wav_data(wav)
    except MediaError as exc:
        raise VerifyError("The film's sound cannot be read back; run again.") from exc
    if (data.samples, data.channels, data.bits) != (samples, channels, 32):
        raise VerifyError("The film's sound is not what was mixed; run again.")
    samples_of_file = np.memmap(wav, np.dtype("<f4"), "r", data.offset, (samples, channels))

    def at(seconds: Any) -> NDArray[np.float64]:
        numbers = np.asarray(np.asarray(seconds) * SAMPLE_RATE + 0.5, np.int64)
        return np.asarray(samples_of_file[np.clip(numbers, 0, samples - 1)], np.float64)

    return AudioClip(at, duration=samples / SAMPLE_RATE, fps=SAMPLE_RATE)

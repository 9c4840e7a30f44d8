"""The bridge from pydub: an `AudioSegment` made in Python becomes a file that a cue can play.

pydub is no mix bus (16-bit sums, whole files in memory, positions in milliseconds); it ends here.
"""

from __future__ import annotations

import hashlib
import wave
from pathlib import Path
from typing import TYPE_CHECKING

from stitcher.errors import InputError
from stitcher.media.files import atomic_write, disk_errors

if TYPE_CHECKING:
    from pydub import AudioSegment

_WAV_LIMIT = (1 << 32) - 1024
_SIGN_FLIPPED = bytes(value ^ 0x80 for value in range(256))


def sound_from_audio_segment(segment: AudioSegment, folder: Path) -> Path:
    """A WAV file in `folder` with exactly the segment's samples, named by their content.

    The same samples give the same file, which is not written again. Sample width (8 to 32 bits), rate and channels
    stay as they are. Raises `InputError` for an empty segment and for one above WAV's 4 GiB, and `DiskFull` or
    `OutputError`.
    """
    data = bytes(segment.raw_data)
    width, rate, channels = int(segment.sample_width), int(segment.frame_rate), int(segment.channels)
    if not data:
        raise InputError("The AudioSegment is empty; a cue needs at least one sample.")
    if len(data) > _WAV_LIMIT:
        raise InputError("The AudioSegment holds more than 4 GiB; give the cue a file instead.")
    if width == 1:
        # pydub keeps 8 bits signed, WAV has them unsigned.
        data = data.translate(_SIGN_FLIPPED)
    digest = hashlib.sha256(f"{width} {rate} {channels} ".encode() + data).hexdigest()
    path = folder / f"segment-{digest[:32]}.wav"
    if path.exists():
        return path
    with disk_errors(path):
        folder.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as temp, wave.open(str(temp), "wb") as file:
            file.setnchannels(channels)
            file.setsampwidth(width)
            file.setframerate(rate)
            file.writeframes(data)
    return path

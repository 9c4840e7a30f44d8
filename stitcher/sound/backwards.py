"""Sounds played backwards, as files: decoded once and turned over, a block at a time, and kept."""

from __future__ import annotations

import threading
from pathlib import Path

from stitcher.content_key import content_key
from stitcher.errors import MediaRefused
from stitcher.media.clip import Sound
from stitcher.media.ffmpeg import find
from stitcher.media.ffmpeg_process import run
from stitcher.media.files import atomic_write, disk_errors, temporary_beside
from stitcher.media.wav import BLOCK, bare_samples, float_header, samples_at
from stitcher.sound.mix import NOT_IN_KEY
from stitcher.sound.part_graph import source_parts_args
from stitcher.sound.passages import SourcePart
from stitcher.timebase import seconds_to_samples

_RECIPE = 1
"""Counts changes of what is made."""


def backwards_file(sound: Sound, folder: Path, *, cancel: threading.Event | None = None) -> Path:
    """A WAV file in `folder` that holds a sound from its end to its beginning, as long as the sound says it is.

    It is made once. Raises `MediaRefused` for a sound that does not say how long it is, or is longer than a WAV file
    can be, and what `media.ffmpeg_process.run` raises.
    """
    duration = sound.stream.duration
    if duration is None:
        raise MediaRefused(sound.path, "does not say how long its sound is, which cannot be heard backwards.")
    samples = seconds_to_samples(duration)
    header = float_header(sound.path, samples, sound.channels)
    key = content_key("backwards", _RECIPE, find().version, sound, samples, excluded=NOT_IN_KEY)
    path = folder / key[:32] / f"{Path(sound.name).stem} backwards.wav"
    if path.exists():
        return path
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    decoded = temporary_beside(path.with_suffix(".f32"))
    part = SourcePart(sound, 0, None, samples, least_samples=samples)
    try:
        run(source_parts_args([part], [decoded]), cancel=cancel)
        data = bare_samples(decoded, sound.channels)
        with disk_errors(path), atomic_write(path) as temp, temp.open("wb") as file:
            file.write(header)
            for stop in range(data.samples, 0, -BLOCK):
                start = max(0, stop - BLOCK)
                file.write(samples_at(data, start, stop - start)[::-1].astype("<f4").tobytes())
    finally:
        decoded.unlink(missing_ok=True)
    return path

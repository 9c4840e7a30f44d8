"""Clips and sounds given from Python as objects of MoviePy, pydub and numpy: they become files, kept in the cache."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from stitcher.errors import InputError
from stitcher.timebase import SAMPLE_RATE, format_rate, frames_to_samples, parse_rate

if TYPE_CHECKING:
    from typing import Any

    from moviepy import VideoClip
    from numpy import ndarray
    from pydub import AudioSegment


def clip_file(clip: Path | str | VideoClip) -> Path:
    """The file of a clip; a MoviePy clip is written first, picture and sound without loss.

    Raises `InputError` for a MoviePy clip without a rate or a length.
    """
    if isinstance(clip, (str, Path)):
        return Path(clip)
    from stitcher.media.files import publish, sha256_file, temporary_beside
    from stitcher.media.probe import probe
    from stitcher.pictures.moviepy_clip import from_moviepy

    if not getattr(clip, "fps", None):
        raise InputError("A MoviePy clip needs a frame rate to be a shot: call clip.with_fps(24), say.")
    folder = _given()
    rate = parse_rate(_exact(clip.fps))
    temp, sounding = temporary_beside(folder / "moviepy.mp4"), temporary_beside(folder / "moviepy.mov")
    try:
        written = from_moviepy(clip, rate, temp)
        if clip.audio is not None:
            from stitcher.sound.moviepy_audio import add_sound

            drawn = probe(written)
            samples = frames_to_samples(drawn.video.frames, rate)
            written = add_sound(written, drawn.container, clip.audio, samples=samples, out=sounding)
        # Named by its content, so that the same clip given again finds its pieces in the cache.
        path = folder / f"moviepy-{sha256_file(written)[:32]}{written.suffix}"
        publish(written, path)
    finally:
        temp.unlink(missing_ok=True)
        sounding.unlink(missing_ok=True)
    return path


def _exact(fps: float) -> str:
    """A rate as people mean it: MoviePy holds 24000/1001 as a float."""
    for denominator in (1, 1001):
        rate = Fraction(round(fps * denominator), denominator)
        if abs(float(rate) - fps) < 1e-3:
            return format_rate(rate)
    return str(fps)


def sound_file(sound: Path | str | AudioSegment | ndarray[Any, Any], rate: int = SAMPLE_RATE) -> Path:
    """The file of a sound; a pydub segment or an array of samples is written first, sample by sample. An array has that
    rate."""
    if isinstance(sound, (str, Path)):
        return Path(sound)
    if hasattr(sound, "raw_data"):
        from stitcher.sound.pydub_input import sound_from_audio_segment

        return sound_from_audio_segment(sound, _given())
    from stitcher.sound.array_input import sound_from_array

    return sound_from_array(sound, rate, _given())


def _given() -> Path:
    """Where files are kept that were made of objects given from Python."""
    from stitcher.media.files import disk_errors
    from stitcher.media.probe_cache import cache_folder

    folder = cache_folder() / "given"
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    return folder

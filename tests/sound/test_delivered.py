"""Clicks in delivered films are at their place for FFmpeg, old and new, and for PyAV; a browser is asked elsewhere."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import av
import numpy as np
import pytest

from tests.sound.delivered import CLICKS, FILM, KINDS, delivered
from tests.sound.material import Samples, loudest, read

pytestmark = pytest.mark.slow

LONG = 600 * 48_000


def by_pyav(film: Path) -> Samples:
    """The first channel of a film's first sound stream."""
    made = []
    with av.open(str(film)) as container:
        resampler = av.AudioResampler(format="fltp", layout="mono" if "mxf" in film.suffix else "stereo")
        for frame in container.decode(audio=0):
            made += [part.to_ndarray()[0] for part in resampler.resample(frame)]
    return np.concatenate(made)[:, None].astype(np.float32)


def by_another_ffmpeg(film: Path, channels: int) -> Samples | None:
    """What the system's own FFmpeg hears, Debian's 5.1 on CI; `None` where there is none."""
    program = shutil.which("ffmpeg")
    if program is None:
        return None
    heard = subprocess.run(
        [program, "-v", "error", "-i", str(film), "-map", "0:a:0", "-c:a", "pcm_f32le", "-f", "f32le", "-"],
        capture_output=True,
        check=True,
    ).stdout
    return np.frombuffer(heard, "<f4").reshape(-1, channels)


def offsets(heard: Samples, places: tuple[int, ...] = CLICKS) -> list[int]:
    """How far each click is from its place."""
    return [loudest(heard, place) - place for place in places]


@pytest.mark.parametrize("kind", KINDS)
def test_clicks_are_within_a_millisecond_and_the_sound_is_as_long_as_the_film(
    tmp_path: Path, kind: str
) -> None:
    film = delivered(tmp_path, KINDS[kind])
    channels = 1 if KINDS[kind].mono_tracks else 2
    for heard in (read(film, channels=channels), by_pyav(film)):
        assert max(map(abs, offsets(heard))) <= 48
        # What is told of the end is the container's, and read or not: at most one packet is left untrimmed.
        assert 0 <= len(heard) - FILM < 1024
    other = by_another_ffmpeg(film, channels)
    if other is not None:
        # Before FFmpeg 9 the encoder's delay is not taken off AAC in Matroska.
        assert max(map(abs, offsets(other))) <= (1024 if kind == "aac in mkv" else 48)


@pytest.mark.parametrize("kind", ["aac in mp4", "opus in mkv"])
def test_clicks_do_not_drift_over_ten_minutes(tmp_path: Path, kind: str) -> None:
    places = (48_000, *range(LONG // 10, LONG, LONG // 10), LONG - 48_000)
    film = delivered(tmp_path, KINDS[kind], LONG, places)
    assert max(map(abs, offsets(read(film), places))) <= 48

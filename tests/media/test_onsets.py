"""Strong onsets of sounds: where they begin, in every kind of file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stitcher.media.onsets import find_onsets, onsets
from stitcher.media.probe import probe_sound
from tests.sound.material import Samples, clicks, write

SECOND = 2000
"""Bins."""


def peaks(*levels: tuple[float, float]) -> Samples:
    """Levels one after another, (level, seconds) each, in bins."""
    return np.concatenate([np.full(round(seconds * SECOND), level, np.float32) for level, seconds in levels])


@pytest.mark.parametrize(
    ("levels", "found"),
    [
        ([(0, 1), (1, 1)], [2000]),
        ([(1, 1)], [0]),
        ([(0.2, 1), (1, 1)], [2000]),
        ([(0.5, 1), (1, 1)], [0]),
        ([(0, 1), (0.1, 1), (1, 1)], [4000]),
        ([(0, 1), (1, 0.1), (0, 1), (1, 1)], [2000, 4200]),
        ([(0, 1)], []),
        ([], []),
    ],
    ids=["hit", "at once", "over noise", "no second for a step of 6 dB", "not the weak one", "two", "silence", "none"],
)  # fmt: skip
def test_an_onset_is_strong_and_stands_out(levels: list[tuple[float, float]], found: list[int]) -> None:
    assert find_onsets(peaks(*levels) if levels else np.zeros(0, np.float32)) == found


def test_a_slow_swell_from_nothing_has_none() -> None:
    decibels = np.linspace(-80, 0, 4 * SECOND)
    assert find_onsets((10 ** (decibels / 20)).astype(np.float32)) == []


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.wav", "pcm_s16le"), ("a.m4a", "aac"), ("a.mka", "aac"), ("a.opus", "libopus"), ("a.mp3", "libmp3lame")],
)  # fmt: skip
def test_an_onset_is_found_to_the_millisecond(tmp_path: Path, name: str, codec: str) -> None:
    sound = probe_sound(write(tmp_path / name, clicks([24_000, 40_000], 60_000), codec=codec))
    first, second = onsets(sound)
    assert abs(float(first) - 0.5) < 0.0011
    assert abs(float(second) - 40_000 / 48_000) < 0.0011
    assert onsets(sound) == (first, second)

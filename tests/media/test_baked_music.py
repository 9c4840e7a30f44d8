"""Music inside of clips: heard in bands and pianos up to a moment, and in nothing that is no music."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from stitcher.media.baked_music import RATE, is_music, is_music_at
from stitcher.media.probe import probe_sound
from tests.footage import write_wav
from tests.media import tunes

Wave = np.ndarray[tuple[int], np.dtype[np.float64]]
SECONDS = 3
TIME = np.arange(SECONDS * RATE) / RATE


def piano() -> Wave:
    """Three seconds out of a tune."""
    wave = tunes.tune("piano", tunes.beat_times(110, 110, 6, begin=0.1), 6)
    return np.interp(TIME + 1.5, np.arange(len(wave)) / tunes.RATE, wave)


def harmonics(hertz: Wave, count: int = 12) -> Wave:
    """A tone that goes from pitch to pitch, with overtones."""
    phase = 2 * np.pi * np.cumsum(hertz) / RATE
    return np.sum([np.sin(phase * part) / part for part in range(1, count)], axis=0)


def noise() -> Wave:
    return np.random.default_rng(1).standard_normal(len(TIME))


def chords() -> Wave:
    """A pad that changes its chord every second and a half."""
    one, two = ((220, 277, 330), (196, 247, 294))
    half = len(TIME) // 2
    parts = [
        np.sum([np.sin(2 * np.pi * hertz * TIME[:half]) for hertz in chord], axis=0)
        for chord in (one, two, one)
    ]
    return np.concatenate(parts)[half // 2 : half // 2 + len(TIME)]


def voice() -> Wave:
    """Syllables whose pitch falls, with pauses."""
    syllable = TIME % 0.25
    return harmonics(140 - 120 * syllable + 20 * np.sin(3 * TIME)) * (syllable < 0.2)


def rain() -> Wave:
    random = np.random.default_rng(2)
    sound = np.zeros(len(TIME))
    for at in random.integers(0, len(sound) - 200, 1500):
        sound[at : at + 200] += random.standard_normal(200) * np.exp(-np.arange(200) / 40)
    return sound


def hum() -> Wave:
    return harmonics(np.full(len(TIME), 100.0)) + 0.02 * noise()


def engine() -> Wave:
    return harmonics(60 + 20 * np.sin(2 * np.pi * 0.3 * TIME)) + 0.05 * noise()


def beeps() -> Wave:
    return np.sin(2 * np.pi * 1000 * TIME) * (TIME % 1 < 0.5)


def siren() -> Wave:
    return harmonics(600 + 300 * np.sin(2 * np.pi * 0.3 * TIME), 4)


def birds() -> Wave:
    sound = 0.01 * noise()
    for start in range(2000, len(sound) - 3000, 4100):
        chirp = np.sin(2 * np.pi * np.cumsum(np.linspace(2500, 3600, 1600)) / RATE)
        sound[start : start + 1600] += chirp * np.hanning(1600)
    return sound


def heard(wave: Wave) -> bool:
    return is_music((0.4 * wave / np.abs(wave).max()).astype(np.float32))


@pytest.mark.parametrize(
    "make",
    [chords, piano, lambda: piano() + 0.005 * noise()],
)
def test_notes_that_follow_each_other_are_music(make: Callable[[], Wave]) -> None:
    assert heard(make())


@pytest.mark.parametrize("make", [noise, voice, rain, hum, engine, beeps, siren, birds])
def test_what_is_no_music_is_not_taken_for_it(make: Callable[[], Wave]) -> None:
    assert not heard(make())


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: chords() * (TIME < 2.5), id="over before the moment"),
        pytest.param(lambda: chords()[:RATE], id="too short to tell"),
    ],
)
def test_music_that_no_moment_cuts_is_none(make: Callable[[], Wave]) -> None:
    assert not heard(make())


def test_music_too_quiet_to_hear_is_none() -> None:
    assert not is_music((1e-3 * chords()).astype(np.float32))


def test_a_file_is_listened_to_before_and_after_a_moment_and_remembered(tmp_path: Path) -> None:
    silence = np.zeros(3 * RATE)
    wave = np.concatenate([silence, chords(), silence])[:, None].astype(np.float32) * 0.1
    sound = probe_sound(write_wav(tmp_path / "a.wav", wave, RATE))
    assert [is_music_at(sound, Fraction(moment), "before") for moment in (3, 6, 9)] == [False, True, False]
    assert [is_music_at(sound, Fraction(moment), "after") for moment in (0, 3, 6)] == [False, True, False]
    (tmp_path / "a.wav").unlink()
    assert is_music_at(sound, Fraction(6), "before")

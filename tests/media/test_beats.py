"""Beats: found within 10 ms in clicks, drums and piano, at one tempo and at one that drifts, and none in noise."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from stitcher.media.beats import beats, find_beats, flux_of
from stitcher.media.probe import probe_sound
from tests.footage import write_wav
from tests.media.tunes import RATE, Tune, Wave, beat_times, tune

SECONDS = 12.0


def found_in(sound: NDArray[np.float32]) -> Wave:
    return np.array(find_beats(flux_of(sound[start : start + 4096] for start in range(0, len(sound), 4096))))


def farthest(times: Wave, found: Wave) -> float:
    """How far the farthest of these times is from its nearest beat."""
    return float(np.abs(times[:, None] - found[None, :]).min(axis=1).max())


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        ("clicks", 90, 110),
        pytest.param("clicks", 120, 120, marks=pytest.mark.slow),
        pytest.param("clicks", 60, 60, marks=pytest.mark.slow),
        pytest.param("machine", 128, 128, marks=pytest.mark.slow),
        pytest.param("machine", 125, 115, marks=pytest.mark.slow),
        pytest.param("band", 90, 90, marks=pytest.mark.slow),
        pytest.param("band", 140, 140, marks=pytest.mark.slow),
        pytest.param("band", 100, 120, marks=pytest.mark.slow),
        pytest.param("band", 132, 115, marks=pytest.mark.slow),
        pytest.param("piano", 80, 84, marks=pytest.mark.slow),
        pytest.param("piano", 110, 110, marks=pytest.mark.slow),
    ],
)
def test_every_beat_is_found_within_ten_milliseconds(kind: Tune, first: float, last: float) -> None:
    times = beat_times(first, last, SECONDS)
    found = found_in(tune(kind, times, SECONDS))
    assert farthest(times[:-1], found) < 0.01
    assert farthest(found, times) < 0.01


@pytest.mark.slow
def test_players_who_do_not_keep_time_to_the_millisecond_are_followed() -> None:
    times = beat_times(100, 100, SECONDS)
    times += np.random.default_rng(3).normal(0, 0.008, len(times))
    assert farthest(times[:-1], found_in(tune("band", times, SECONDS))) < 0.01


@pytest.mark.slow
@pytest.mark.parametrize("tempo", [72, 174])
def test_very_slow_and_very_fast_music_may_be_counted_by_halves_or_doubles(tempo: float) -> None:
    times = beat_times(tempo, tempo, SECONDS)
    found = found_in(tune("band", times, SECONDS))
    halves = np.sort(np.concatenate([times, (times[1:] + times[:-1]) / 2]))
    assert farthest(found, halves) < 0.01
    assert 60 < 60 / np.median(np.diff(found)) < 150


def knocks() -> NDArray[np.float32]:
    random = np.random.default_rng(5)
    sound = random.standard_normal(round(SECONDS * RATE)) * 1e-3
    at = 0.5
    while at < SECONDS - 1:
        part = sound[round(at * RATE) :][:1000]
        part += random.standard_normal(1000) * np.exp(-np.arange(1000) / 200)
        at += random.uniform(0.25, 1.2)
    return sound.astype(np.float32)


def rain() -> NDArray[np.float32]:
    random = np.random.default_rng(6)
    sound = np.zeros(round(SECONDS * RATE))
    for at in random.integers(0, len(sound) - 300, 4000):
        sound[at : at + 300] += random.standard_normal(300) * np.exp(-np.arange(300) / 60) * random.random()
    return sound.astype(np.float32)


def noise() -> NDArray[np.float32]:
    return (0.1 * np.random.default_rng(8).standard_normal(round(SECONDS * RATE))).astype(np.float32)


def hum() -> NDArray[np.float32]:
    return np.sin(2 * np.pi * 100 * np.arange(round(SECONDS * RATE)) / RATE).astype(np.float32)


def silence() -> NDArray[np.float32]:
    return np.zeros(round(SECONDS * RATE), np.float32)


@pytest.mark.parametrize(
    "sound", [knocks, rain, noise, hum, silence, lambda: noise()[:RATE], lambda: noise()[:0]]
)
def test_what_keeps_no_time_has_no_beat(sound: object) -> None:
    assert callable(sound)
    assert not len(found_in(sound()))


@pytest.mark.slow
def test_beats_of_a_file_are_on_its_clock_and_remembered(tmp_path: Path) -> None:
    times = beat_times(120, 120, 8)
    wave = np.repeat(tune("machine", times, 8), 2)
    sound = probe_sound(write_wav(tmp_path / "a.wav", np.stack([wave, wave], axis=1)))
    found = beats(sound)
    assert farthest(times[:-1], np.array(found, np.float64)) < 0.01
    assert beats(sound) == found
    assert all(isinstance(at, Fraction) for at in found)

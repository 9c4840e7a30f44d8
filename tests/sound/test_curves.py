"""Curves: what is drawn between key frames of a gain, and what a mix makes of it, sample by sample."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stitcher.delivery.spec import SoundSpec
from stitcher.sound.curves import GainLine, draw_gain, gain_lines
from stitcher.timeline.model import Cue, GainKey
from tests.sound.material import WAV, Samples, cue, sound
from tests.sound.test_mixdown import mixed

KEYS = (GainKey(1000, 0.0), GainKey(3000, -12.0), GainKey(9000, -12.0), GainKey(9500, 0.0))


def drawn(keys: tuple[GainKey, ...], start: int, length: int) -> Samples:
    lines = list(gain_lines(keys, start, start + length))
    return np.asarray(draw_gain(lines)) if lines else np.ones(length, np.float32)


def straight(keys: tuple[GainKey, ...], start: int, length: int) -> Samples:
    at = np.arange(start, start + length)
    decibels = np.interp(at, [key.sample for key in keys], [key.gain_db for key in keys])
    return (10 ** (decibels / 20)).astype(np.float32)


@pytest.mark.parametrize(
    ("start", "length"),
    [
        pytest.param(0, 20_000, id="around all keys"),
        pytest.param(2000, 5000, id="between keys"),
        pytest.param(9300, 600_000, id="long after the last key"),
        pytest.param(12_000, 10, id="after the last key"),
        pytest.param(0, 10, id="before the first key"),
        pytest.param(3000, 1, id="one sample at a key"),
    ],
)
def test_lines_are_straight_in_decibels_and_level_beyond_the_ends(start: int, length: int) -> None:
    assert np.allclose(drawn(KEYS, start, length), straight(KEYS, start, length), rtol=1e-6)


def test_a_single_key_is_one_gain_throughout() -> None:
    assert np.allclose(drawn((GainKey(50, -6.0),), 0, 100), 10 ** (-6 / 20), rtol=1e-6)


def test_what_is_level_does_not_say_since_when() -> None:
    keys = (
        GainKey(0, 0.0),
        GainKey(500, -6.0),
        GainKey(600, -6.0),
        GainKey(90_000, -6.0),
        GainKey(99_000, 0.0),
    )
    moved = (GainKey(3, 0.0), GainKey(501, -6.0), GainKey(800, -6.0), GainKey(91_000, -6.0))
    assert (
        list(gain_lines(keys, 1000, 2000)) == list(gain_lines(moved, 1000, 2000)) == [GainLine(0, 1000, -6.0)]
    )


def test_no_gain_is_nothing_to_draw() -> None:
    assert list(gain_lines((GainKey(100, 0.0), GainKey(200, 0.0), GainKey(900, -9.0)), 0, 200)) == []


@pytest.mark.parametrize("channels", [1, 2])
def test_a_cue_is_multiplied_by_its_curve_to_the_sample(tmp_path: Path, channels: int) -> None:
    data = np.random.default_rng(2).uniform(-0.4, 0.4, (60_000, channels)).astype(np.float32)
    keys = tuple(GainKey(key.sample + 20_000, key.gain_db) for key in KEYS)
    ducked = cue(sound(tmp_path / "noise.wav", data), 15_000, 60_000, gain_keys=keys)
    plain = cue(ducked.sound, 15_000, 60_000)
    spec = SoundSpec(WAV.encoder, (), channels, 48_000, "none")
    heard = mixed(tmp_path, [ducked], 80_001, spec)
    expected = mixed(tmp_path, [plain], 80_001, spec)
    expected[15_000:75_000] *= straight(keys, 15_000, 60_000)[:, None]
    assert np.allclose(heard, expected, atol=2e-7)


@pytest.mark.slow
def test_curves_reach_many_cues_and_loops(tmp_path: Path) -> None:
    data = np.full((24_000, 2), 0.01, np.float32)
    source = sound(tmp_path / "level.wav", data)
    cues: list[Cue] = []
    for number in range(40):
        at = number * 6000
        keys = (GainKey(at + 1000, 0.0), GainKey(at + 1480, -20.0))
        cues.append(cue(source, at, 5000, gain_keys=keys, loop=number % 2 == 0))
    heard = mixed(tmp_path, cues, 40 * 6000)
    for number, one in enumerate(cues):
        at = number * 6000
        assert np.allclose(heard[at : at + 5000, 0], 0.01 * straight(one.gain_keys, at, 5000), atol=1e-7)

"""Arrays of numpy become files that cues can play."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stitcher.errors import InputError
from stitcher.media.wav import read_samples, wav_data
from stitcher.sound.array_input import sound_from_array

NOISE = np.random.default_rng(1).uniform(-1.5, 1.5, (441, 2))


@pytest.mark.parametrize(
    ("given", "held"),
    [
        (NOISE, NOISE),
        (NOISE.astype(np.float32)[::-1], NOISE[::-1]),
        (NOISE[:, 0], NOISE[:, :1]),
        (np.array([[-32768, 16384]], np.int16), np.array([[-1, 0.5]])),
        (np.array([-(2**31), 2**30], np.int32), np.array([[-1], [0.5]])),
    ],
    ids=["floats", "backwards", "mono", "int16", "int32"],
)
def test_every_sample_is_in_the_file(
    tmp_path: Path, given: np.ndarray[Any, Any], held: np.ndarray[Any, Any]
) -> None:
    data = wav_data(sound_from_array(given, 44_100, tmp_path))
    assert (data.bits, data.channels) == (32, held.shape[1])
    assert np.array_equal(np.concatenate(list(read_samples(data))), held.astype(np.float32))


def test_the_same_samples_are_the_same_file(tmp_path: Path) -> None:
    first = sound_from_array(NOISE, 44_100, tmp_path)
    assert sound_from_array(NOISE.copy(), 44_100, tmp_path) == first
    assert sound_from_array(NOISE, 48_000, tmp_path) != first
    assert sound_from_array(NOISE.ravel(), 44_100, tmp_path) != first


@pytest.mark.parametrize(
    ("given", "rate", "message"),
    [
        (np.zeros(0), 48_000, "empty"),
        (np.zeros((2, 48_000)), 48_000, "'.T'"),
        (np.array([0.0, np.nan]), 48_000, "no numbers"),
        (np.zeros(5, np.uint8), 48_000, "uint8"),
        (np.zeros(5, complex), 48_000, "complex128"),
        (np.zeros(5), 48, "not 48"),
    ],
)
def test_what_is_no_sound_is_refused(
    tmp_path: Path, given: np.ndarray[Any, Any], rate: int, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        sound_from_array(given, rate, tmp_path)

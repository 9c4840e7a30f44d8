"""Samples of a sound between two moments of it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from stitcher.media.mono_samples import mono_samples
from stitcher.media.probe import probe_sound
from tests.sound.material import clicks, write

RATE = 16_000


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.wav", "pcm_s16le"),
        pytest.param("a.m4a", "aac", marks=pytest.mark.slow),
        pytest.param("a.opus", "libopus", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize(
    ("start", "stop", "click"), [(0, None, 2.5), (0, 3, 2.5), (2, 3, 0.5), (1, 4, 1.5), (3, 4, None)]
)
def test_what_is_heard_between_two_moments_is_where_it_belongs(
    tmp_path: Path, name: str, codec: str, start: int, stop: int | None, click: float | None
) -> None:
    sound = probe_sound(write(tmp_path / name, clicks([120_000], 240_000), codec=codec))
    heard = np.concatenate(
        list(mono_samples(sound, RATE, Fraction(start), None if stop is None else Fraction(stop)))
    )
    if stop is not None:
        assert len(heard) == (stop - start) * RATE
    if click is None:
        assert np.abs(heard).max() < 0.01
    else:
        assert abs(int(np.abs(heard).argmax()) / RATE - click) < 0.002

"""pydub segments become files that cues can play."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydub
import pytest

from stitcher.delivery.spec import UNTOUCHED
from stitcher.errors import InputError
from stitcher.sound.mix import plan_mix
from stitcher.sound.mixdown import render_sound
from stitcher.sound.pydub_input import sound_from_audio_segment
from stitcher.sound.store import Workshop
from tests.sound.material import WAV, cue, described, read


def segment(width: int = 2, rate: int = 44_100, channels: int = 2, count: int = 4410) -> object:
    values = np.random.default_rng(width).integers(
        -(2 ** (8 * width - 2)), 2 ** (8 * width - 2), count * channels
    )
    data = values.astype({1: "<i1", 2: "<i2", 4: "<i4"}[width]).tobytes()
    return pydub.AudioSegment(data=data, sample_width=width, frame_rate=rate, channels=channels)


@pytest.mark.parametrize("width", [1, 2, 4])
def test_every_sample_is_in_the_file(tmp_path: Path, width: int) -> None:
    given = segment(width)
    path = sound_from_audio_segment(given, tmp_path)
    samples = np.array(given.get_array_of_samples()).reshape(-1, 2) / 2.0 ** (8 * width - 1)  # type: ignore[attr-defined]  # pydub has no types
    assert np.allclose(read(path), samples, atol=1e-7)


def test_the_same_samples_are_the_same_file(tmp_path: Path) -> None:
    first = sound_from_audio_segment(segment(), tmp_path / "new")
    written = first.stat().st_mtime_ns
    assert sound_from_audio_segment(segment(), tmp_path / "new") == first
    assert first.stat().st_mtime_ns == written
    assert [path.name for path in first.parent.iterdir()] == [first.name]


@pytest.mark.parametrize(
    "other", [{"rate": 48_000}, {"count": 4409}, {"width": 4}, {"channels": 1, "count": 8820}]
)
def test_other_samples_are_another_file(tmp_path: Path, other: dict[str, int]) -> None:
    assert sound_from_audio_segment(segment(**other), tmp_path) != sound_from_audio_segment(
        segment(), tmp_path
    )


def test_an_empty_segment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="empty"):
        sound_from_audio_segment(pydub.AudioSegment.empty(), tmp_path)


def test_a_segment_is_heard_in_a_mix(tmp_path: Path) -> None:
    given = segment(rate=48_000)
    path = sound_from_audio_segment(given, tmp_path)
    source = described(path, 4410)
    render_sound(
        plan_mix([cue(source, 100, 4410)], 5000), WAV, UNTOUCHED, tmp_path / "out", work=Workshop(tmp_path)
    )
    heard = read(tmp_path / "out")[100:4510]
    samples = np.array(given.get_array_of_samples()).reshape(-1, 2) / 2.0**15  # type: ignore[attr-defined]  # pydub has no types
    assert np.allclose(heard, samples, atol=1e-7)

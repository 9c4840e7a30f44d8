"""The loudness meter, held against two others and against itself in parts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyloudnorm
import pytest

from stitcher.sound.loudness import MeasuredLoudness
from stitcher.sound.meter import SHORT_TERM_WINDOWS, WINDOW, loudness_along, loudness_of, metered
from tests.sound.material import Samples, ffmpegs_meter, tone, write
from tests.sound.programmes import PROGRAMMES

SECOND = 48_000
KINDS = (
    "speech on the left only",
    "music",
    "drums",
    "sweep",
    "hum",
    "clipped",
    "over full scale",
    "near silence",
)
FFMPEG_STOPS_AT_10 = "over full scale"


def loudness(data: Samples, block: int = 10 * SECOND) -> MeasuredLoudness:
    return loudness_of(list(metered(data[at : at + block] for at in range(0, len(data), block))))


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_a_programme_is_as_loud_as_ffmpeg_finds_it(tmp_path: Path, name: str) -> None:
    data = PROGRAMMES[name]()
    integrated, peak = ffmpegs_meter(write(tmp_path / "a.wav", data))
    found = loudness(data)
    if found.integrated_lufs is None:
        assert integrated == -70
    elif name != FFMPEG_STOPS_AT_10:
        # Theirs is told in tenths.
        assert found.integrated_lufs == pytest.approx(integrated, abs=0.06)
    assert (found.true_peak_dbtp or -np.inf) == (pytest.approx(peak, abs=0.06) if np.isfinite(peak) else peak)


@pytest.mark.parametrize(
    "name", ["speech with long pauses", "drums", "sea", "over full scale", "whisper and shout"]
)
def test_a_programme_is_as_loud_as_another_meter_finds_it(name: str) -> None:
    data = PROGRAMMES[name]()
    theirs = float(pyloudnorm.Meter(SECOND).integrated_loudness(data.astype(np.float64)))
    # Its filters are designed anew for each rate, and 0.04 LU from the standard's at 48 kHz.
    assert loudness(data).integrated_lufs == pytest.approx(theirs, abs=0.05)


@pytest.mark.parametrize("block", [WINDOW, 7 * WINDOW, SECOND, 10 * SECOND])
def test_what_is_measured_in_parts_is_the_same(block: int) -> None:
    data = PROGRAMMES["whisper and shout"]()
    whole, parts = loudness(data, len(data)), loudness(data, block)
    assert parts.integrated_lufs == pytest.approx(whole.integrated_lufs, abs=1e-5)
    assert parts.true_peak_dbtp == pytest.approx(whole.true_peak_dbtp, abs=1e-5)
    assert parts.range_lu == pytest.approx(whole.range_lu, abs=1e-4)


@pytest.mark.parametrize(
    ("hertz", "phase", "peak"),
    [
        pytest.param(12_000, np.pi / 4, 0.0, id="a quarter of the rate, between its samples"),
        pytest.param(997, 0.0, 0.0, id="no tone of the rate's"),
    ],
)
def test_peaks_between_samples_count(hertz: float, phase: float, peak: float) -> None:
    wave = np.sin(np.arange(SECOND) * 2 * np.pi * hertz / SECOND + phase) * np.hanning(SECOND)
    found = loudness(np.repeat(wave[:, None], 2, axis=1).astype(np.float32))
    assert found.true_peak_dbtp == pytest.approx(peak, abs=0.02)


@pytest.mark.parametrize("at", [0, 2 * SECOND - 1])
def test_a_peak_at_an_edge_counts(at: int) -> None:
    data = tone(2 * SECOND, level=0.01)
    data[at] = 0.9
    assert loudness(data).true_peak_dbtp == pytest.approx(20 * np.log10(0.9), abs=0.1)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        pytest.param(np.zeros((SECOND, 2), np.float32), MeasuredLoudness(None, None, 0.0), id="silence"),
        pytest.param(np.zeros((0, 2), np.float32), MeasuredLoudness(None, None, 0.0), id="nothing"),
    ],
)
def test_what_has_no_loudness_has_none(data: Samples, found: MeasuredLoudness) -> None:
    assert loudness(data) == found


def test_loudness_along_time_is_that_of_what_came_before() -> None:
    data = np.concatenate([np.zeros((SECOND, 2), np.float32), tone(4 * SECOND, level=0.1)])
    powers = np.concatenate([part.powers for part in metered([data])])
    short_term = loudness_along(powers, SHORT_TERM_WINDOWS)
    assert len(short_term) == 50
    assert short_term[9] < -100
    assert short_term[-1] == pytest.approx(-20, abs=0.05)
    assert short_term[24] == pytest.approx(-23, abs=0.05)

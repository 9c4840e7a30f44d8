"""Programmes of every kind come out at their loudness and below their peak, by another meter, decoded."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
from scipy.signal import resample_poly

from stitcher.delivery.load import load_loudness
from stitcher.delivery.spec import UNTOUCHED, SoundSpec
from stitcher.sound.mix import plan_mix
from stitcher.sound.mix_file import Destination
from stitcher.sound.mixdown import render_sound
from stitcher.sound.result import SoundResult
from stitcher.sound.store import Workshop
from tests.sound.material import AAC, WAV, Samples, cue, read, sound
from tests.sound.programmes import PROGRAMMES

pytestmark = pytest.mark.slow

OPUS = SoundSpec("libopus", ("-b:a", "160k"), 2, 48_000, "none")
PCM = SoundSpec("pcm_s24le", (), 2, 48_000, "none")
CONTAINERS = {AAC: "mp4", OPUS: "webm", PCM: "mov"}

METERS_DIFFER_LU = 0.1
METERS_DIFFER_DB = 0.2
"""EBU Tech 3341 allows a meter 0.1 LU, and a true-peak meter 0.2 dB upwards and 0.4 dB downwards."""

UNMEASURABLE = ("three tenths of a second", "near silence", "silence")
SPARSE = ("a clock", "off centre")
"""Whose peaks stand so far above the rest that the web's loudness cannot be had."""


def loudness(heard: Samples) -> float:
    """Integrated, in LUFS."""
    return float(pyloudnorm.Meter(48_000).integrated_loudness(heard.astype(np.float64)))


def true_peak(heard: Samples) -> float:
    """In dBTP, at four times the rate, with silence before and after."""
    around = np.pad(heard, ((64, 64), (0, 0)))
    highest = max(np.abs(around).max(), np.abs(resample_poly(around, 4, 1, axis=0)).max())
    return float(20 * np.log10(highest)) if highest else -np.inf


def made(folder: Path, name: str, row: str, spec: SoundSpec) -> tuple[SoundResult, Samples]:
    """A film of one programme at the loudness of a row, and what is heard of it."""
    data = PROGRAMMES[name]()
    mix = plan_mix([cue(sound(folder / "programme.wav", data), 0, len(data))], len(data))
    target, into = load_loudness(row), Destination(CONTAINERS[spec])
    result = render_sound(mix, spec, target, folder / "out", work=Workshop(folder), into=into)
    heard = read(folder / "out")
    assert len(heard) == len(data)
    return result, heard


ROWS = ("web", "web-dialogue", "ebu-r128", "atsc-a85", "netflix", "netflix-low-dialogue")
MEASURABLE = [name for name in PROGRAMMES if name not in UNMEASURABLE]


def _table() -> list[tuple[str, str, SoundSpec]]:
    """Every programme for the web in AAC, and against two other rows in turn, so that each row meets each codec."""
    specs = (PCM, AAC, OPUS)
    table = [(name, "web", AAC) for name in MEASURABLE if name not in SPARSE]
    for number, name in enumerate(MEASURABLE):
        if name != "a clock":
            table.append((name, ROWS[1 + number % 5], specs[number % 3]))
    return table


@pytest.mark.parametrize(("name", "row", "spec"), _table(), ids=lambda part: getattr(part, "encoder", part))
def test_a_programme_is_as_loud_as_its_row_says(tmp_path: Path, name: str, row: str, spec: SoundSpec) -> None:
    target = load_loudness(row)
    result, heard = made(tmp_path, name, row, spec)
    assert target.integrated_lufs is not None
    assert abs(loudness(heard) - target.integrated_lufs) <= target.tolerance_lu + METERS_DIFFER_LU
    assert true_peak(heard) <= target.true_peak_dbtp + METERS_DIFFER_DB
    assert not [note for note in result.notes if "as near to" in note]


def test_what_sticks_out_comes_as_near_as_its_peaks_allow_and_is_told(tmp_path: Path) -> None:
    result, heard = made(tmp_path, "a clock", "web", AAC)
    assert loudness(heard) < -14.5
    assert -2 < true_peak(heard) <= -1 + METERS_DIFFER_DB
    assert [note for note in result.notes if "as near to 'web' (-14.0) as its peaks allow" in note]


@pytest.mark.parametrize("spec", [AAC, PCM], ids=["aac", "pcm_s24le"])
@pytest.mark.parametrize("name", UNMEASURABLE)
def test_what_has_no_loudness_is_not_raised_and_keeps_to_the_peak(
    tmp_path: Path, name: str, spec: SoundSpec
) -> None:
    result, heard = made(tmp_path, name, "web", spec)
    assert result.gain_db <= 0
    assert true_peak(heard) <= -1 + METERS_DIFFER_DB
    assert [note for note in result.notes if "too short or too quiet" in note or "silent" in note]


@pytest.mark.parametrize("spec", [AAC, PCM, OPUS], ids=lambda spec: spec.encoder)
@pytest.mark.parametrize("name", ["music", "clipped", "over full scale", "a peak at the very end"])
def test_an_untouched_programme_keeps_its_level_unless_its_encoder_cannot_hold_it(
    tmp_path: Path, name: str, spec: SoundSpec
) -> None:
    data = PROGRAMMES[name]()
    result, heard = made(tmp_path, name, "none", spec)
    peak = 20 * np.log10(np.abs(data).max())
    lowered = -1 - peak if peak > (-0.5 if spec is AAC else 0) else 0
    assert result.gain_db == pytest.approx(lowered, abs=0.05)
    assert loudness(heard) == pytest.approx(loudness(data) + lowered, abs=0.2)
    assert bool([note for note in result.notes if "lowered by" in note]) is bool(lowered < 0)


def test_an_untouched_float_file_keeps_all(tmp_path: Path) -> None:
    data = PROGRAMMES["over full scale"]()
    mix = plan_mix([cue(sound(tmp_path / "a.wav", data), 0, len(data))], len(data))
    render_sound(mix, WAV, UNTOUCHED, tmp_path / "out", work=Workshop(tmp_path))
    assert np.array_equal(read(tmp_path / "out"), data)

"""How much of a sound comes out of a decoder, and a sound taken out of its file: all of it, and nothing else."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from stitcher.media.probe import probe_sound
from stitcher.media.sound_extent import sound_extent
from stitcher.media.sound_extract import extract_sound
from tests.footage import run_ffmpeg, tone, write_wav


@pytest.mark.parametrize(
    ("suffix", "off"), [(".wav", 0), (".flac", 0), (".mp3", 0), (".m4a", 1024), (".ogg", 128)]
)
def test_samples_are_counted_by_decoding_to_a_packet(tmp_path: Path, suffix: str, off: int) -> None:
    write_wav(tmp_path / "a.wav", tone(0.5, channels=1))
    sound = tmp_path / f"b{suffix}"
    codec = ("-c:a", "libvorbis") if suffix == ".ogg" else ()
    run_ffmpeg("-i", str(tmp_path / "a.wav"), *codec, str(sound))
    extent = sound_extent(probe_sound(sound))
    assert abs(extent.samples - 24_000) <= off
    assert not extent.is_silent


def test_samples_are_told_at_48_khz(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", tone(0.5, rate=16_000, channels=1), rate=16_000)
    assert sound_extent(probe_sound(tmp_path / "a.wav")).samples == 24_000


@pytest.mark.parametrize(("peak", "silent"), [(0.0, True), (5e-5, True), (2e-3, False)])
def test_dither_is_silence(tmp_path: Path, peak: float, silent: bool) -> None:
    write_wav(tmp_path / "a.wav", np.full((4_800, 2), peak, np.float32))
    assert sound_extent(probe_sound(tmp_path / "a.wav")).is_silent is silent


def test_a_sound_is_taken_out_whole_and_the_same_twice(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", tone(0.5))
    sound = probe_sound(tmp_path / "a.wav")
    for name in ("b", "c"):
        extract_sound(sound, tmp_path / f"{name}.flac")
    assert (tmp_path / "b.flac").read_bytes() == (tmp_path / "c.flac").read_bytes()
    taken = probe_sound(tmp_path / "b.flac")
    assert (taken.container, taken.layout, taken.stream.duration) == ("flac", "stereo", Fraction(1, 2))


def test_what_is_too_short_has_silence_behind_it(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", tone(0.5, channels=1))
    extract_sound(probe_sound(tmp_path / "a.wav"), tmp_path / "b.flac", at_least=Fraction(2))
    taken = probe_sound(tmp_path / "b.flac")
    assert (taken.layout, taken.stream.duration) == ("mono", 2)

"""WAV files whose writer did not know how long they would be: heard to their end, while cut-off ones are refused."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from stitcher.delivery.spec import UNTOUCHED
from stitcher.errors import MediaBroken
from stitcher.media.probe import probe_sound
from stitcher.sound.mix import plan_mix
from stitcher.sound.mixdown import render_sound
from stitcher.sound.store import Workshop
from tests.sound.material import WAV, cue, read

RATE, LENGTH = 48_000, 4_801
TONE = (np.sin(np.arange(LENGTH) / RATE * 2 * np.pi * 440) * 8_000).astype("<i2")
FORMAT = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, RATE, 2 * RATE, 2, 16)
REAL = 2 * LENGTH

OPEN = {
    "most that fits": 0xFFFFFFFF,
    "most that fits with a sign": 0x7FFFFFFF,
    "one more": 0x80000000,
    "whole pages": 0x7FFFF000,
    "most that fits less the header": 0xFFFFFFDB,
    "a milliard of samples": 2_000_000_000,
    "nothing": 0,
}


def wave(path: Path, data: int, riff: int | None = None) -> Path:
    """A WAV of `TONE` that says these sizes of itself."""
    body = b"WAVE" + FORMAT + b"data" + struct.pack("<I", data) + TONE.tobytes()
    outer = len(body) if riff is None else riff
    path.write_bytes(b"RIFF" + struct.pack("<I", outer) + body)
    return path


def rf64(path: Path, data: int) -> Path:
    """An RF64 of `TONE` whose `ds64` says this of `data`."""
    large = b"ds64" + struct.pack("<IQQQI", 28, data, data, 0, 0)
    body = b"WAVE" + large + FORMAT + b"data" + struct.pack("<I", 0xFFFFFFFF) + TONE.tobytes()
    path.write_bytes(b"RF64" + struct.pack("<I", 0xFFFFFFFF) + body)
    return path


@pytest.mark.parametrize("data", OPEN.values(), ids=list(OPEN))
@pytest.mark.parametrize("outer", ["the same", "with the header", "right"])
def test_a_sound_streamed_with_open_sizes_is_as_long_as_the_file(
    tmp_path: Path, data: int, outer: str
) -> None:
    riff = {"the same": data, "with the header": (data + 36) & 0xFFFFFFFF, "right": None}[outer]
    found = probe_sound(wave(tmp_path / "speech.wav", data, riff)).stream
    assert (found.duration, found.open_ended) == (Fraction(LENGTH, RATE), True)


def test_an_open_rf64_is_as_long_as_the_file(tmp_path: Path) -> None:
    assert probe_sound(rf64(tmp_path / "speech.wav", 0)).stream.duration == Fraction(LENGTH, RATE)


def test_only_the_outer_size_open_leaves_the_sound_its_own_length(tmp_path: Path) -> None:
    found = probe_sound(wave(tmp_path / "speech.wav", REAL, 0xFFFFFFFF)).stream
    assert (found.duration, found.open_ended) == (Fraction(LENGTH, RATE), False)


@pytest.mark.parametrize("promised", [REAL + 2, REAL + 100_000, 2_345_678_900, 1_000_000_002])
@pytest.mark.parametrize("riff", [None, 0xFFFFFFFF], ids=["closed", "open"])
def test_a_sound_that_lacks_what_its_size_promises_is_cut_off(
    tmp_path: Path, promised: int, riff: int | None
) -> None:
    with pytest.raises(MediaBroken, match="is cut off: it promises"):
        probe_sound(wave(tmp_path / "speech.wav", promised, riff))


def test_a_large_file_that_lacks_what_it_promises_is_cut_off(tmp_path: Path) -> None:
    with pytest.raises(MediaBroken, match="is cut off"):
        probe_sound(rf64(tmp_path / "speech.wav", REAL + 100))


@pytest.mark.parametrize("torn", [b"", b"\x01"], ids=["whole", "torn"])
@pytest.mark.parametrize("data", [0xFFFFFFFF, 0x7FFFFFFF, 0], ids=hex)
def test_the_last_whole_sample_of_an_open_file_is_heard(tmp_path: Path, data: int, torn: bytes) -> None:
    path = wave(tmp_path / "speech.wav", data)
    path.write_bytes(path.read_bytes() + torn)
    source = probe_sound(path)
    mix = plan_mix([cue(source, 0, LENGTH)], LENGTH)
    made = render_sound(mix, WAV, UNTOUCHED, tmp_path / "mix.wav", work=Workshop(tmp_path))
    heard = read(made.path)[:, 0] * np.sqrt(2)
    assert made.notes == ()
    assert np.abs(heard - TONE / 32_768).max() < 1e-6

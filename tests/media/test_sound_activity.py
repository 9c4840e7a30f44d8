"""Where a sound is heard in its file: by level against its own noise, in every kind of file, and how loud."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stitcher.errors import MediaMissing
from stitcher.media import sound_activity
from stitcher.media.clip import Sound
from stitcher.media.ffmpeg import file_url
from stitcher.media.ffmpeg_process import run
from stitcher.media.probe import probe_sound
from stitcher.media.sound_activity import SoundActivity, active_ranges, gated_loudness, measure_activity
from stitcher.sound.channels import stereo_fold
from tests.sound.material import Samples, ffmpegs_meter, sound, write

BURSTS = ((0.5, 1.0), (1.7, 2.2))
SLACK = 960
"""20 ms: two blocks."""


def measured(one: Sound) -> SoundActivity:
    return measure_activity(one, stereo_fold(one))


def noise(seconds: float, level_db: float, *, rate: int = 48_000, channels: int = 1) -> Samples:
    made = np.random.default_rng(3).normal(0, 10 ** (level_db / 20), (round(seconds * rate), channels))
    return made.astype(np.float32)


def bursts(
    floor_db: float | None, *, rate: int = 48_000, channels: int = 1, level_db: float = -20
) -> Samples:
    """3 s with noise in `BURSTS` over a floor of noise, or over nothing."""
    made = (
        noise(3, floor_db, rate=rate, channels=channels)
        if floor_db is not None
        else np.zeros((3 * rate, channels))
    )
    for start, stop in BURSTS:
        at = slice(round(start * rate), round(stop * rate))
        made[at] = noise(stop - start, level_db, rate=rate, channels=channels)
    return np.asarray(made, np.float32)


def assert_heard(activity: SoundActivity, expected: tuple[tuple[float, float], ...] = BURSTS) -> None:
    found = [edge for span in activity.ranges for edge in span]
    assert found == pytest.approx([48_000 * edge for span in expected for edge in span], abs=SLACK)


@pytest.mark.parametrize(
    ("floor_db", "level_db"),
    [
        pytest.param(None, -20, id="digital silence between"),
        pytest.param(-70, -20, id="a studio"),
        pytest.param(-40, -20, id="a room"),
        pytest.param(-32, -14, id="a noisy place"),
        pytest.param(-75, -45, id="a quiet recording"),
        pytest.param(-32, -5, id="noise as loud as others' words"),
    ],
)
def test_words_are_heard_over_a_files_own_noise(
    tmp_path: Path, floor_db: float | None, level_db: float
) -> None:
    assert_heard(measured(sound(tmp_path / "a.wav", bursts(floor_db, level_db=level_db))))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "rate", "codec"),
    [
        pytest.param("a.wav", 44_100, "pcm_s16le", id="44.1 kHz"),
        pytest.param("a.wav", 8000, "pcm_s16le", id="telephone"),
        pytest.param("a.flac", 96_000, "flac", id="FLAC at 96 kHz"),
        pytest.param("a.mp3", 48_000, "libmp3lame", id="MP3"),
        pytest.param("a.m4a", 48_000, "aac", id="AAC"),
        pytest.param("a.opus", 48_000, "libopus", id="Opus"),
        pytest.param("a.mkv", 48_000, "aac", id="AAC in Matroska"),
    ],
)
def test_every_kind_of_file_is_measured(tmp_path: Path, name: str, rate: int, codec: str) -> None:
    path = write(tmp_path / name, bursts(-60, rate=rate, channels=2), rate=rate, codec=codec)
    assert_heard(measured(probe_sound(path)))


def test_surround_and_two_mono_streams_are_heard_as_a_whole(tmp_path: Path) -> None:
    assert_heard(measured(sound(tmp_path / "six.wav", bursts(-60, channels=6))))
    left = write(tmp_path / "left.wav", noise(3, -60))
    right = write(tmp_path / "right.wav", bursts(-60))
    args = ["-i", file_url(left), "-i", file_url(right), "-map", "0", "-map", "1", "-c", "copy"]
    run([*args, file_url(tmp_path / "pair.mov")])
    pair = probe_sound(tmp_path / "pair.mov")
    assert pair.right is not None
    assert_heard(measured(pair))


@pytest.mark.parametrize("gap", [0.05, 0.09], ids=["stop", "longer stop"])
def test_stops_within_a_word_are_part_of_it(tmp_path: Path, gap: float) -> None:
    data = bursts(None)
    data[round(0.7 * 48_000) : round((0.7 + gap) * 48_000)] = 0
    assert_heard(measured(sound(tmp_path / "a.wav", data)))


def test_a_click_is_no_word(tmp_path: Path) -> None:
    data = bursts(None)
    data[60_000:60_300] = 0.5
    assert_heard(measured(sound(tmp_path / "a.wav", data)))


def test_sound_without_a_pause_is_heard_throughout(tmp_path: Path) -> None:
    assert_heard(measured(sound(tmp_path / "a.wav", noise(3, -30))), ((0, 3),))


@pytest.mark.parametrize("level_db", [None, -90], ids=["silence", "hiss"])
def test_silence_is_heard_nowhere(tmp_path: Path, level_db: float | None) -> None:
    data = noise(2, level_db) if level_db is not None else np.zeros((96_000, 1), np.float32)
    assert measured(sound(tmp_path / "a.wav", data)).ranges == ()


def test_levels_are_those_of_the_standards_meter(tmp_path: Path) -> None:
    one = sound(tmp_path / "a.wav", noise(5, -26, channels=2))
    integrated, _ = ffmpegs_meter(one.path)
    assert gated_loudness(np.array(measured(one).levels)) == pytest.approx(integrated, abs=0.1)


def test_no_levels_have_no_loudness() -> None:
    assert gated_loudness(np.array([-100.0, -71.0])) is None
    assert list(active_ranges(np.array([-100.0, -71.0]))) == []


def test_what_was_measured_is_remembered_by_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = sound(tmp_path / "a.wav", bursts(-60))
    before = measured(one)
    moved = replace(one, path=one.path.rename(tmp_path / "b.wav"))

    def never(*_: object) -> SoundActivity:
        raise AssertionError("measured again")

    monkeypatch.setattr(sound_activity, "_measured", never)
    assert measured(moved) == before


def test_a_file_that_is_gone_is_refused_by_name(tmp_path: Path) -> None:
    one = sound(tmp_path / "a.wav", bursts(-60))
    one.path.unlink()
    with pytest.raises(MediaMissing, match=r"a\.wav"):
        measured(one)

"""Shots' own sound played backwards: turned over in a file, placed by its picture, heard to the sample."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import stitcher
from stitcher.media.audible_streams import own_sound
from stitcher.media.clip import Clip
from stitcher.media.probe import probe_sound
from stitcher.media.wav import BLOCK, samples_at, wav_data
from stitcher.sound.backwards import backwards_file
from stitcher.storyboard.load import parse
from stitcher.timeline.layout import lay_out
from stitcher.timeline.media_index import MediaIndex
from stitcher.timeline.model import Cue
from tests.factories import make_audio, make_clip, make_sound
from tests.footage import run_ffmpeg, write_wav


def noise(samples: int, channels: int = 2) -> np.ndarray:
    return np.random.default_rng(7).uniform(-0.5, 0.5, (samples, channels)).astype(np.float32)


@pytest.mark.parametrize("channels", [1, 2])
def test_a_file_holds_every_sample_from_the_last_to_the_first(tmp_path: Path, channels: int) -> None:
    given = write_wav(tmp_path / "a.wav", noise(2 * BLOCK + 123, channels))
    made = backwards_file(probe_sound(given), tmp_path / "made")
    forwards, turned = (samples_at(data, 0, data.samples) for data in map(wav_data, (given, made)))
    assert np.array_equal(turned[::-1], forwards)
    assert made.name == "a backwards.wav"
    assert probe_sound(made).stream.duration == probe_sound(given).stream.duration


def test_a_file_is_made_once(tmp_path: Path) -> None:
    sound = probe_sound(write_wav(tmp_path / "a.wav", noise(480)))
    made = backwards_file(sound, tmp_path / "made")
    before = made.stat().st_mtime_ns
    assert backwards_file(sound, tmp_path / "made").stat().st_mtime_ns == before


def test_a_long_sound_is_turned_over_in_blocks(tmp_path: Path) -> None:
    sound = probe_sound(write_wav(tmp_path / "a.wav", noise(12 * BLOCK)))
    tracemalloc.start()
    try:
        backwards_file(sound, tmp_path / "made")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 8 * BLOCK * 8


def cue_of(shot: str, clip: Clip) -> Cue | None:
    """The sound of a film of one shot, 24 frames a second."""
    board = parse(f"stitcher: 1\nshots: [{{id: a, clip: a.mp4, {shot}}}]\n", path=Path("/project/b.yaml"))
    own = own_sound(clip)
    assert own.stream.duration is not None
    turned = replace(make_sound(path="/cache/a backwards.wav", duration=own.stream.duration), sha256="b" * 64)
    media = MediaIndex(clips={clip.path: clip}, backwards={own: turned})
    return next(iter(lay_out(board, media).cues), None)


CLIP = make_clip(path="/project/a.mp4", frames=120, audio=(make_audio(duration=Fraction(5)),))


@pytest.mark.parametrize(
    ("shot", "offset", "length"),
    [
        ("reverse: true, sound: keep", 0, 240_000),
        ("reverse: true, sound: {gain: -6}, in: 1s, out: 3s", 96_000, 96_000),
        ("reverse: true, sound: keep, in: 1s, out: 3s, speed: 2", 96_000, 48_000),
    ],
)
def test_it_is_placed_by_the_pictures_that_are_seen(shot: str, offset: int, length: int) -> None:
    cue = cue_of(shot, CLIP)
    assert cue is not None
    assert cue.sound.name == "a backwards.wav"
    assert (cue.start_sample, cue.in_offset_samples, cue.length_samples) == (0, offset, length)


@pytest.mark.parametrize("shot", ["reverse: true", "reverse: true, sound: mute"])
def test_it_is_silent_unless_it_is_asked_for(shot: str) -> None:
    assert cue_of(shot, CLIP) is None


def test_one_that_ends_before_its_picture_is_heard_that_much_later() -> None:
    shorter = replace(CLIP, audio=(make_audio(duration=Fraction(4)),))
    cue = cue_of("reverse: true, sound: keep", shorter)
    assert cue is not None
    assert (cue.start_sample, cue.in_offset_samples, cue.length_samples) == (48_000, 0, 192_000)


@pytest.mark.slow
def test_a_film_plays_it_to_the_sample(tmp_path: Path) -> None:
    samples = np.zeros((48_000, 2), np.float32)
    samples[10_000] = 0.5
    write_wav(tmp_path / "click.wav", samples)
    picture = ("-f", "lavfi", "-i", "color=gray:s=64x48:r=24:d=1", "-i", str(tmp_path / "click.wav"))
    run_ffmpeg(*picture, "-c:v", "ffv1", "-c:a", "pcm_s16le", str(tmp_path / "a.mov"))
    (tmp_path / "b.yaml").write_text(
        "stitcher: 1\nshots: [{id: a, clip: a.mov, reverse: true, sound: keep, in: 2f, out: 22f}]\n"
    )
    made = stitcher.render(
        stitcher.load(tmp_path / "b.yaml"), tmp_path / "film.mov", preset="master-prores-4444"
    )
    sound = probe_sound(made.paths[0])
    run_ffmpeg("-i", str(sound.path), "-vn", "-c:a", "pcm_f32le", str(tmp_path / "out.wav"))
    data = wav_data(tmp_path / "out.wav")
    heard = samples_at(data, 0, data.samples)
    # The shot ends at the 22nd of 24 frames, 44,000 samples in; the click is 10,000 in, in whole samples.
    assert int(np.abs(heard).max(axis=1).argmax()) == 44_000 - 1 - 10_000

"""Loops with a crossfaded join, stretched sounds and reflected ends, measured on samples of the mix."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from stitcher.delivery.spec import UNTOUCHED
from stitcher.media.probe import probe_sound
from stitcher.sound.mix import plan_mix
from stitcher.sound.mixdown import render_sound
from stitcher.sound.store import Workshop
from stitcher.timeline.model import Cue
from tests.sound.material import WAV, Samples, clicks, cue, loudest, read, sound, tone, write

pytestmark = pytest.mark.slow

ROUND, CROSSFADE = 48_000, 4_800


def heard(folder: Path, *cues: Cue, samples: int) -> Samples:
    made = render_sound(plan_mix(cues, samples), WAV, UNTOUCHED, folder / "mix.wav", work=Workshop(folder))
    assert made.samples == samples
    return read(made.path)


def noise(length: int, seed: int = 1) -> Samples:
    made = np.random.default_rng(seed).normal(0, 0.1, (length, 2))
    return made.astype(np.float32)


def level(samples: Samples) -> float:
    """Root mean square in dB."""
    return float(20 * np.log10(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))))


def test_a_crossfaded_loop_comes_round_on_the_sample(tmp_path: Path) -> None:
    source = sound(tmp_path / "a.wav", clicks([12_000], ROUND, 2))
    looping = cue(source, 0, 4 * ROUND, loop=True, loop_crossfade_samples=CROSSFADE)
    film = heard(tmp_path, looping, samples=4 * ROUND)
    places = [12_000 + n * (ROUND - CROSSFADE) for n in range(4)]
    assert [loudest(film, place) for place in places] == places


def test_the_join_of_a_loop_keeps_its_level(tmp_path: Path) -> None:
    source = sound(tmp_path / "a.wav", noise(ROUND))
    looping = cue(source, 0, 3 * ROUND, loop=True, loop_crossfade_samples=CROSSFADE)
    film = heard(tmp_path, looping, samples=3 * ROUND)
    levels = [level(film[at : at + CROSSFADE]) for at in range(0, 3 * ROUND, CROSSFADE)]
    assert max(levels) - min(levels) < 0.5
    assert np.abs(film[: ROUND - CROSSFADE] - noise(ROUND)[: ROUND - CROSSFADE]).max() < 1e-4


def test_a_loop_of_a_part_comes_round_at_its_end(tmp_path: Path) -> None:
    source = sound(tmp_path / "a.wav", clicks([12_000, 40_000], ROUND, 2))
    looping = cue(source, 0, ROUND, loop=True, in_offset_samples=10_000, loop_end_samples=20_000)
    film = heard(tmp_path, looping, samples=ROUND)
    places = [2_000 + n * 10_000 for n in range(4)]
    assert [loudest(film, place) for place in places] == places
    assert np.abs(film[places[0] + 200 : places[1] - 200]).max() < 1e-4


@pytest.mark.parametrize("name", ["a.wav", "a.m4a", "a.opus"])
@pytest.mark.parametrize("stretch", [Fraction(9, 10), Fraction(105, 100), Fraction(11, 10)], ids=str)
def test_a_stretched_sound_is_as_long_as_asked(tmp_path: Path, name: str, stretch: Fraction) -> None:
    codec = {"a.wav": "pcm_s16le", "a.m4a": "aac", "a.opus": "libopus"}[name]
    source = probe_sound(write(tmp_path / name, tone(96_000), codec=codec))
    length = round(96_000 * stretch)
    film = heard(tmp_path, cue(source, 0, length, stretch=stretch), samples=length + 4_800)
    assert level(film[length - 2_400 : length - 480]) > -18
    assert np.abs(film[length:]).max() < 1e-4


def test_stretching_keeps_left_and_right_together(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    both = np.cumsum(rng.normal(0, 1, 96_000))
    both -= np.convolve(both, np.ones(480) / 480, "same")
    left = both / np.abs(both).max() * 0.4
    data = np.stack([left, 0.8 * left + rng.normal(0, 0.01, left.size)], axis=1).astype(np.float32)
    length = round(96_000 * 1.08)
    source = sound(tmp_path / "a.wav", data)
    film = heard(tmp_path, cue(source, 0, length, stretch=Fraction(108, 100)), samples=length)
    before, after = (np.corrcoef(one[:, 0], one[:, 1])[0, 1] for one in (data, film))
    assert after > before - 0.01


def test_reflected_ends_go_on_without_a_step(tmp_path: Path) -> None:
    data = tone(9_600, hertz=330.0)
    source = sound(tmp_path / "a.wav", data)
    longer = cue(source, 0, 10_200, reflected_head_samples=240, reflected_tail_samples=360)
    film = heard(tmp_path, longer, samples=10_200)
    expected = np.concatenate([data[:240][::-1], data, data[-360:][::-1]])
    assert np.abs(film - expected).max() < 1e-4


def test_a_cue_of_pieces_fades_to_the_sample(tmp_path: Path) -> None:
    source = sound(tmp_path / "a.wav", np.full((9_600, 2), 0.5, np.float32))
    longer = cue(
        source, 0, 10_080, reflected_head_samples=240, reflected_tail_samples=240,
        fade_in_samples=480, fade_out_samples=480,
    )  # fmt: skip
    film = heard(tmp_path, longer, samples=10_080)[:, 0]
    ramp = np.arange(480) / 480 * 0.5
    assert np.abs(film[:480] - ramp).max() < 0.002
    assert np.abs(film[-480:] - ramp[::-1]).max() < 0.002
    assert np.abs(film[480:-480] - 0.5).max() < 1e-4

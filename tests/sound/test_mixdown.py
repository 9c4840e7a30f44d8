"""What is heard in a rendered mix: where, how loud, and for how long."""

from __future__ import annotations

import dataclasses
import threading
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest

from stitcher.delivery.spec import UNTOUCHED, LoudnessTarget, SoundSpec
from stitcher.errors import Interrupted, MediaBroken, MediaMissing, PlanError, PresetError, VerifyError
from stitcher.media.clip import Sound
from stitcher.media.ffmpeg import file_url
from stitcher.media.ffmpeg_process import run
from stitcher.media.probe import probe_sound
from stitcher.sound.meter import loudness_of, metered
from stitcher.sound.mix import Mix, plan_mix
from stitcher.sound.mix_file import Destination
from stitcher.sound.mixdown import render_sound
from stitcher.sound.result import SoundResult
from stitcher.sound.store import Workshop
from stitcher.timeline.model import Cue, GainKey
from tests.sound.material import AAC, WAV, Samples, clicks, cue, described, loudest, read, sound, tone, write

SECOND = 48_000
ODD = 100_003


def mixed(folder: Path, cues: list[Cue], length: int, spec: SoundSpec = WAV) -> Samples:
    out = folder / "mixed.out"
    render_sound(plan_mix(cues, length), spec, UNTOUCHED, out, work=Workshop(folder))
    heard = read(out, channels=spec.channels)
    assert len(heard) == length
    return heard


@pytest.fixture
def noise(tmp_path: Path) -> tuple[Sound, Samples]:
    data = np.random.default_rng(1).uniform(-0.4, 0.4, (ODD, 2)).astype(np.float32)
    return sound(tmp_path / "noise.wav", data), data


def test_a_stereo_cue_is_placed_without_changing_a_bit(tmp_path: Path, noise: tuple[Sound, Samples]) -> None:
    source, data = noise
    heard = mixed(tmp_path, [cue(source, 12_345, 80_000, in_offset_samples=777)], 150_001)
    assert np.array_equal(heard[12_345:92_345], data[777:80_777])
    assert not heard[:12_345].any()
    assert not heard[92_345:].any()


def test_two_cues_add_up_without_loss(tmp_path: Path, noise: tuple[Sound, Samples]) -> None:
    source, data = noise
    heard = mixed(tmp_path, [cue(source, 0, ODD), cue(source, 5000, 50_000)], ODD)
    expected = data.copy()
    expected[5000:55_000] += data[:50_000]
    assert np.allclose(heard, expected, atol=1e-6)


def test_a_cue_that_outlasts_the_film_ends_with_it(tmp_path: Path, noise: tuple[Sound, Samples]) -> None:
    source, data = noise
    assert np.array_equal(mixed(tmp_path, [cue(source, 10, ODD)], 5001)[10:], data[:4991])


def test_a_loop_repeats_without_a_gap(tmp_path: Path, noise: tuple[Sound, Samples]) -> None:
    source, data = noise
    heard = mixed(tmp_path, [cue(source, 100, 500_000, in_offset_samples=3, loop=True)], 500_100)
    assert np.array_equal(heard[100:], np.tile(data[3:], (6, 1))[:500_000])


def test_a_loop_of_unknown_length_repeats_without_a_gap(tmp_path: Path, noise: tuple[Sound, Samples]) -> None:
    source, data = noise
    unknown = dataclasses.replace(source, stream=dataclasses.replace(source.stream, duration=None))
    heard = mixed(tmp_path, [cue(unknown, 0, 250_000, loop=True)], 250_000)
    assert np.array_equal(heard, np.tile(data, (3, 1))[:250_000])


@pytest.mark.parametrize("gain", [-8.25, 6.0])
def test_gain_is_in_decibels(tmp_path: Path, noise: tuple[Sound, Samples], gain: float) -> None:
    source, data = noise
    heard = mixed(tmp_path, [cue(source, 0, ODD, gain_db=gain)], ODD)
    assert np.allclose(heard, data * 10 ** (gain / 20), atol=1e-5)


def test_fades_are_straight_and_end_where_they_should(tmp_path: Path) -> None:
    source = sound(tmp_path / "level.wav", np.full((SECOND, 2), 0.5, np.float32))
    heard = mixed(tmp_path, [cue(source, 0, SECOND, fade_in_samples=1000, fade_out_samples=2000)], SECOND)[
        :, 0
    ]
    expected = np.full(SECOND, 0.5)
    expected[:1000] = 0.5 * np.arange(1000) / 1000
    expected[-2000:] = 0.5 * (1 - np.arange(2000) / 2000)
    assert np.allclose(heard, expected, atol=0.5 / 500)
    assert (np.diff(heard[:1000]) >= 0).all()
    assert (np.diff(heard[-2000:]) <= 0).all()


def test_the_sounds_of_two_shots_cross_at_equal_power(tmp_path: Path) -> None:
    source = sound(tmp_path / "level.wav", np.full((SECOND, 2), 0.5, np.float32))
    going = cue(source, 0, SECOND, fade_out_samples=12_000, shot="a")
    coming = cue(source, SECOND - 12_000, SECOND, fade_in_samples=12_000, shot="b")
    out = mixed(tmp_path, [going], SECOND)[-12_000:, 0]
    in_ = mixed(tmp_path, [coming], 2 * SECOND)[SECOND - 12_000 : SECOND, 0]
    assert np.allclose(out**2 + in_**2, 0.25, atol=1e-3)


@pytest.mark.parametrize("tempo", [Fraction(1, 4), Fraction(5, 4), Fraction(4)], ids=str)
def test_tempo_moves_a_click_by_its_factor_and_keeps_the_pitch(tmp_path: Path, tempo: Fraction) -> None:
    data = tone(4 * SECOND, level=0.05) + clicks([3 * SECOND], 4 * SECOND, 2, over=0.8)
    source = sound(tmp_path / "a.wav", data)
    length = int(2 * SECOND / tempo)
    heard = mixed(tmp_path, [cue(source, 0, length, in_offset_samples=2 * SECOND, tempo=tempo)], length)
    # `atempo` shifts pieces of 2048 samples about to make them fit; slowed down, the pieces are seen larger.
    within = 2048 * max(Fraction(1), 1 / tempo)
    assert abs(loudest(heard, int(SECOND / tempo), reach=4 * SECOND) - SECOND / tempo) < within
    spectrum = np.abs(np.fft.rfft(heard[: length // 3, 0]))
    assert abs(float(np.argmax(spectrum)) * SECOND / (length // 3) - 997) < 10


RATES = (22_050, 44_100, 48_000, 96_000)
OPUS_RATES = (48_000,)
MP3_RATES = (22_050, 44_100, 48_000)
KINDS = [
    pytest.param("wav", "wav", "pcm_s16le", (), RATES, (1, 2, 6), 1, id="WAV 16 bit"),
    pytest.param("wav", "wav", "pcm_s24le", (), RATES, (1, 2, 6), 1, id="WAV 24 bit"),
    pytest.param("wav", "wav", "pcm_f32le", (), RATES, (1, 2, 6), 1, id="WAV float"),
    pytest.param("flac", "flac", "flac", (), RATES, (1, 2, 6), 1, id="FLAC"),
    pytest.param("mp3", "mp3", "libmp3lame", ("-b:a", "128k"), MP3_RATES, (1, 2), 2, id="MP3"),
    pytest.param("m4a", "mov", "aac", ("-b:a", "192k", "-f", "mp4"), RATES, (1, 2, 6), 3, id="AAC in MP4"),
    pytest.param("mka", "matroska", "aac", ("-b:a", "192k"), RATES, (1, 2, 6), 48, id="AAC in Matroska"),
    pytest.param("ogg", "ogg", "libvorbis", ("-q:a", "6"), RATES, (1, 2, 6), 3, id="Vorbis"),
    pytest.param("opus", "ogg", "libopus", ("-b:a", "192k"), OPUS_RATES, (1, 2, 6), 2, id="Opus in Ogg"),
    pytest.param(
        "webm", "matroska", "libopus", ("-b:a", "192k"), OPUS_RATES, (1, 2, 6), 2, id="Opus in WebM"
    ),
]


@pytest.mark.parametrize(("suffix", "demuxer", "codec", "options", "rates", "layouts", "within"), KINDS)
def test_every_kind_of_file_is_heard_on_the_sample(
    tmp_path: Path,
    suffix: str,
    demuxer: str,
    codec: str,
    options: tuple[str, ...],
    rates: tuple[int, ...],
    layouts: tuple[int, ...],
    within: int,
) -> None:
    cues: list[Cue] = []
    planned: dict[tuple[int, int], tuple[int, int]] = {}
    for rate, channels in [(rate, 2) for rate in rates] + [
        (48_000, channels) for channels in layouts if channels != 2
    ]:
        # A half and one and a half seconds are whole numbers of samples at every rate.
        data = clicks([rate // 2, rate * 3 // 2], 2 * rate, channels, rate=rate, over=0.5)
        path = write(tmp_path / f"{rate}-{channels}.{suffix}", data, rate=rate, codec=codec, options=options)
        source = described(path, len(data), demuxer=demuxer, rate=rate, channels=channels)
        start = 10_007 + len(cues) * 2 * SECOND
        cues.append(cue(source, start, 2 * SECOND))
        planned[rate, channels] = (start + SECOND // 2, start + SECOND * 3 // 2)
    heard = mixed(tmp_path, cues, 10_007 + len(cues) * 2 * SECOND)
    found = {source: tuple(loudest(heard, at) - at for at in places) for source, places in planned.items()}
    assert {source: off for source, off in found.items() if max(map(abs, off)) > within} == {}


def meter(path: Path) -> float:
    found = loudness_of(list(metered([read(path, channels=probe_sound(path).channels)])))
    assert found.integrated_lufs is not None
    return found.integrated_lufs


def test_a_mono_file_is_as_loud_in_a_stereo_film_as_it_was(tmp_path: Path) -> None:
    source = sound(tmp_path / "mono.wav", tone(2 * SECOND, channels=1))
    heard = mixed(tmp_path, [cue(source, 0, 2 * SECOND)], 2 * SECOND)
    assert np.allclose(heard[:, 0], heard[:, 1])
    assert abs(meter(tmp_path / "mixed.out") - meter(source.path)) <= 0.1


def test_surround_is_folded_by_the_standard_and_its_lfe_left_out(tmp_path: Path) -> None:
    levels = np.array([0.1, 0.2, 0.05, 0.9, 0.04, 0.08], np.float32)
    source = sound(tmp_path / "surround.wav", np.repeat(levels[None, :], 9600, axis=0))
    heard = mixed(tmp_path, [cue(source, 0, 9600)], 9600)[4800]
    half = 2**-0.5
    assert np.allclose(heard, [0.1 + half * 0.05 + half * 0.04, 0.2 + half * 0.05 + half * 0.08], atol=1e-4)


SURROUND = dataclasses.replace(WAV, channels=6)


def test_a_surround_film_has_lines_in_the_centre_and_all_else_where_it_is(tmp_path: Path) -> None:
    levels = np.array([0.1, 0.2, 0.05, 0.3, 0.04, 0.08], np.float32)
    around = sound(tmp_path / "surround.wav", np.repeat(levels[None, :], 9600, axis=0))
    line = sound(tmp_path / "line.wav", np.full((9600, 1), 0.25, np.float32))
    score = sound(tmp_path / "score.wav", np.full((9600, 2), 0.125, np.float32))
    cues = [
        cue(around, 0, 9600),
        dataclasses.replace(cue(line, 0, 9600), role="dialogue", gain_keys=(GainKey(0, -6.0),)),
        cue(score, 0, 9600),
    ]
    heard = mixed(tmp_path, cues, 9600, SURROUND)
    ducked = 0.25 * 10 ** (-6 / 20)
    assert np.allclose(heard[4800], levels + np.array([0.125, 0.125, ducked, 0, 0, 0]), atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spec", "into"),
    [
        pytest.param(SoundSpec("aac", ("-b:a", "512k"), 6, 48_000, "web"), "mp4", id="AAC"),
        pytest.param(SoundSpec("libopus", ("-b:a", "384k"), 6, 48_000, "web"), "webm", id="Opus"),
        pytest.param(SoundSpec("pcm_s24le", (), 6, 48_000, "web"), "mov", id="PCM"),
        pytest.param(SoundSpec("pcm_s24le", (), 6, 48_000, "web", mono_tracks=True), "mxf", id="mono tracks"),
    ],
)
def test_a_surround_film_is_as_loud_as_asked_by_the_weights_of_its_channels(
    tmp_path: Path, spec: SoundSpec, into: str
) -> None:
    rng = np.random.default_rng(5)
    level = np.array([0.1, 0.08, 0.12, 0.3, 0.2, 0.15], np.float32)
    data = (rng.normal(0, 0.3, (6 * SECOND, 6)) * level).astype(np.float32)
    source = sound(tmp_path / "around.wav", data)
    out = tmp_path / "made"
    target = LoudnessTarget("web", -14.0, tolerance_lu=0.5, true_peak_dbtp=-1.0)
    made = render_sound(
        plan_mix([cue(source, 0, len(data))], len(data)), spec, target, out, work=Workshop(tmp_path),
        into=Destination(into),
    )  # fmt: skip
    each = made.channels // made.streams
    options = ("-f", made.container)
    streams = [read(out, channels=each, options=options, stream=n) for n in range(made.streams)]
    heard = np.concatenate(streams, axis=1)[:, [0, 1, 2, 4, 5]]
    assert pyloudnorm.Meter(SECOND).integrated_loudness(heard) == pytest.approx(-14.0, abs=0.5)


def test_a_mono_film_is_half_the_sum_of_the_stereo_one(tmp_path: Path, noise: tuple[Sound, Samples]) -> None:
    source, data = noise
    heard = mixed(tmp_path, [cue(source, 0, ODD)], ODD, dataclasses.replace(WAV, channels=1))
    assert np.allclose(heard[:, 0], data.mean(axis=1), atol=1e-6)


def test_more_cues_than_one_command_takes_are_mixed_alike(
    tmp_path: Path, noise: tuple[Sound, Samples]
) -> None:
    source, data = noise
    rng = np.random.default_rng(2)
    starts = [int(start) for start in rng.integers(0, 200_000, 80)]
    heard = mixed(tmp_path, [cue(source, start, 3000, gain_db=-6.0) for start in starts], 203_000)
    expected = np.zeros((203_000, 2))
    for start in starts:
        expected[start : start + 3000] += data[:3000] * 10 ** (-6 / 20)
    assert np.allclose(heard, expected, atol=1e-4)


def test_nothing_is_left_in_the_scratch_folder(tmp_path: Path, noise: tuple[Sound, Samples]) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    cues = [cue(noise[0], start, 3000) for start in range(40)]
    render_sound(plan_mix(cues, 9000), WAV, UNTOUCHED, tmp_path / "out.wav", work=Workshop(scratch))
    assert not list(scratch.iterdir())


SPECS = [
    pytest.param(AAC, "mp4", "mov", id="AAC for MP4"),
    pytest.param(AAC, "mkv", "matroska", id="AAC for Matroska"),
    pytest.param(dataclasses.replace(AAC, sample_rate=44_100), "mp4", "mov", id="AAC at 44.1 kHz"),
    pytest.param(SoundSpec("libopus", ("-b:a", "128k"), 2, 48_000, "none"), "webm", "ogg", id="Opus"),
    pytest.param(SoundSpec("pcm_s24le", (), 2, 48_000, "none"), "mov", "wav", id="PCM"),
    pytest.param(SoundSpec("flac", (), 2, 48_000, "none"), "mkv", "flac", id="FLAC"),
]


@pytest.mark.parametrize(("spec", "into", "container"), SPECS)
@pytest.mark.parametrize("length", [ODD, 2000])
def test_the_encoded_sound_has_the_length_of_the_film(
    tmp_path: Path, noise: tuple[Sound, Samples], spec: SoundSpec, into: str, container: str, length: int
) -> None:
    result = render_sound(
        plan_mix([cue(noise[0], 0, ODD)], length),
        spec,
        UNTOUCHED,
        tmp_path / "out",
        work=Workshop(tmp_path),
        into=Destination(into),
    )
    planned = (2 * length * spec.sample_rate + 48_000) // 96_000
    assert (result.container, result.samples) == (container, planned)
    # Matroska has no way to say where in its last AAC packet the film ends.
    tail = 1023 if container == "matroska" else 0
    assert planned <= len(read(tmp_path / "out")) <= planned + tail


def test_a_film_without_cues_is_silent_to_the_sample(tmp_path: Path) -> None:
    assert not mixed(tmp_path, [], 12_345).any()


def test_broadcast_gets_one_mono_track_a_channel(tmp_path: Path, noise: tuple[Sound, Samples]) -> None:
    spec = SoundSpec("pcm_s24le", (), 2, 48_000, "none", mono_tracks=True)
    source, data = noise
    result = render_sound(
        plan_mix([cue(source, 0, ODD)], ODD), spec, UNTOUCHED, tmp_path / "out.mov", work=Workshop(tmp_path)
    )
    assert (result.streams, result.container) == (2, "mov")
    for channel in (0, 1):
        track = read(tmp_path / "out.mov", channels=1, stream=channel)
        assert np.allclose(track[:, 0], data[:, channel], atol=1e-6)


def bursts() -> Samples:
    """As speech is: bursts that die away, each of its own level, falling off above 1 kHz, over a quiet floor."""
    rng = np.random.default_rng(3)
    data = rng.normal(0, 0.003, (6 * SECOND, 2))
    falling = 0.88 ** np.arange(64)
    for start in range(0, 6 * SECOND, SECOND * 3 // 4):
        burst = np.convolve(rng.normal(0, rng.uniform(0.06, 0.12), SECOND // 5), falling, "same")
        burst *= np.exp(-np.arange(SECOND // 5) / (SECOND / 10))
        data[start : start + SECOND // 5] += burst[:, None] * [1.0, 0.8]
    return np.clip(data, -1, 1).astype(np.float32)


WEB = LoudnessTarget("web", -14.0, 0.5, -1.0)
EBU = LoudnessTarget("ebu-r128", -23.0, 0.2, -1.0)
NETFLIX = LoudnessTarget("netflix", -27.0, 2.0, -2.0, limit_dbtp=-2.3, gate="dialogue")


@pytest.mark.parametrize(
    ("target", "spec"),
    [
        pytest.param(WEB, WAV, id="web in PCM"),
        pytest.param(EBU, WAV, id="ebu-r128 in PCM"),
        pytest.param(NETFLIX, WAV, id="netflix in PCM", marks=pytest.mark.slow),
        pytest.param(WEB, AAC, id="web in AAC", marks=pytest.mark.slow),
        pytest.param(EBU, AAC, id="ebu-r128 in AAC", marks=pytest.mark.slow),
        pytest.param(NETFLIX, AAC, id="netflix in AAC", marks=pytest.mark.slow),
    ],
)
def test_bursty_sound_is_brought_to_its_target(
    tmp_path: Path, target: LoudnessTarget, spec: SoundSpec
) -> None:
    source = sound(tmp_path / "bursts.wav", bursts())
    out = tmp_path / "out"
    result = render_sound(
        plan_mix([cue(source, 0, 6 * SECOND)], 6 * SECOND), spec, target, out, work=Workshop(tmp_path)
    )
    assert target.integrated_lufs is not None
    assert abs(meter(out) - target.integrated_lufs) <= target.tolerance_lu
    assert result.after is not None
    assert result.after.true_peak_dbtp is not None
    assert result.after.true_peak_dbtp <= target.true_peak_dbtp
    assert len(read(out)) == 6 * SECOND
    assert any("Not certified" in note for note in result.notes) is (not target.certified)


def test_the_limiter_does_not_delay(tmp_path: Path) -> None:
    data = bursts()
    data[2 * SECOND : 4 * SECOND] = clicks([SECOND], 2 * SECOND, 2)
    source = sound(tmp_path / "bursts.wav", data)
    mix = plan_mix([cue(source, 0, 6 * SECOND)], 6 * SECOND)
    result = render_sound(mix, WAV, WEB, tmp_path / "out", work=Workshop(tmp_path))
    assert result.limited
    assert loudest(read(tmp_path / "out"), 3 * SECOND) == 3 * SECOND


def test_silence_is_given_no_gain(tmp_path: Path) -> None:
    result = render_sound(plan_mix([], SECOND), AAC, WEB, tmp_path / "out", work=Workshop(tmp_path))
    assert (result.gain_db, result.limited) == (0.0, False)
    assert any("silent" in note for note in result.notes)


def test_sound_too_short_for_the_meter_gets_no_loudness(tmp_path: Path, noise: tuple[Sound, Samples]) -> None:
    result = render_sound(
        plan_mix([cue(noise[0], 0, 9600, gain_db=-6.0)], 9600),
        AAC,
        WEB,
        tmp_path / "out",
        work=Workshop(tmp_path),
    )
    assert result.gain_db == 0.0
    assert any("too short or too quiet" in note for note in result.notes)


def overloading(folder: Path) -> Mix:
    source = sound(folder / "tone.wav", tone(SECOND, level=0.9))
    return plan_mix([cue(source, 0, SECOND), cue(source, 0, SECOND)], SECOND)


@pytest.mark.parametrize(
    "encoder",
    ["aac", *(pytest.param(name, marks=pytest.mark.slow) for name in ("pcm_s16le", "pcm_s24le", "libopus"))],
)
def test_an_untouched_mix_above_full_scale_is_lowered_as_a_whole_and_said(
    tmp_path: Path, encoder: str
) -> None:
    spec = SoundSpec(encoder, (), 2, 48_000, "none")
    result = render_sound(overloading(tmp_path), spec, UNTOUCHED, tmp_path / "out", work=Workshop(tmp_path))
    assert result.sample_peak_dbfs == pytest.approx(5.1, abs=0.1)
    assert result.gain_db == pytest.approx(-6.1, abs=0.1)
    assert [note for note in result.notes if "+5.1 dBFS" in note and "lowered by 6.1 dB" in note]
    middle = read(tmp_path / "out")[SECOND // 4 : -SECOND // 4]
    assert np.abs(middle).max() == pytest.approx(10 ** (-1 / 20), abs=0.03)


def test_what_holds_more_than_full_scale_is_left_untouched(tmp_path: Path) -> None:
    result = render_sound(overloading(tmp_path), WAV, UNTOUCHED, tmp_path / "out", work=Workshop(tmp_path))
    assert (result.gain_db, np.abs(read(tmp_path / "out")).max()) == (0.0, pytest.approx(1.8, abs=0.01))
    assert any("may clip" in note for note in result.notes)


@pytest.mark.slow
def test_peaks_above_full_scale_do_not_take_the_rest_down_with_them(tmp_path: Path) -> None:
    """FFmpeg's AAC encoder turns down whatever is heard together with a peak above 0.95."""
    low = tone(2 * SECOND, level=0.2, hertz=200)
    burst = tone(2 * SECOND, level=1.3, hertz=3_000)
    burst[:SECOND] = 0
    source = probe_sound(write(tmp_path / "float.wav", low + burst))
    mix = plan_mix([cue(source, 0, 2 * SECOND)], 2 * SECOND)
    result = render_sound(mix, AAC, UNTOUCHED, tmp_path / "out", work=Workshop(tmp_path))
    heard = read(tmp_path / "out")[:, 0] / 10 ** (result.gain_db / 20)
    assert result.gain_db < -4
    for start in (SECOND // 4, SECOND * 5 // 4):
        bins = np.abs(np.fft.rfft(heard[start : start + SECOND // 2])) / (SECOND // 4)
        assert bins[100] == pytest.approx(0.2, abs=0.01)


def ticks() -> Samples:
    """A clock: 5 ms a second, and nothing between."""
    data = np.zeros((6 * SECOND, 2), np.float32)
    length = SECOND // 200
    tick = 0.4 * np.sin(np.arange(length) * 2 * np.pi * 2500 / SECOND) * np.exp(-np.arange(length) / 60)
    for start in range(SECOND // 10, 6 * SECOND, SECOND):
        data[start : start + length] = tick[:, None]
    return data


@pytest.mark.parametrize("spec", [AAC, WAV], ids=["AAC", "PCM"])
@pytest.mark.slow
def test_sparse_sound_comes_as_near_to_its_target_as_its_peaks_allow(tmp_path: Path, spec: SoundSpec) -> None:
    source = sound(tmp_path / "ticks.wav", ticks())
    mix = plan_mix([cue(source, 0, 6 * SECOND)], 6 * SECOND)
    result = render_sound(mix, spec, WEB, tmp_path / "out", work=Workshop(tmp_path))
    assert result.before is not None
    assert result.before.integrated_lufs is not None
    assert result.before.integrated_lufs + 5 < meter(tmp_path / "out") < -14.5
    assert result.after is not None
    assert result.after.true_peak_dbtp is not None
    assert -2.5 < result.after.true_peak_dbtp <= -1.0
    assert [note for note in result.notes if "as near to 'web' (-14.0) as its peaks allow" in note]


@pytest.mark.slow
def test_a_target_that_is_insisted_on_refuses_what_cannot_reach_it(tmp_path: Path) -> None:
    source = sound(tmp_path / "ticks.wav", ticks())
    mix = plan_mix([cue(source, 0, 6 * SECOND)], 6 * SECOND)
    with pytest.raises(VerifyError, match=r"cannot be brought to 'web'.*insist: false"):
        render_sound(
            mix, WAV, dataclasses.replace(WEB, insist=True), tmp_path / "out", work=Workshop(tmp_path)
        )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("target", [UNTOUCHED, WEB], ids=["untouched", "web"])
def test_without_an_edit_list_everything_after_the_priming_is_on_time(
    tmp_path: Path, target: LoudnessTarget
) -> None:
    data = tone(3 * SECOND, level=0.05) + clicks([SECOND, 2 * SECOND], 3 * SECOND, 2, over=0.5)
    source = sound(tmp_path / "a.wav", data)
    mix = plan_mix([cue(source, 0, 3 * SECOND)], 3 * SECOND)
    out = tmp_path / "out.m4a"
    result = render_sound(mix, AAC, target, out, work=Workshop(tmp_path), into=Destination(edit_list=False))
    assert b"elst" not in out.read_bytes()
    heard = read(out)
    assert (result.priming_samples, len(heard)) == (0, 3 * SECOND)
    for second in (1, 2):
        assert abs(loudest(heard, second * SECOND) - second * SECOND) <= 2


def test_priming_that_cannot_be_dropped_is_refused(tmp_path: Path) -> None:
    spec = SoundSpec("libopus", (), 2, 48_000, "none")
    with pytest.raises(PresetError, match="without an edit list"):
        render_sound(
            plan_mix([], 100),
            spec,
            UNTOUCHED,
            tmp_path / "out",
            work=Workshop(tmp_path),
            into=Destination(edit_list=False),
        )


def test_a_film_of_no_length_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="without a frame"):
        render_sound(plan_mix([], 0), WAV, UNTOUCHED, tmp_path / "out", work=Workshop(tmp_path))


def test_a_source_that_is_gone_is_named(tmp_path: Path, noise: tuple[Sound, Samples]) -> None:
    noise[0].path.unlink()
    with pytest.raises(MediaMissing, match=r"noise\.wav.*no longer there"):
        render_sound(
            plan_mix([cue(noise[0], 0, ODD)], ODD), AAC, UNTOUCHED, tmp_path / "out", work=Workshop(tmp_path)
        )


def damaged(folder: Path, suffix: str) -> Path:
    path = write(
        folder / f"broken.{suffix}", tone(4 * SECOND), codec={"mp3": "libmp3lame"}.get(suffix, suffix)
    )
    data = bytearray(path.read_bytes())
    for at in range(len(data) // 2, len(data) // 2 + 3000):
        data[at] ^= 0x5A
    path.write_bytes(data)
    return path


def test_a_source_that_does_not_decode_is_named_and_nothing_is_published(tmp_path: Path) -> None:
    source = described(damaged(tmp_path, "flac"), 4 * SECOND, demuxer="flac")
    out = tmp_path / "out.m4a"
    out.write_bytes(b"the film before")
    with pytest.raises(MediaBroken, match=r"broken\.flac.*damaged"):
        render_sound(
            plan_mix([cue(source, 0, SECOND * 4)], SECOND * 4), AAC, UNTOUCHED, out, work=Workshop(tmp_path)
        )
    assert out.read_bytes() == b"the film before"
    assert not list(tmp_path.glob(".out*"))


def test_damaged_frames_of_an_mp3_are_said(tmp_path: Path) -> None:
    source = described(damaged(tmp_path, "mp3"), 4 * SECOND, demuxer="mp3")
    mix = plan_mix([cue(source, 0, SECOND * 4)], SECOND * 4)
    result: SoundResult = render_sound(mix, AAC, UNTOUCHED, tmp_path / "out", work=Workshop(tmp_path))
    assert any("broken.mp3" in note for note in result.notes)


def test_a_lost_frame_becomes_silence_and_moves_nothing(tmp_path: Path) -> None:
    heard_clicks = [SECOND * 4 - 4800]
    path = write(
        tmp_path / "gap.mka",
        clicks(heard_clicks, 4 * SECOND, 2),
        codec="flac",
        options=("-frame_size", "2048"),
    )
    holed = tmp_path / "holed.mka"
    run(["-i", file_url(path), "-c", "copy", "-bsf:a", "noise=drop=between(n\\,20\\,21)", file_url(holed)])
    source = described(holed, 4 * SECOND, demuxer="matroska")
    heard = mixed(tmp_path, [cue(source, 0, 4 * SECOND)], 4 * SECOND)
    assert abs(loudest(heard, heard_clicks[0], reach=4800) - heard_clicks[0]) <= 48


def test_a_cancelled_mix_leaves_nothing(tmp_path: Path, noise: tuple[Sound, Samples]) -> None:
    cancel = threading.Event()
    cancel.set()
    before = sorted(tmp_path.iterdir())
    with pytest.raises(Interrupted):
        render_sound(
            plan_mix([cue(noise[0], 0, ODD)], ODD),
            AAC,
            UNTOUCHED,
            tmp_path / "out",
            work=Workshop(tmp_path, cancel=cancel),
        )
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spec", "within"), [(WAV, 0), (AAC, 48)], ids=["to the sample in PCM", "to 1 ms in AAC"]
)
def test_clicks_are_on_time_after_ten_minutes(tmp_path: Path, spec: SoundSpec, within: int) -> None:
    source = sound(tmp_path / "click.wav", clicks([2400], 4800, 2, over=0.8))
    film = 600 * SECOND
    starts = range(10 * SECOND, film, 10 * SECOND)
    heard = mixed(tmp_path, [cue(source, start - 2400, 4800) for start in starts], film, spec)
    assert [start for start in starts if abs(loudest(heard, start) - start) > within] == []

"""A mix kept in stretches: the same bits as one made in one go, and only what changed is mixed again."""

from __future__ import annotations

import threading
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from stitcher.errors import Interrupted
from stitcher.media.probe import probe_sound
from stitcher.sound import passages
from stitcher.sound.kept_levels import measure_mix, measure_stretches
from stitcher.sound.kept_mix import KeptMix, keep_mix
from stitcher.sound.meter import loudness_of, metered
from stitcher.sound.mix import plan_mix
from stitcher.sound.passages import STRETCH, mix_stretches
from stitcher.sound.stems import stems_of
from stitcher.sound.store import Workshop
from stitcher.storyboard.choices import ROLES, FadeCurve
from stitcher.timeline.model import Cue, GainKey, Sidechain
from tests.factories import make_sound
from tests.sound.material import Samples, cue, sound, tone, write

SECOND = 48_000
FILM = 6 * SECOND
CURVES: tuple[FadeCurve, ...] = ("linear", "equal-power", "s-curve", "logarithmic", "exponential")


def noise(length: int, channels: int, seed: int) -> Samples:
    return np.random.default_rng(seed).uniform(-0.3, 0.3, (length, channels)).astype(np.float32)


def heard(mix: KeptMix) -> Samples:
    """All of it, whatever a stretch is now."""
    files = [np.fromfile(path, np.float32) for path in mix.files]
    return np.concatenate(files).reshape(-1, mix.channels)


def kept(folder: Path, cues: list[Cue], stretch: int, *, channels: int = 2, film: int = FILM) -> Samples:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passages, "STRETCH", stretch)
        folder.mkdir(exist_ok=True)
        return heard(keep_mix(plan_mix(cues, film), channels, Workshop(folder)))


def placed_at_random(sounds: list[Cue], seed: int) -> list[Cue]:
    """Each sound somewhere, with some of all that can be done to a cue."""
    rng = np.random.default_rng(seed)
    cues = []
    for one in sounds:
        start, length = int(rng.integers(0, FILM - 2000)), int(rng.integers(1000, FILM))
        fade_in, fade_out = (int(rng.integers(0, length // 2)) for _ in range(2))
        keys = np.sort(rng.choice(FILM, int(rng.integers(1, 6)), replace=False))
        cues.append(
            replace(
                one,
                role=str(rng.choice(ROLES)),  # type: ignore[arg-type]  # one of them
                start_sample=start,
                length_samples=length,
                in_offset_samples=int(rng.integers(0, 9000)),
                loop=one.loop or bool(rng.integers(2)),
                gain_db=float(rng.uniform(-20, 3)),
                pan=float(rng.choice([0, 0, rng.uniform(-1, 1)])),
                fade_in_samples=fade_in,
                fade_out_samples=fade_out,
                fade_in_curve=CURVES[int(rng.integers(5))],
                fade_out_curve=CURVES[int(rng.integers(5))],
                gain_keys=tuple(GainKey(int(at), float(rng.uniform(-12, 0))) for at in keys),
            )
        )
    return cues


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("channels", [1, 2])
def test_stretches_have_the_bits_of_one_go(tmp_path: Path, seed: int, channels: int) -> None:
    sources = [cue(sound(tmp_path / f"{n}.wav", noise(50_000 * n, 1 + n % 2, n)), 0, 1) for n in (1, 2, 3)]
    cues = placed_at_random(sources * 3, seed)
    whole = kept(tmp_path / "whole", cues, FILM, channels=channels)
    assert np.abs(whole).max() > 0.01
    assert np.array_equal(whole, kept(tmp_path / "parts", cues, 33_601, channels=channels))


@pytest.mark.slow
def test_sources_that_ffmpeg_prepares_have_the_bits_of_one_go_too(tmp_path: Path) -> None:
    data = np.asarray(noise(2 * SECOND, 2, 3) / 2 + tone(2 * SECOND), np.float32)
    surround = np.repeat(data[:, :1], 6, axis=1)
    kinds = [
        ("a.wav", data, 44_100, "pcm_s16le"),
        ("b.m4a", data, 48_000, "aac"),
        ("c.mp3", data[:, :1], 44_100, "libmp3lame"),
        ("d.flac", surround, 96_000, "flac"),
        ("e.opus", data, 48_000, "libopus"),
    ]
    first, *others = [
        cue(probe_sound(write(tmp_path / name, samples, rate=rate, codec=codec)), 0, 1)
        for name, samples, rate, codec in kinds
    ]
    changed = [
        replace(first, tempo=Fraction(5, 4)),
        replace(others[0], stretch=Fraction(21, 20)),
        replace(others[1], loop=True, loop_crossfade_samples=900),
        replace(others[3], loop=True, loop_end_samples=30_000),
    ]
    cues = placed_at_random([first, *others, *changed], 4)
    cues.append(
        replace(others[2], length_samples=SECOND, reflected_head_samples=9000, reflected_tail_samples=7000)
    )
    rule = Sidechain((cues[0], cues[3]), -30.0, 960, 9600)
    cues.append(replace(cues[1], in_offset_samples=5, sidechain=rule))
    whole = kept(tmp_path / "whole", cues, FILM)
    assert np.array_equal(whole, kept(tmp_path / "parts", cues, 33_601))


def test_stems_add_up_to_the_mix_bit_for_bit(tmp_path: Path) -> None:
    cues = placed_at_random([cue(sound(tmp_path / "a.wav", noise(SECOND, 2, 1)), 0, 1)] * 12, 1)
    workshop = Workshop(tmp_path)
    stems = [heard(keep_mix(stem.mix, 2, workshop)) for stem in stems_of(cues, FILM)]
    assert len(stems) > 2
    (tmp_path / "a.wav").unlink()
    # The source is gone: the mix is made of the stems that are kept.
    mix = keep_mix(plan_mix(cues, FILM), 2, workshop)
    total = stems[0]
    for stem in stems[1:]:
        total = total + stem
    assert np.array_equal(heard(mix), total)


HOUR = 360 * STRETCH


def hour(**changes: object) -> list[Cue]:
    """A ducked bed over an hour and a line of 12 s a minute; `changes` are of the line in minute 30."""
    bed = Cue("bed", "music", make_sound(path=Path("/bed.wav"), duration=4000), 0, HOUR)
    lines = [
        Cue(
            f"line {minute}",
            "dialogue",
            make_sound(path=Path(f"/{minute}.wav"), duration=20),
            start,
            12 * SECOND,
        )
        for minute in range(60)
        for start in [minute * 60 * SECOND + 5 * SECOND]
    ]
    lines[30] = replace(lines[30], **changes)  # type: ignore[arg-type]  # passed through
    keys: list[GainKey] = []
    for line in sorted(lines, key=lambda line: line.start_sample):
        down, up = line.start_sample, line.stop_sample
        keys += [GainKey(down - 9600, 0.0), GainKey(down, -10.0), GainKey(up, -10.0), GainKey(up + 9600, 0.0)]
    return [replace(bed, gain_keys=tuple(keys)), *lines]


def changed_stretches(before: list[Cue], after: list[Cue]) -> list[int]:
    one, other = (
        [part.key("9") for part in mix_stretches(plan_mix(cues, HOUR), 2)] for cues in (before, after)
    )
    return [index for index, (old, new) in enumerate(zip(one, other, strict=True)) if old != new]


OLD = 30 * 60 * SECOND + 5 * SECOND


@pytest.mark.parametrize(
    ("changes", "touched"),
    [
        pytest.param(
            {"start_sample": OLD + 30 * SECOND}, [180, 181, 183, 184], id="moved, and its duck with it"
        ),
        pytest.param({"gain_db": -3.0}, [180, 181], id="turned down"),
        pytest.param({"fade_out_samples": SECOND}, [181], id="another fade"),
        pytest.param({"length_samples": 11 * SECOND}, [181], id="cut shorter"),
        pytest.param({"name": "renamed"}, [], id="renamed"),
    ],
)
def test_a_change_touches_only_the_stretches_where_it_is_heard(
    changes: dict[str, object], touched: list[int]
) -> None:
    assert changed_stretches(hour(), hour(**changes)) == touched


def test_a_longer_film_mixes_only_what_is_longer() -> None:
    bed = [replace(hour()[0], gain_keys=())]
    short, long = (
        mix_stretches(plan_mix([replace(bed[0], length_samples=length)], length), 2)
        for length in (20 * STRETCH, 21 * STRETCH + 7)
    )
    assert [part.key("9") for part in short] == [part.key("9") for part in long[:20]]


def test_stretches_that_sound_alike_are_one_file(tmp_path: Path) -> None:
    source = sound(tmp_path / "a.wav", tone(SECOND))
    cues = [cue(source, second * 10 * SECOND, SECOND) for second in range(3)]
    mix = keep_mix(plan_mix(cues, 30 * SECOND), 2, Workshop(tmp_path))
    assert len(mix.files) == 3
    assert len({*mix.files}) == 1


def test_a_stopped_mix_leaves_nothing(tmp_path: Path) -> None:
    cues = [cue(sound(tmp_path / "a.wav", tone(SECOND)), 0, SECOND)]
    stop = threading.Event()
    stop.set()
    before = sorted(tmp_path.iterdir())
    with pytest.raises(Interrupted):
        keep_mix(plan_mix(cues, SECOND), 2, Workshop(tmp_path, cancel=stop))
    assert sorted(tmp_path.iterdir()) == before


def test_a_mix_measured_in_stretches_is_as_loud_as_measured_in_one_go(tmp_path: Path) -> None:
    data = noise(25 * SECOND, 2, 8) * np.linspace(0.1, 1, 25 * SECOND, dtype=np.float32)[:, None]
    workshop = Workshop(tmp_path)
    mix = keep_mix(plan_mix([cue(sound(tmp_path / "a.wav", data), 0, len(data))], len(data)), 2, workshop)
    whole = loudness_of(list(metered([data])))
    found = measure_mix(mix, workshop)
    assert found.integrated_lufs == pytest.approx(whole.integrated_lufs, abs=1e-4)
    assert found.true_peak_dbtp == pytest.approx(whole.true_peak_dbtp, abs=1e-4)
    assert found.range_lu == pytest.approx(whole.range_lu, abs=1e-3)
    assert len(measure_stretches(mix, workshop)) == 3

"""An AAC encode made in two halves sounds as one made in one go, at the join too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stitcher.delivery.spec import UNTOUCHED, LoudnessTarget, SoundSpec
from stitcher.media.container import open_media
from stitcher.sound import mixdown, split_encode
from stitcher.sound.mix import plan_mix
from stitcher.sound.mix_file import MP4, Destination
from stitcher.sound.mixdown import render_sound
from stitcher.sound.result import SoundResult
from stitcher.sound.split_encode import halves_of, window_of
from stitcher.sound.store import Workshop
from stitcher.sound.verify import count_samples
from tests.sound.material import AAC, Samples, clicks, cue, read, sound, tone

LENGTH = 2_000_007
SHARES = halves_of(LENGTH)
assert SHARES is not None
JOIN = SHARES.first[1] - 16 * 1024
MONO = SoundSpec("aac", ("-b:a", "96k"), 1, 48_000, "none")
LOUD = LoudnessTarget("web", integrated_lufs=-14.0, tolerance_lu=0.5, true_peak_dbtp=-1.0)


def _music(channels: int = 2) -> Samples:
    """Noise that swells, a tone, and bursts that make the encoder switch its windows, more of them at the join."""
    rng = np.random.default_rng(3)
    swell = 0.05 + 0.05 * np.sin(np.arange(LENGTH) / 30_000)[:, None]
    bursts = [*range(20_000, LENGTH - 5000, 37_777), *range(JOIN - 60_000, JOIN + 40_000, 7001)]
    made = swell * rng.normal(0, 0.5, (LENGTH, channels)) + tone(LENGTH, channels=channels, level=0.2)
    return (made + 0.6 * clicks(bursts, LENGTH, channels)).astype(np.float32)


def _both(
    folder: Path, data: Samples, spec: SoundSpec, target: LoudnessTarget = UNTOUCHED, into: Destination = MP4
) -> tuple[tuple[SoundResult, Samples], tuple[SoundResult, Samples]]:
    source = sound(folder / "music.wav", data)
    made = []
    for name in ("whole", "halves"):
        out = folder / f"{name}.m4a"
        mix = plan_mix([cue(source, 0, len(data))], len(data))
        with pytest.MonkeyPatch.context() as patch:
            if name == "whole":
                patch.setattr(mixdown, "halves_of", lambda samples: None)
            result = render_sound(mix, spec, target, out, work=Workshop(folder), into=into)
        made.append((result, read(out, channels=spec.channels)))
    return made[0], made[1]


def _far(one: Samples, other: Samples, block: int = 1024) -> np.ndarray:
    """Power of the difference, block by block."""
    apart = (one - other)[: len(one) // block * block]
    return np.asarray((apart.reshape(-1, block, apart.shape[1]) ** 2).mean(axis=(1, 2)))


@pytest.mark.parametrize("spec", [pytest.param(AAC, marks=pytest.mark.slow), MONO], ids=["stereo", "mono"])
def test_the_join_is_no_further_from_the_source_than_the_rest(tmp_path: Path, spec: SoundSpec) -> None:
    data = _music(spec.channels)
    (_, whole), (_, joined) = _both(tmp_path, data, spec)
    assert len(whole) == len(joined) == LENGTH
    alone, together = _far(data, whole), _far(data, joined)
    around = slice(JOIN // 1024 - 40, JOIN // 1024 + 60)
    assert not np.array_equal(whole, joined)
    assert together[around].max() <= 1.25 * alone[around].max()
    assert together[around].mean() <= 1.1 * alone[around].mean()
    assert together[around.stop :].mean() <= 1.1 * alone[around.stop :].mean()


@pytest.mark.slow
def test_what_is_reported_is_the_same(tmp_path: Path) -> None:
    (whole, _), (joined, _) = _both(tmp_path, 1.5 * _music(), AAC)
    assert (joined.samples, joined.priming_samples, joined.notes) == (
        whole.samples,
        whole.priming_samples,
        whole.notes,
    )
    assert joined.sample_peak_dbfs == whole.sample_peak_dbfs


@pytest.mark.slow
def test_halves_reach_a_loudness_and_go_without_an_edit_list(tmp_path: Path) -> None:
    (whole, one), (joined, other) = _both(tmp_path, _music(), AAC, LOUD, into=Destination(edit_list=False))
    assert joined.after is not None
    assert joined.after.integrated_lufs == pytest.approx(-14, abs=0.5)
    assert len(one) == len(other)
    assert joined.samples == whole.samples
    assert count_samples(tmp_path / "halves.m4a", "mov", 48_000) == count_samples(
        tmp_path / "whole.m4a", "mov", 48_000
    )


@pytest.mark.slow
def test_halves_that_do_not_fit_are_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(split_encode, "window_of", lambda packet: None)
    (_, whole), (_, joined) = _both(tmp_path, _music(), AAC)
    assert np.array_equal(whole, joined)


@pytest.mark.slow
def test_a_short_sound_is_encoded_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mixdown, "join_halves", lambda *_, **__: pytest.fail("joined"))
    assert halves_of(48_000 * 20) is None
    _both(tmp_path, _music()[: 48_000 * 20], AAC)


def test_the_kind_of_window_is_read_from_the_packet(tmp_path: Path) -> None:
    # Bursts out of silence make short windows (sequence 2); a steady tone keeps long ones (0).
    source = sound(tmp_path / "steady.wav", tone(200_000))
    steady = tmp_path / "steady.m4a"
    render_sound(
        plan_mix([cue(source, 0, 200_000)], 200_000), AAC, UNTOUCHED, steady, work=Workshop(tmp_path)
    )
    source = sound(tmp_path / "bursts.wav", clicks(list(range(20_000, 180_000, 9000)), 200_000, 2))
    bursts = tmp_path / "bursts.m4a"
    render_sound(
        plan_mix([cue(source, 0, 200_000)], 200_000), AAC, UNTOUCHED, bursts, work=Workshop(tmp_path)
    )

    def sequences(path: Path) -> list[int]:
        with open_media(path, "mov") as container:
            kinds = [window_of(packet) for packet in container.demux(audio=0) if packet.size]
        return [kind >> 1 for kind in kinds[20:-20] if kind is not None]

    assert set(sequences(steady)) == {0}
    assert 2 in sequences(bursts)

"""An AAC encode made in stretches sounds as one made in one go, and is made again only where it changed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stitcher.delivery.spec import UNTOUCHED, LoudnessTarget, SoundSpec
from stitcher.media.container import open_media
from stitcher.rendering.cache import Cache
from stitcher.sound import encode, packet_joins
from stitcher.sound.mix import plan_mix
from stitcher.sound.mix_file import MP4, Destination
from stitcher.sound.mixdown import render_sound
from stitcher.sound.packet_joins import (
    GRID_PACKETS,
    LONG_FILM_PACKETS,
    LONG_GRID_PACKETS,
    PACKET_SAMPLES,
    EncodedRun,
    EncoderRun,
    cuts_of,
    join_of,
    runs_between,
    window_of,
)
from stitcher.sound.result import SoundResult
from stitcher.sound.store import Workshop
from stitcher.sound.verify import count_samples
from tests.sound.material import AAC, Samples, clicks, cue, read, sound, tone

LENGTH = 2_000_007
CUT = GRID_PACKETS
MONO = SoundSpec("aac", ("-b:a", "96k"), 1, 48_000, "none")
LOUD = LoudnessTarget("web", integrated_lufs=-14.0, tolerance_lu=0.5, true_peak_dbtp=-1.0)


def _music(channels: int = 2, length: int = LENGTH) -> Samples:
    """Noise that swells, a tone, and bursts that make the encoder switch its windows, more of them at the join."""
    rng = np.random.default_rng(3)
    swell = 0.05 + 0.05 * np.sin(np.arange(length) / 30_000)[:, None]
    near = CUT * PACKET_SAMPLES
    bursts = {*range(20_000, length - 5000, 37_777), *range(near - 60_000, near + 40_000, 7001)}
    made = swell * rng.normal(0, 0.5, (length, channels)) + tone(length, channels=channels, level=0.2)
    inside = sorted(burst for burst in bursts if burst < length - 5000)
    return (made + 0.6 * clicks(inside, length, channels)).astype(np.float32)


def _encoded(
    folder: Path,
    data: Samples,
    spec: SoundSpec = AAC,
    *,
    target: LoudnessTarget = UNTOUCHED,
    into: Destination = MP4,
    cache: Cache | None = None,
) -> SoundResult:
    folder.mkdir(exist_ok=True)
    source = sound(folder / "music.wav", data)
    mix = plan_mix([cue(source, 0, len(data))], len(data))
    return render_sound(mix, spec, target, folder / "mix.m4a", work=Workshop(folder, cache), into=into)


def _both(
    folder: Path, data: Samples, spec: SoundSpec, target: LoudnessTarget = UNTOUCHED, into: Destination = MP4
) -> tuple[tuple[SoundResult, Samples], tuple[SoundResult, Samples]]:
    """In one go, and in stretches."""
    made = []
    for name in ("whole", "joined"):
        with pytest.MonkeyPatch.context() as patch:
            if name == "whole":
                patch.setattr(encode, "cuts_of", lambda samples: ())
            result = _encoded(folder / name, data, spec, target=target, into=into)
        made.append((result, read(folder / name / "mix.m4a", channels=spec.channels)))
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
    around = slice(CUT - 40, CUT + 60)
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
def test_stretches_reach_a_loudness_and_go_without_an_edit_list(tmp_path: Path) -> None:
    (whole, one), (joined, other) = _both(tmp_path, _music(), AAC, LOUD, into=Destination(edit_list=False))
    assert joined.after is not None
    assert joined.after.integrated_lufs == pytest.approx(-14, abs=0.5)
    assert len(one) == len(other)
    assert joined.samples == whole.samples
    counted = [count_samples(tmp_path / name / "mix.m4a", "mov", 48_000) for name in ("whole", "joined")]
    assert counted[0] == counted[1]


@pytest.mark.slow
def test_stretches_that_do_not_fit_are_encoded_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packet_joins, "window_of", lambda packet: None)
    (_, whole), (_, joined) = _both(tmp_path, _music(), AAC)
    assert np.array_equal(whole, joined)


@pytest.mark.slow
@pytest.mark.parametrize("target", [UNTOUCHED, LOUD], ids=["untouched", "limited"])
def test_a_change_has_only_its_stretch_encoded_again_to_the_bytes_of_one_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: LoudnessTarget
) -> None:
    music = sound(tmp_path / "music.wav", np.tile(_music(1, 1_500_000), (2, 1)))
    line = sound(tmp_path / "line.wav", tone(48_000, channels=1))
    spans: list[tuple[int, int] | None] = []
    encoding = encode.MixEncoder._encode_span

    def counted(
        self: encode.MixEncoder, level: encode.LevelledMix, out: Path, span: tuple[int, int] | None
    ) -> None:
        spans.append(span)
        encoding(self, level, out, span)

    def made(at: int, cache: Cache | None) -> bytes:
        mix = plan_mix([cue(music, 0, 3_000_000), cue(line, at, 48_000)], 3_000_000)
        out = tmp_path / "mix.m4a"
        render_sound(mix, MONO, target, out, work=Workshop(tmp_path, cache))
        return out.read_bytes()

    kept = Cache(tmp_path / "kept")
    made(2_600_000, kept)
    monkeypatch.setattr(encode.MixEncoder, "_encode_span", counted)
    again = made(2_700_000, kept)
    assert [span[0] // PACKET_SAMPLES for span in spans if span] == [1680]
    assert made(2_700_000, None) == again


@pytest.mark.parametrize(
    ("packets", "cuts"),
    [
        (GRID_PACKETS, ()),
        (GRID_PACKETS * 3 // 2 - 1, ()),
        (GRID_PACKETS * 3 // 2, (GRID_PACKETS,)),
        (GRID_PACKETS * 3, (GRID_PACKETS, 2 * GRID_PACKETS)),
        (
            LONG_FILM_PACKETS + GRID_PACKETS,
            tuple(range(LONG_GRID_PACKETS, LONG_FILM_PACKETS, LONG_GRID_PACKETS)),
        ),
    ],
)
def test_cuts_stand_on_a_grid_and_leave_no_short_rest(packets: int, cuts: tuple[int, ...]) -> None:
    assert cuts_of(packets * PACKET_SAMPLES + 1000) == cuts


def test_a_film_that_grows_leaves_the_runs_before_its_last_as_they_are() -> None:
    short, long = 4_000_000, 4_100_000
    one, other = (runs_between(cuts_of(samples), samples) for samples in (short, long))
    assert len(one) == len(other) == 4
    assert [run.span(short) for run in one[:-1]] == [run.span(long) for run in other[:-1]]


@pytest.mark.parametrize(
    ("tail", "head", "at"),
    [
        ((1, 1, 1), (1, 1, 1), 961),
        ((1, 1, 1), (None, 1, 1), 962),
        ((1, 2, 4, 6), (0, 2, 4, 6), 962),
        ((1, 2, 1, 2), (1, 1, 1, 1), None),
        ((None, None), (None, None), None),
        ((), (), None),
    ],
)
def test_a_join_is_where_two_windows_in_a_row_are_alike(
    tail: tuple[int | None, ...], head: tuple[int | None, ...], at: int | None
) -> None:
    first = EncodedRun(EncoderRun(0, 960, last=False), Path("first"), (), tail)
    assert join_of(first, EncodedRun(EncoderRun(960, 1920, last=True), Path("second"), head, ())) == at


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

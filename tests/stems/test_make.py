"""A film's sound as files: what they add up to, how long they are, what they say, and when they are made again."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from stitcher.errors import DiskFull, InputError, Interrupted, OutputError, PlanError, PresetError
from stitcher.media.ffmpeg import file_url
from stitcher.media.ffmpeg_process import run
from stitcher.media.wav import WavData
from stitcher.rendering.options import RenderOptions
from stitcher.rendering.progress import Step
from stitcher.sound import kept_mix, mixing
from stitcher.sound.passages import Part, Passage, SourcePart, Stretch
from stitcher.stems.make import MixOrder, make_mix
from stitcher.timeline.model import GainKey
from tests.sound.material import Samples, read, sound, tone
from tests.stems.films import SECOND, four_roles, noise, placed, planned


@pytest.fixture
def options(tmp_path: Path) -> RenderOptions:
    return RenderOptions(cache=tmp_path / "cache")


def _decibels(value: float) -> float:
    return -999.0 if value == 0 else 20 * float(np.log10(value))


def test_the_stems_add_up_to_the_mix_before_its_gain(tmp_path: Path, options: RenderOptions) -> None:
    cues = four_roles(tmp_path)
    # Ducked, so that a stem has what it has in the film and not what its file has.
    cues[1] = replace(cues[1], gain_keys=(GainKey(40_000, 0.0), GainKey(48_000, -10.0)))
    plan = planned(cues)
    result = make_mix(plan, MixOrder(tmp_path / "mix.wav", tmp_path), options)
    assert [path.name for path in result.stems] == [
        "dialogue.wav", "music.wav", "effects.wav", "ambience.wav", "me.wav",
    ]  # fmt: skip
    heard = {path.stem: read(path).astype(np.float64) for path in result.stems}
    mix = read(tmp_path / "mix.wav")
    assert {len(one) for one in heard.values()} == {4 * SECOND} == {len(mix)}
    me = heard.pop("me")
    assert _decibels(float(np.abs(sum(heard.values()) - mix).max())) < -90
    assert _decibels(float(np.abs(heard["music"] + heard["effects"] + heard["ambience"] - me).max())) < -90
    assert result.report.gain_db == 0


@pytest.mark.slow
def test_the_mix_is_brought_to_the_loudness_and_the_stems_are_not(
    tmp_path: Path, options: RenderOptions
) -> None:
    quiet = make_mix(planned(four_roles(tmp_path)), MixOrder(stems=tmp_path), options)
    loud = make_mix(
        planned(four_roles(tmp_path), loudness="web"), MixOrder(tmp_path / "m.wav", tmp_path), options
    )
    assert loud.report.after is not None
    assert loud.report.after.integrated_lufs == pytest.approx(-14, abs=0.5)
    assert loud.report.before == quiet.report.before
    assert [stem.levels for stem in loud.report.stems] == [stem.levels for stem in quiet.report.stems]
    assert quiet.report.after is None


@pytest.mark.parametrize(
    ("rate", "reference"),
    [
        (Fraction(24_000, 1001), 172_972_800),
        (Fraction(24), 172_800_000),
        (Fraction(30_000, 1001), 172_972_800),
    ],
)
@pytest.mark.slow
def test_the_time_reference_is_the_film_s_start_in_samples(
    tmp_path: Path, options: RenderOptions, rate: Fraction, reference: int
) -> None:
    plan = planned(four_roles(tmp_path)[:2], rate=rate)
    make_mix(plan, MixOrder(stems=tmp_path, only=("music",)), options)
    run(["-i", file_url(tmp_path / "music.wav"), "-f", "ffmetadata", file_url(tmp_path / "said")])
    assert f"time_reference={reference}\n" in (tmp_path / "said").read_text()
    assert len(read(tmp_path / "music.wav")) == plan.timeline.samples


@pytest.mark.slow
def test_flac_has_the_same_samples_and_the_same_time(tmp_path: Path, options: RenderOptions) -> None:
    plan = planned(four_roles(tmp_path))
    for kind in ("wav", "flac"):
        make_mix(plan, MixOrder(tmp_path / f"mix.{kind}", tmp_path, format=kind), options)
    for name in ("mix", "music", "me"):
        assert np.array_equal(read(tmp_path / f"{name}.wav"), read(tmp_path / f"{name}.flac"))
    run(["-i", file_url(tmp_path / "music.flac"), "-f", "ffmetadata", file_url(tmp_path / "said")])
    assert "time_reference=172800000" in (tmp_path / "said").read_text().lower()


@pytest.mark.slow
def test_a_changed_cue_mixes_its_own_stem_again_and_no_other(
    tmp_path: Path, options: RenderOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    cues = four_roles(tmp_path)
    make_mix(planned(cues), MixOrder(stems=tmp_path), options)
    mixed: list[str] = []
    real = mixing.stem_of

    def noted(stretch: Stretch, stem: tuple[Passage, ...], parts: Mapping[Part, WavData]) -> Samples:
        mixed.extend(part.sound.path.stem for part in parts if isinstance(part, SourcePart))
        return real(stretch, stem, parts)

    monkeypatch.setattr(kept_mix, "stem_of", noted)
    cues[1] = replace(cues[1], gain_db=-8.0)
    make_mix(planned(cues), MixOrder(stems=tmp_path), options)
    assert mixed == ["score"]


@pytest.mark.slow
def test_the_same_sound_makes_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        make_mix(
            planned(four_roles(tmp_path)),
            MixOrder(tmp_path / name / "mix.wav", tmp_path / name),
            RenderOptions(cache=tmp_path / name),
        )
        made.append([path.read_bytes() for path in sorted((tmp_path / name).glob("*.wav"))])
    assert made[0] == made[1]


@pytest.mark.slow
def test_stems_too_high_for_24_bits_are_lowered_alike(tmp_path: Path, options: RenderOptions) -> None:
    loud = sound(tmp_path / "loud.wav", tone(2 * SECOND, level=1.5))
    soft = sound(tmp_path / "soft.wav", tone(2 * SECOND, level=0.1, hertz=300))
    plan = planned([placed(loud, "music", 0, 2), placed(soft, "effects", 0, 2)], seconds=(2,))
    result = make_mix(plan, MixOrder(stems=tmp_path), options)
    factors = [
        np.abs(read(tmp_path / f"{name}.wav")).max() / level
        for name, level in (("music", 1.5), ("effects", 0.1))
    ]
    assert factors[0] == pytest.approx(factors[1], rel=1e-4)
    assert _decibels(factors[0]) == pytest.approx(-3.62, abs=0.02)
    assert any("all were lowered by 3.6 dB" in note for note in result.notes)


@pytest.mark.slow
def test_one_role_alone_is_as_loud_as_in_the_film(tmp_path: Path, options: RenderOptions) -> None:
    plan = planned(four_roles(tmp_path), loudness="web")
    make_mix(plan, MixOrder(tmp_path / "only.wav", only=("music",)), options)
    make_mix(plan, MixOrder(stems=tmp_path), options)
    # ffmpeg rounds the last of 24 bits down.
    assert np.abs(read(tmp_path / "only.wav") - read(tmp_path / "music.wav")).max() <= 2**-23


@pytest.mark.slow
def test_m_and_e_alone_writes_one_file(tmp_path: Path, options: RenderOptions) -> None:
    result = make_mix(planned(four_roles(tmp_path)), MixOrder(stems=tmp_path, only=("me",)), options)
    assert [path.name for path in result.stems] == ["me.wav"]


@pytest.mark.slow
def test_a_mono_film_has_mono_stems(tmp_path: Path, options: RenderOptions) -> None:
    result = make_mix(planned(four_roles(tmp_path), channels=1), MixOrder(stems=tmp_path), options)
    heard = read(result.stems[0], channels=1)
    assert len(heard) == 4 * SECOND


@pytest.mark.slow
def test_what_was_found_laying_the_film_out_is_told_with_its_mix(
    tmp_path: Path, options: RenderOptions
) -> None:
    plan = planned(four_roles(tmp_path))
    plan = replace(plan, timeline=replace(plan.timeline, notes=("Of all sounds only 'a' is heard: 'solo'.",)))
    assert make_mix(plan, MixOrder(), options).notes == plan.timeline.notes


def test_every_stem_is_told_as_it_is_done(tmp_path: Path, options: RenderOptions) -> None:
    steps: list[Step] = []
    make_mix(planned(four_roles(tmp_path)), MixOrder(stems=tmp_path), replace(options, progress=steps.append))
    assert [step.done for step in steps] == [0, 1, 2, 3, 4, 5, 6]
    assert {step.total for step in steps} == {6}


def test_stopped_it_leaves_no_file(tmp_path: Path) -> None:
    cancel = threading.Event()

    def stop(step: Step) -> None:
        if step.done == 1:
            cancel.set()

    options = RenderOptions(cache=tmp_path / "cache", cancel=cancel, progress=stop)
    with pytest.raises(Interrupted):
        make_mix(planned(four_roles(tmp_path)), MixOrder(tmp_path / "mix.wav", tmp_path), options)
    assert not (tmp_path / "mix.wav").exists()
    assert list(tmp_path.glob(".*")) == []


def test_a_disk_that_fills_up_keeps_what_was_there(
    tmp_path: Path, options: RenderOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "music.wav").write_bytes(b"older")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull):
        make_mix(planned(four_roles(tmp_path)), MixOrder(stems=tmp_path, only=("music",)), options)
    assert (tmp_path / "music.wav").read_bytes() == b"older"
    assert list(tmp_path.glob(".*")) == []


def test_a_disk_with_too_little_room_is_said_before_anything_is_mixed(
    tmp_path: Path, options: RenderOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stitcher.stems.files.free_bytes", lambda folder: 1_000_000)
    monkeypatch.setattr("stitcher.stems.make.keep_mix", None)
    with pytest.raises(DiskFull, match="has 1 MB free and the sound needs 7 MB"):
        make_mix(planned(four_roles(tmp_path)), MixOrder(stems=tmp_path), options)


@pytest.mark.parametrize(
    ("order", "error", "message"),
    [
        (MixOrder(mix=Path("mix.mp3")), OutputError, "name it 'mix.wav'"),
        (MixOrder(mix=Path("mix.wav"), format="flac"), OutputError, "name it 'mix.flac'"),
        (MixOrder(format="aiff"), InputError, "wav or flac, and not as 'aiff'"),
        (MixOrder(mix=Path("gone/mix.wav")), OutputError, "does not exist"),
        (MixOrder(only=("musik",)), InputError, "did you mean 'music'"),
        (MixOrder(mix=Path("music.wav"), stems=Path()), InputError, "Two sounds would both be"),
    ],
    ids=lambda value: "",
)
def test_what_cannot_be_is_said_before_anything_is_mixed(
    tmp_path: Path,
    options: RenderOptions,
    monkeypatch: pytest.MonkeyPatch,
    order: MixOrder,
    error: type[Exception],
    message: str,
) -> None:
    cues = four_roles(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("stitcher.stems.make.keep_mix", None)
    with pytest.raises(error, match=message):
        make_mix(planned(cues), order, options)


@pytest.mark.slow
def test_a_source_is_never_overwritten(tmp_path: Path, options: RenderOptions) -> None:
    source = tmp_path / "music.wav"
    plan = planned([placed(sound(source, noise(1)), "music")])
    with pytest.raises(OutputError, match="one of the film's own sources"):
        make_mix(plan, MixOrder(stems=tmp_path), options)


@pytest.mark.slow
def test_a_silent_film_and_a_silent_preset_are_said(tmp_path: Path, options: RenderOptions) -> None:
    with pytest.raises(PlanError, match="The film has no sound"):
        make_mix(planned([]), MixOrder(), options)
    plan = planned(four_roles(tmp_path))
    with pytest.raises(PresetError, match="makes films without sound"):
        make_mix(replace(plan, delivery=replace(plan.delivery, sound=None)), MixOrder(), options)


def _pixels(png: Path) -> NDArray[np.uint8]:
    """Rows, columns and RGB of a plot."""
    assert png.read_bytes()[:4] == b"\x89PNG"
    raw = png.with_suffix(".raw")
    run(["-i", file_url(png), "-f", "rawvideo", "-pix_fmt", "rgb24", file_url(raw)])
    return np.fromfile(raw, np.uint8).reshape(-1, 1920, 3)


@pytest.mark.slow
def test_a_plot_names_each_shot_also_by_one_letter(tmp_path: Path, options: RenderOptions) -> None:
    plan = planned(four_roles(tmp_path))
    items = tuple(replace(item, shot=name) for item, name in zip(plan.timeline.items, "ab", strict=True))
    plan = replace(plan, timeline=replace(plan.timeline, items=items))
    make_mix(plan, MixOrder(plot=tmp_path / "mix.png"), options)
    # The strip of shots, which has 218 pixels before it, in its two halves.
    bright = (_pixels(tmp_path / "mix.png")[84:118, 220:1890] > 200).all(axis=2)
    assert [half.any() for half in np.array_split(bright, 2, axis=1)] == [True, True]


def test_a_plot_shows_each_stem_and_its_duck_at_its_time(tmp_path: Path, options: RenderOptions) -> None:
    cues = [_ for _ in four_roles(tmp_path) if _.role == "music"]
    cues[0] = replace(cues[0], gain_keys=(GainKey(2 * SECOND, 0.0), GainKey(2 * SECOND + 1, -24.0)))
    make_mix(planned(cues), MixOrder(stems=tmp_path, plot=tmp_path / "mix.png"), options)
    duck = (_pixels(tmp_path / "mix.png") == (250, 205, 90)).all(axis=2)
    columns = np.flatnonzero(duck[:, 220:].sum(axis=0) > 50) + 220
    # The curve falls from top to foot half way along its lane, which has 190 + 28 pixels of names before it.
    assert columns.mean() == pytest.approx(218 + (1920 - 246) / 2, abs=3)

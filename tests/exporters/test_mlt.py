"""MLT XML, rendered by melt where it is installed, and compared with the film picture by picture."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

import stitcher
from stitcher.exporters.cut import handover_of
from stitcher.exporters.exporter import Exporter
from stitcher.exporters.kdenlive import KdenliveExporter
from stitcher.exporters.mlt import MltExporter
from stitcher.exporters.shotcut import ShotcutExporter
from stitcher.timeline.model import GainKey, Timeline
from tests.exporters.films import RATES, film_of, films, music
from tests.exporters.mlt_reading import mlt_of, properties, runs, shown_by
from tests.exporters.otio_reading import expected
from tests.footage import Footage, ffmpeg_exe, run_ffmpeg, tone, write_wav
from tests.tools import require

FORMATS = [MltExporter(), ShotcutExporter(), KdenliveExporter()]
EACH = pytest.mark.parametrize("exporter", FORMATS, ids=lambda exporter: exporter.name)


@pytest.mark.parametrize("rate", RATES, ids=str)
@EACH
def test_the_profile_has_size_rate_and_colour(exporter: Exporter, rate: Fraction) -> None:
    profile = mlt_of(film_of(20, rate=rate), exporter).find("profile")
    assert profile is not None
    assert Fraction(int(profile.attrib["frame_rate_num"]), int(profile.attrib["frame_rate_den"])) == rate
    assert [profile.attrib[key] for key in ("width", "height", "colorspace")] == ["1280", "720", "709"]


def test_entries_cover_every_frame_of_the_film_once() -> None:
    film = film_of(30, 30, 30, overlaps=[7, 0])
    playlist = mlt_of(film, MltExporter()).find("playlist[@id='V1']")
    assert [len(run.record) for run in runs(playlist)] == [23, 7, 23, 30]


@settings(max_examples=15, deadline=None)
@given(film=films(most=12))
def test_every_clip_is_where_the_film_has_it(film: Timeline) -> None:
    assert shown_by(mlt_of(film, MltExporter()), "V1") == expected(film)


@EACH
@settings(max_examples=8, deadline=None)
@given(film=films(most=6))
def test_every_producer_is_as_long_as_anything_asks_of_it(exporter: Exporter, film: Timeline) -> None:
    root = mlt_of(film, exporter)
    lengths = {
        one.attrib["id"]: int(properties(one)["length"])
        for one in root.findall("producer")
        if one.attrib["id"] != "black_track"
    }
    parts = [*root.findall("playlist/entry"), *root.findall("tractor/track")]
    asked = [(part.attrib["producer"], int(part.get("out", -1))) for part in parts]
    assert all(last < lengths[producer] for producer, last in asked if producer in lengths)


def test_sound_is_summed_and_its_levels_count_in_the_files_own_frames() -> None:
    film = film_of(96)
    keys = (GainKey(96_000, 0.0), GainKey(106_000, -10.0))
    film = replace(film, cues=(music(film, in_offset_samples=96_000, gain_keys=keys),))
    root = mlt_of(film, MltExporter())
    volume = properties(root.find("producer/filter"))
    levels = dict(key.split("=") for key in volume["level"].split(";"))
    # Two seconds of the file are skipped, and each key stands a frame early: see `_level`.
    assert (float(levels["47"]), float(levels["95"]), float(levels["143"])) == (0, 0, -10)
    mixed = [properties(one) for one in root.findall("tractor[@id='film']/transition")]
    assert [(one["mlt_service"], one["sum"]) for one in mixed] == [("mix", "1")]


def play(project: Path, *consumer: str) -> None:
    """Let melt play it; one run in thirty never ends, and is begun again."""
    command = [require("melt"), str(project), *consumer]
    for patience in (30, 60):
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(command, check=True, capture_output=True, timeout=patience)
            return
    subprocess.run(command, check=True, capture_output=True, timeout=90)


def luma(path: Path) -> np.ndarray:
    raw = subprocess.run(
        [
            ffmpeg_exe(),
            "-v",
            "error",
            "-i",
            path,
            "-map",
            "0:v",
            "-vf",
            "format=yuv420p,extractplanes=y",
            "-f",
            "rawvideo",
            "-",
        ],
        check=True,
        capture_output=True,
        timeout=60,
    ).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, 96, 160).astype(float)


@pytest.fixture(scope="module")
def dissolving(footage: Footage, tmp_path_factory: pytest.TempPathFactory) -> tuple[Timeline, Path]:
    """A film with two dissolves, and what stitcher makes of it."""
    clips = footage.chain(3, first_id=70, frames=25)
    film = stitcher.lay_out(stitcher.assemble(clips, transition="dissolve", duration="7f"))
    out = tmp_path_factory.mktemp("ours") / "ours.mov"
    return film, stitcher.render(film, out, preset="master-prores-4444").paths[0]


@pytest.mark.slow
@EACH
def test_melt_shows_every_picture_of_the_film(
    exporter: Exporter, dissolving: tuple[Timeline, Path], tmp_path: Path
) -> None:
    film, made = dissolving
    project = tmp_path / "timeline.mlt"
    project.write_bytes(exporter.export(handover_of(film)).files[0].content)
    out = tmp_path / "theirs.mkv"
    consumer = ("-consumer", f"avformat:{out}", "vcodec=ffv1", "an=1", "pix_fmt=yuv420p", "real_time=-1")
    play(project, *consumer)
    ours, theirs = luma(made), luma(out)
    assert len(theirs) == len(ours) == film.frames
    noise = ((ours - theirs) ** 2).mean(axis=(1, 2))
    quality = 10 * np.log10(255**2 / np.maximum(noise, 1e-9))
    assert quality.min() >= 50, quality.round(1)


@pytest.mark.slow
def test_melt_shows_the_film_under_a_text(footage: Footage, tmp_path: Path) -> None:
    board = tmp_path / "board.yaml"
    shot = f"{{id: a, clip: {footage.clip(76, frames=12)}, overlays: [{{text: Hi, duration: 12f}}]}}"
    board.write_text(f"stitcher: 1\nshots:\n  - {shot}\n", encoding="utf-8")
    made = stitcher.render(stitcher.load(board), tmp_path / "ours.mov", preset="master-prores-4444").paths[0]
    without = ("stems", "captions", "poster", "reference", "other-size")
    done = stitcher.export(stitcher.load(board), "melt", tmp_path / "out", without=without)
    out = tmp_path / "theirs.mkv"
    consumer = ("-consumer", f"avformat:{out}", "vcodec=ffv1", "an=1", "pix_fmt=yuv420p", "real_time=-1")
    project = done.folder / "timeline.mlt"
    play(project, *consumer)
    noise = ((luma(made) - luma(out)) ** 2).mean(axis=(1, 2))
    # Blended in RGB of 8 bits; without transparency it were 20.
    assert (10 * np.log10(255**2 / np.maximum(noise, 1e-9))).min() >= 35


def decibels(path: Path, samples: tuple[int, ...]) -> list[float]:
    """How loud a file is around some samples."""
    left = "pan=mono|c0=c0"
    raw = subprocess.run(
        [ffmpeg_exe(), "-v", "error", "-i", path, "-af", left, "-f", "f32le", "-"],
        check=True,
        capture_output=True,
        timeout=60,
    ).stdout
    sound = np.frombuffer(raw, np.float32)
    return [20 * np.log10(np.sqrt((sound[at - 480 : at + 480] ** 2).mean())) for at in samples]


@pytest.mark.slow
@pytest.mark.parametrize("channels", [1, 2])
def test_melt_plays_gain_fades_and_ducking_as_loud_as_they_are(tmp_path: Path, channels: int) -> None:
    # What is measured are whole periods of it: parts of one are up to 0.1 dB off.
    wav = write_wav(tmp_path / "tone.wav", tone(6.0, hertz=500, channels=channels))
    film = film_of(96)
    cue = music(
        film,
        sound=stitcher.probe_sound(wav),
        in_offset_samples=48_000,
        gain_db=-3.0,
        fade_in_samples=48_000,
        gain_keys=(GainKey(96_000, 0.0), GainKey(105_600, -10.0)),
    )
    project, out = tmp_path / "timeline.mlt", tmp_path / "theirs.wav"
    project.write_bytes(MltExporter().export(handover_of(replace(film, cues=(cue,)))).files[0].content)
    consumer = ("-consumer", f"avformat:{out}", "acodec=pcm_s16le", "vn=1", "frequency=48000", "real_time=-1")
    play(project, *consumer)
    source = decibels(wav, (150_000,))[0]
    played = [level - source for level in decibels(out, (24_000, 40_000, 72_000, 100_800, 150_000))]
    ducked = -10 * 4800 / 9600
    fades = [20 * np.log10(share) for share in (1 / 2, 5 / 6)]
    wanted = [fades[0] - 3, fades[1] - 3, -3, -3 + ducked, -13]
    assert played == pytest.approx(wanted, abs=0.1)


@pytest.fixture(scope="module")
def upright(tmp_path_factory: pytest.TempPathFactory) -> tuple[Timeline, np.ndarray]:
    """An upright film of a wide clip with a white mark, its focus going after it, and what stitcher makes of it."""
    folder = tmp_path_factory.mktemp("upright")
    mark = "color=0x404040:s=320x180:r=25,drawbox=x=150:y=80:w=20:h=20:color=white:t=fill"
    run_ffmpeg(
        "-f",
        "lavfi",
        "-i",
        mark,
        "-t",
        "1.6",
        "-c:v",
        "ffv1",
        "-pix_fmt",
        "yuv420p",
        str(folder / "wide.mkv"),
    )
    (folder / "board.yaml").write_text(
        "stitcher: 1\nformat: {size: 96x160}\ndefaults: {transition: cut, sound: mute}\nshots:\n"
        "- {id: still, clip: wide.mkv, in: 4f, out: 16f, focus: {x: 0.4}}\n"
        "- {id: moves, clip: wide.mkv, in: 6f, out: 36f, transition: {kind: dissolve, duration: 6f},"
        " focus: [{at: 4f, x: 0.35}, {at: 24f, x: 0.6, ease: in-out}]}\n"
        "- {id: slow, clip: wide.mkv, out: 20f, speed: 0.5, focus: [{x: 0.6}, {at: 30f, x: 0.4}]}\n"
    )
    film = stitcher.lay_out(stitcher.load(folder / "board.yaml"))
    made = stitcher.render(film, folder / "ours.mov", preset="master-prores-4444").paths[0]
    return film, marks(made)


def marks(path: Path) -> np.ndarray:
    """Where the middle of the white mark is in each picture of a film of 96x160."""
    command = [ffmpeg_exe(), "-v", "error", "-i", str(path), "-vf", "format=gray", "-f", "rawvideo", "-"]
    raw = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout
    pictures = np.clip(np.frombuffer(raw, np.uint8).reshape(-1, 160, 96).astype(float) - 100, 0, None)
    weights = pictures.sum(axis=(1, 2))
    across = (pictures.sum(axis=1) * np.arange(96)).sum(axis=1) / weights
    down = (pictures.sum(axis=2) * np.arange(160)).sum(axis=1) / weights
    return np.stack([across, down], axis=1)


@pytest.mark.slow
@EACH
def test_melt_shows_the_part_that_the_focus_is_on(
    exporter: Exporter, upright: tuple[Timeline, np.ndarray], tmp_path: Path
) -> None:
    film, ours = upright
    project = tmp_path / "timeline.mlt"
    project.write_bytes(exporter.export(handover_of(film)).files[0].content)
    consumer = ("vcodec=ffv1", "an=1", "pix_fmt=yuv420p", "real_time=-1")
    play(project, "-consumer", f"avformat:{tmp_path / 'theirs.mkv'}", *consumer)
    theirs = marks(tmp_path / "theirs.mkv")
    assert theirs.shape == ours.shape == (film.frames, 2)
    assert np.abs(theirs - ours).max() < 1, np.abs(theirs - ours).max(axis=1).round(1)
    assert np.ptp(ours[:, 0]) > 40

"""MLT XML, rendered by melt where it is installed, and compared with the film picture by picture."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

import stitcher
from stitcher.exporters.cut import handover_of
from stitcher.exporters.mlt import MltExporter
from stitcher.timeline.model import GainKey, Timeline
from tests.exporters.films import RATES, film_of, music
from tests.footage import Footage, ffmpeg_exe, tone, write_wav
from tests.tools import require


def mlt_of(film: Timeline) -> ET.Element:
    return ET.fromstring(MltExporter().export(handover_of(film)).files[0].content)


def properties(element: ET.Element | None) -> dict[str, str]:
    assert element is not None
    return {str(part.get("name")): part.text or "" for part in element.findall("property")}


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_the_profile_has_size_rate_and_colour(rate: Fraction) -> None:
    profile = mlt_of(film_of(20, rate=rate)).find("profile")
    assert profile is not None
    assert Fraction(int(profile.attrib["frame_rate_num"]), int(profile.attrib["frame_rate_den"])) == rate
    assert [profile.attrib[key] for key in ("width", "height", "colorspace")] == ["1280", "720", "709"]


def test_entries_cover_every_frame_of_the_film_once() -> None:
    film = film_of(30, 30, 30, overlaps=[7, 0])
    playlist = mlt_of(film).find("playlist[@id='V1']")
    assert playlist is not None
    lengths = [int(entry.attrib["out"]) - int(entry.attrib["in"]) + 1 for entry in playlist]
    assert lengths == [23, 7, 23, 30]


def test_sound_is_summed_and_its_levels_count_in_the_files_own_frames() -> None:
    film = film_of(96)
    keys = (GainKey(96_000, 0.0), GainKey(106_000, -10.0))
    film = replace(film, cues=(music(film, in_offset_samples=96_000, gain_keys=keys),))
    root = mlt_of(film)
    volume = properties(root.find("producer/filter"))
    levels = dict(key.split("=") for key in volume["level"].split(";"))
    # Two seconds of the file are skipped, and each key stands a frame early: see `_level`.
    assert (float(levels["47"]), float(levels["95"]), float(levels["143"])) == (0, 0, -10)
    mixed = [properties(one) for one in root.findall("tractor[@id='film']/transition")]
    assert [(one["mlt_service"], one["sum"]) for one in mixed] == [("mix", "1")]


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


@pytest.mark.slow
def test_melt_shows_every_picture_of_the_film(footage: Footage, tmp_path: Path) -> None:
    clips = footage.chain(3, first_id=70, frames=25)
    board = stitcher.assemble(clips, transition="dissolve", duration="7f")
    film = stitcher.lay_out(board)
    made = stitcher.render(film, tmp_path / "ours.mov", preset="master-prores-4444").paths[0]
    project = tmp_path / "timeline.mlt"
    project.write_bytes(MltExporter().export(handover_of(film)).files[0].content)
    out = tmp_path / "theirs.mkv"
    consumer = ("-consumer", f"avformat:{out}", "vcodec=ffv1", "an=1", "pix_fmt=yuv420p", "real_time=-1")
    subprocess.run([require("melt"), project, *consumer], check=True, capture_output=True, timeout=90)
    ours, theirs = luma(made), luma(out)
    assert len(theirs) == len(ours) == film.frames
    noise = ((ours - theirs) ** 2).mean(axis=(1, 2))
    quality = 10 * np.log10(255**2 / np.maximum(noise, 1e-9))
    assert quality.min() >= 50, quality.round(1)


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
    wav = write_wav(tmp_path / "tone.wav", tone(6.0, channels=channels))
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
    subprocess.run([require("melt"), project, *consumer], check=True, capture_output=True, timeout=90)
    source = decibels(wav, (150_000,))[0]
    played = [level - source for level in decibels(out, (24_000, 40_000, 72_000, 100_800, 150_000))]
    ducked = -10 * 4800 / 9600
    fades = [20 * np.log10(share) for share in (1 / 2, 5 / 6)]
    wanted = [fades[0] - 3, fades[1] - 3, -3, -3 + ducked, -13]
    # melt is about a quarter of a frame late within a fade, an eighth of a decibel here.
    assert played == pytest.approx(wanted, abs=0.15)

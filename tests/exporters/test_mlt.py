"""MLT XML, rendered by melt where it is installed, and compared with the film picture by picture."""

from __future__ import annotations

import shutil
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
from tests.footage import Footage, ffmpeg_exe

MELT = shutil.which("melt")


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
    assert (float(levels["48"]), float(levels["96"]), float(levels["144"])) == (0, 0, -10)
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
@pytest.mark.skipif(MELT is None, reason="melt is not installed")
def test_melt_shows_every_picture_of_the_film(footage: Footage, tmp_path: Path) -> None:
    clips = footage.chain(3, first_id=70, frames=25)
    board = stitcher.assemble(clips, transition="dissolve", duration="7f")
    film = stitcher.lay_out(board)
    made = stitcher.render(film, tmp_path / "ours.mov", preset="master-prores-4444").paths[0]
    project = tmp_path / "timeline.mlt"
    project.write_bytes(MltExporter().export(handover_of(film)).files[0].content)
    out = tmp_path / "theirs.mkv"
    consumer = ("-consumer", f"avformat:{out}", "vcodec=ffv1", "an=1", "pix_fmt=yuv420p", "real_time=-1")
    subprocess.run([str(MELT), project, *consumer], check=True, capture_output=True, timeout=90)
    ours, theirs = luma(made), luma(out)
    assert len(theirs) == len(ours) == film.frames
    noise = ((ours - theirs) ** 2).mean(axis=(1, 2))
    quality = 10 * np.log10(255**2 / np.maximum(noise, 1e-9))
    assert quality.min() >= 50, quality.round(1)

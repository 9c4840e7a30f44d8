"""Clicks placed by every kind of anchor are on their sample in a stem, read back by other hands."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

import stitcher
from stitcher.rendering.options import RenderOptions
from tests.footage import Footage
from tests.sound.material import read, sound

pytestmark = pytest.mark.slow

CLICK = 2400
"""Where in its file the click is."""
FRAME = 2000
"""At 24 frames a second."""
ANCHORS = {
    "at: 12f": 12 * FRAME,
    "at: 1.4s": 67_200,
    'at: "00:00:01:06"': 30 * FRAME,
    "from: pier": 0,
    "at: door": 36 * FRAME,
    "at: door+0.25s": 36 * FRAME + 12_000,
    "at: door.end-0.5s": 84 * FRAME - 24_000,
    "at: seam:door+3f": 45 * FRAME,
    "at: seam:storm-1f": 83 * FRAME,
    "at: marker:thunder+6f": 66 * FRAME,
    "at: marker:turn": 51 * FRAME,
    "at: end-0.333s": 132 * FRAME - 15_984,
    "at: storm, pivot: onset": 84 * FRAME - CLICK,
    "at: storm+0.25s, pivot: 0.04s": 84 * FRAME + 12_000 - 1920,
    "at: word:door": 96 * FRAME + 9_600,
    'at: "word:mind#2"': 96 * FRAME + 19_200,
    "at: word:door.end+0.1s": 96 * FRAME + 19_200 + 4_800,
    "at: line:vow.end": 96 * FRAME + 48_000,
}
WORDS = """WEBVTT

00:00.000 --> 00:00.400
Mind the <00:00.200>door

00:00.400 --> 00:01.000
Mind <00:00.700>it
"""


def test_clicks_are_on_their_sample_whatever_they_are_anchored_to(tmp_path: Path, footage: Footage) -> None:
    for number, name in enumerate(("pier", "door", "storm")):
        shutil.copy(footage.clip(number, frames=48), tmp_path / f"{name}.mp4")
    click = np.zeros((2 * CLICK, 2), np.float32)
    click[CLICK] = 0.8
    sound(tmp_path / "click.wav", click)
    sound(tmp_path / "vow.wav", np.zeros((48_000, 1), np.float32))
    (tmp_path / "vow.vtt").write_text(WORDS)
    placed = "".join(f"  - {{role: effects, file: click.wav, {anchor}}}\n" for anchor in ANCHORS)
    (tmp_path / "board.yaml").write_text(
        "stitcher: 1\nformat: {fps: 24}\nmarkers: [{name: turn, at: door+15f}]\nshots:\n"
        "  - {id: pier, clip: pier.mp4}\n"
        "  - {id: door, clip: door.mp4, transition: {kind: dissolve, duration: 12f},\n"
        "     markers: [{name: thunder, at: 24f}]}\n"
        "  - {id: storm, clip: storm.mp4, transition: cut}\n"
        "sound:\n"
        "  - {role: dialogue, name: vow, file: vow.wav, at: storm+12f, captions: vow.vtt}\n" + placed
    )
    board = stitcher.load(tmp_path / "board.yaml")
    options = RenderOptions(cache=tmp_path / "cache")
    stitcher.mix(board, stems=tmp_path / "stems", only=["effects"], options=options)
    heard = read(tmp_path / "stems" / "effects.wav")
    assert np.flatnonzero(heard[:, 0] > 0.4).tolist() == sorted(at + CLICK for at in ANCHORS.values())

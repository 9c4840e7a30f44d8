"""A film made from enlarged pictures is the film it was, with larger pictures."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import stitcher
from stitcher.generation.local_upscale import LocalUpscaler
from stitcher.generation.upscale_run import upscale
from stitcher.media.probe import probe
from stitcher.storyboard.load import load
from tests.footage import Footage, run_ffmpeg
from tests.rendering.test_film import codes


def heard(film: Path) -> np.ndarray:
    """The film's sound, mono, 16 bits."""
    raw = film.with_suffix(".raw")
    run_ffmpeg("-i", str(film), "-map", "0:a", "-ac", "1", "-f", "s16le", str(raw))
    return np.frombuffer(raw.read_bytes(), "<i2")


@pytest.mark.slow
@pytest.mark.parametrize("late", [0, 0.25, -0.25], ids=["", "sound late", "sound early"])
def test_the_sound_and_the_frames_of_a_film_stay_when_its_pictures_are_enlarged(
    footage: Footage, tmp_path: Path, late: float
) -> None:
    for number in (1, 2, 3):
        clicks = str(footage.clip(number, frames=49, audio="click"))
        shift = ["-itsoffset", str(late), "-i", clicks]
        run_ffmpeg(
            "-i", clicks, *shift, "-map", "0:v", "-map", "1:a", "-c", "copy", str(tmp_path / f"{number}.mp4")
        )
    (tmp_path / "b.yaml").write_text(
        "stitcher: 1\nupscale: {by: local, to: 192p}\nshots:\n"
        "  - {id: a, clip: 1.mp4}\n"
        "  - {id: b, clip: 2.mp4, in: 6f, out: 1.75s, transition: {kind: dissolve, duration: 6f}}\n"
        "  - {id: c, clip: 3.mp4, speed: 2, transition: match}\n"
    )
    board = load(tmp_path / "b.yaml")
    before = stitcher.render(board, tmp_path / "before.mp4").paths[0]
    assert len(upscale(board).takes) == 3
    after = stitcher.render(board, tmp_path / "after.mp4").paths[0]
    assert np.array_equal(heard(after), heard(before))
    assert np.abs(heard(after)).max() > 20_000
    video = probe(after).video
    assert (video.width, video.height) == (320, 192)
    assert codes(after) == codes(before)


def test_each_shot_is_upscaled_by_its_own_settings(
    footage: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(footage.clip(1, frames=6, size=(160, 96)), tmp_path / "1.mp4")
    shutil.copy(footage.clip(2, frames=6, size=(160, 96)), tmp_path / "2.mp4")
    (tmp_path / "b.yaml").write_text(
        "stitcher: 1\nupscale: {by: local, to: 192p}\nshots:\n"
        "  - {id: a, clip: 1.mp4}\n"
        "  - {id: b, clip: 2.mp4, upscale: {by: local, to: 192p, sharpen: 80}}\n"
    )
    asked: list[int | None] = []
    real = LocalUpscaler.enlarge

    def counted(self: LocalUpscaler, *arguments: Any) -> None:
        asked.append(arguments[3].sharpen)
        real(self, *arguments)

    monkeypatch.setattr(LocalUpscaler, "enlarge", counted)
    assert len(upscale(load(tmp_path / "b.yaml")).takes) == 2
    assert asked == [None, 80]

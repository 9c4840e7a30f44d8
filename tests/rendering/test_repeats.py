"""Films of clips that repeat pictures: each picture is seen once, and sound stays with its picture."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import numpy as np
import pytest

from stitcher.cli.main import main
from stitcher.media.frames import frames
from stitcher.media.probe import probe
from stitcher.timebase import FrameRange
from tests.footage import Footage, read_code, run_ffmpeg

pytestmark = pytest.mark.slow

FIRST, SECOND = 46, 49


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STITCHER_CACHE", str(tmp_path / "cache"))


def _film(footage: Footage, folder: Path, transition: str, repeats: int, preset: str) -> Path:
    one = footage.clip(1, frames=FIRST, audio="click")
    two = footage.clip(2, frames=SECOND, audio="click", opens_with=(1, FIRST - 1), repeats=repeats)
    board = folder / "board.yaml"
    board.write_text(
        f"stitcher: 1\nshots:\n  - {{id: a, clip: '{one}'}}\n  - {{id: b, clip: '{two}', transition: {transition}}}\n"
    )
    film = folder / "film.mp4"
    assert main(["render", str(board), "-o", str(film), "--preset", preset]) == 0
    return film


def _codes(film: Path) -> list[tuple[int, int]]:
    clip = probe(film)
    return [read_code(picture) for picture in frames(clip, FrameRange(0, clip.video.frames))]


def _clicks(film: Path, folder: Path) -> list[float]:
    """When the film clicks, in frames."""
    heard = folder / "heard.wav"
    run_ffmpeg("-i", str(film), "-ac", "1", "-ar", "48000", "-c:a", "pcm_s16le", str(heard))
    with wave.open(str(heard)) as file:
        samples = np.abs(np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(int))
    loud = np.flatnonzero(samples > 4000)
    return [float(at / 2000) for n, at in enumerate(loud) if n == 0 or at - loud[n - 1] > 4800]


@pytest.mark.parametrize("preset", ["master-copy", "draft"])
@pytest.mark.parametrize(
    ("transition", "repeats", "dropped"),
    [
        pytest.param("match", 5, 5, id="five found"),
        pytest.param("match", 1, 1, id="one found"),
        pytest.param("{kind: match, drop: 5}", 5, 5, id="five told"),
        pytest.param("{kind: match, drop: 0}", 5, 0, id="none told"),
    ],
)
def test_every_picture_is_seen_once_and_sound_stays_with_it(
    footage: Footage, tmp_path: Path, transition: str, repeats: int, dropped: int, preset: str
) -> None:
    film = _film(footage, tmp_path, transition, repeats, preset)
    ending = [(1, FIRST - repeats + n) for n in range(repeats)]
    first = [(1, n) for n in range(FIRST - dropped)]
    assert _codes(film) == [*first, *ending, *((2, n) for n in range(repeats, SECOND))]
    # The later clip's click at its first second.
    assert any(abs(at - (FIRST - dropped + 24)) < 0.2 for at in _clicks(film, tmp_path))


def test_plans_say_how_many_are_dropped(
    footage: Footage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _film(footage, tmp_path, "match", 5, "master-copy")
    capsys.readouterr()
    main(["plan", str(tmp_path / "board.yaml"), "--json"])
    (join,) = json.loads(capsys.readouterr().out)["timeline"]["transitions"]
    assert (join["dropped_frames"], join["unsure"]) == (5, None)
    main(["check", str(tmp_path / "board.yaml")])
    assert "match -5f" in capsys.readouterr().out


def test_a_doubt_is_said_with_what_to_do(
    footage: Footage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    still = footage.clip(1, frames=25, still=True)
    board = tmp_path / "board.yaml"
    board.write_text(
        f"stitcher: 1\nshots:\n  - {{id: a, clip: '{still}'}}\n  - {{id: b, clip: '{still}', transition: match}}\n"
    )
    for command in ("plan", "check"):
        assert main([command, str(board)]) == 0
        said = capsys.readouterr().out
        assert "match: unsure from 'a' to 'b'" in said
        assert "drop: 1" in said
    main(["plan", str(board), "--json"])
    (join,) = json.loads(capsys.readouterr().out)["timeline"]["transitions"]
    assert join["dropped_frames"] == 0
    assert "levels across the cut" in join["unsure"]

"""Shots held on their last picture: the film shows it, and nothing but the hold is encoded."""

from __future__ import annotations

from pathlib import Path

import pytest

import stitcher
from stitcher.media.frames import frames
from stitcher.media.probe import probe
from stitcher.storyboard.model import Storyboard
from stitcher.timebase import FrameRange
from tests.footage import make_coded_clip, read_code, tone, write_wav

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("transition", "fps"), [("cut", 24), ({"kind": "dissolve", "duration": "4f"}, 24), ("match", 24), ("cut", 30)]
)  # fmt: skip
def test_the_last_picture_is_seen_until_the_line_is_over(
    tmp_path: Path, transition: object, fps: int
) -> None:
    clips = [make_coded_clip(tmp_path / f"{n}.mp4", n, 24) for n in (1, 2)]
    write_wav(tmp_path / "line.wav", tone(1.4))
    shots = [
        {"id": "a", "clip": str(clips[0]), "hold": "to-sound"},
        {"id": "b", "clip": str(clips[1]), "transition": transition},
    ]
    line = {"role": "dialogue", "file": str(tmp_path / "line.wav"), "from": "a"}
    board = Storyboard.model_validate(
        {"stitcher": 1, "format": {"fps": fps}, "shots": shots, "sound": [line]}
    )
    plan = stitcher.plan(board)
    stitcher.render(plan, tmp_path / "film.mp4", options=stitcher.RenderOptions(cache=tmp_path / "c"))
    made = probe(tmp_path / "film.mp4")
    held, overlap = (34, 4 if transition not in ("cut", "match") else 0) if fps == 24 else (42, 0)
    blended = range(held - overlap, held)
    seen = [
        None if number in blended else read_code(picture.mean(axis=2))
        for number, picture in enumerate(frames(made, FrameRange(0, made.video.frames)))
    ]
    assert len(seen) == held - overlap + (24 if fps == 24 else 30)
    assert seen[fps : held - overlap] == [(1, 23)] * (held - overlap - fps)
    assert seen[held] == (2, overlap)
    assert any("held" in note for note in plan.timeline.notes)

"""Gathering: files are probed, seams measured once, and what cannot be used is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from stitcher.errors import MediaError, MediaMissing
from stitcher.seams import measure
from stitcher.seams.gather import gather
from stitcher.storyboard.load import parse
from stitcher.timeline.assemble import storyboard_for
from stitcher.timeline.layout import lay_out
from tests.footage import Footage, tone


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STITCHER_CACHE", str(tmp_path / "cache"))


def test_a_chain_of_files_loses_its_doubled_frames(footage: Footage) -> None:
    board = storyboard_for(footage.chain(3, frames=25))
    film = lay_out(board, gather(board))
    assert film.frames == 3 * 25 - 2
    assert [transition.dropped_frames for transition in film.transitions] == [1, 1]


def test_verdicts_are_remembered(footage: Footage, monkeypatch: pytest.MonkeyPatch) -> None:
    board = storyboard_for(footage.chain(2, frames=25))
    first = gather(board)

    def never(*_: object) -> None:
        raise AssertionError("the seam was measured again")

    monkeypatch.setattr(measure, "doubled_frame", never)
    assert gather(board).doubled == first.doubled


def test_sounds_and_clips_are_found_by_the_storyboards_paths(footage: Footage) -> None:
    clip, wav = footage.clip(1, frames=25), footage.wav("bed", tone(0.5))
    text = f"stitcher: 1\nshots: [{{id: a, clip: '{clip}'}}]\nsound: [{{role: music, file: '{wav}'}}]\n"
    board = parse(text)
    (cue,) = lay_out(board, gather(board)).cues
    assert cue.length_samples == 24_000


def test_a_missing_clip_is_named(tmp_path: Path, footage: Footage) -> None:
    with pytest.raises(MediaMissing, match="nowhere"):
        gather(storyboard_for([footage.clip(1, frames=25), tmp_path / "nowhere.mp4"]))


def test_sound_given_as_a_clip_is_refused(footage: Footage) -> None:
    with pytest.raises(MediaError):
        gather(storyboard_for([footage.wav("bed", tone(0.5))]))

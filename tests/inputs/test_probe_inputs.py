"""Gathering: files are probed, seams measured once, and what cannot be used is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from stitcher.errors import MediaError, MediaMissing
from stitcher.inputs.probe_inputs import probe_inputs
from stitcher.media.probe import probe
from stitcher.seams import repeated_frames
from stitcher.storyboard.from_clips import storyboard_from_clips
from stitcher.storyboard.load import parse
from stitcher.timeline.layout import lay_out
from stitcher.timeline.media_index import MediaIndex, Unsure
from tests.footage import Footage, tone


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STITCHER_CACHE", str(tmp_path / "cache"))


def test_a_chain_of_files_loses_its_doubled_frames(footage: Footage) -> None:
    board = storyboard_from_clips(footage.chain(3, frames=25))
    film = lay_out(board, probe_inputs(board))
    assert film.frames == 3 * 25 - 2
    assert [transition.dropped_frames for transition in film.transitions] == [1, 1]


def test_verdicts_are_remembered(footage: Footage, monkeypatch: pytest.MonkeyPatch) -> None:
    board = storyboard_from_clips(footage.chain(2, frames=25))
    first = probe_inputs(board)

    def never(*_: object) -> None:
        raise AssertionError("the seam was measured again")

    monkeypatch.setattr(repeated_frames, "measure", never)
    assert probe_inputs(board).doubled == first.doubled


@pytest.mark.slow
@pytest.mark.parametrize("lengths", [(121, 242, 241), (242, 121, 242)], ids=str)
def test_takes_of_any_length_are_chained(footage: Footage, lengths: tuple[int, ...]) -> None:
    clips = [
        footage.clip(
            n,
            frames=frames,
            size=(96, 64),
            opens_with=(n - 1, lengths[n - 2] - 1) if n > 1 else None,
        )
        for n, frames in enumerate(lengths, start=1)
    ]
    board = storyboard_from_clips(clips)
    film = lay_out(board, probe_inputs(board))
    assert [item.source_range.stop for item in film.items] == [lengths[0] - 1, lengths[1] - 1, lengths[2]]


def test_a_doubt_is_remembered_with_its_reason(footage: Footage, monkeypatch: pytest.MonkeyPatch) -> None:
    still = footage.clip(1, frames=25, still=True)
    board = storyboard_from_clips([still, still])
    first = probe_inputs(board)
    (doubt,) = first.doubled.values()
    assert isinstance(doubt, Unsure)
    monkeypatch.setattr(repeated_frames, "measure", lambda *_: pytest.fail("measured again"))
    assert probe_inputs(board).doubled == first.doubled


def test_sounds_and_clips_are_found_by_the_storyboards_paths(footage: Footage) -> None:
    clip, wav = footage.clip(1, frames=25), footage.wav("bed", tone(0.5))
    text = f"stitcher: 1\nshots: [{{id: a, clip: '{clip}'}}]\nsound: [{{role: music, file: '{wav}'}}]\n"
    board = parse(text)
    (cue,) = lay_out(board, probe_inputs(board)).cues
    assert cue.length_samples == 24_000


def test_a_missing_clip_is_named(tmp_path: Path, footage: Footage) -> None:
    with pytest.raises(MediaMissing, match="nowhere"):
        probe_inputs(storyboard_from_clips([footage.clip(1, frames=25), tmp_path / "nowhere.mp4"]))


def test_sound_given_as_a_clip_is_refused(footage: Footage) -> None:
    with pytest.raises(MediaError):
        probe_inputs(storyboard_from_clips([footage.wav("bed", tone(0.5))]))


def test_what_will_probably_be_found_is_told_beforehand(footage: Footage) -> None:
    board = storyboard_from_clips(footage.chain(5, frames=25))
    told: list[MediaIndex] = []
    found = probe_inputs(board, likely=told.append)
    assert [guess.doubled for guess in told] == [found.doubled]
    probe_inputs(board, likely=told.append)
    assert len(told) == 1, "nothing is guessed where everything is remembered"


def test_a_take_made_from_the_last_frame_before_it_is_not_measured(
    footage: Footage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeated_frames, "measure", lambda *_: pytest.fail("measured"))
    still = footage.clip(1, frames=25, still=True)
    board = storyboard_from_clips([still, still])
    first, second = (shot.id for shot in board.shots)
    known = MediaIndex(chained=frozenset({(first, second)}))
    assert probe_inputs(board, known).doubled == {(first, second): True}


def test_a_take_that_does_not_begin_with_its_first_frame_is_measured(footage: Footage) -> None:
    clips = [probe(path) for path in footage.chain(2, frames=25)]
    text = "stitcher: 1\nshots:\n  - {id: a, clip: a.mp4}\n  - {id: b, clip: b.mp4, in: 3f}\n"
    for name, clip in zip("ab", clips, strict=True):
        text = text.replace(f"clip: {name}.mp4", f"clip: '{clip.path}'")
    known = MediaIndex(chained=frozenset({("a", "b")}))
    assert probe_inputs(parse(text), known).doubled == {("a", "b"): False}

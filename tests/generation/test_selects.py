"""The takes that are in the film, and how they come into it."""

from __future__ import annotations

from pathlib import Path

import pytest

import stitcher
from stitcher.errors import MediaError, NotGenerated
from stitcher.generation import boundary_frames
from stitcher.generation.colour_matrix import Verdict
from stitcher.generation.generate import generate
from stitcher.generation.selects import film_footage
from tests.generation.chain_kit import CHAIN, at_rest, project


def test_a_film_is_laid_out_from_circled_takes_under_the_matrix_found_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        boundary_frames, "decide_matrix", lambda clip, start, likely: Verdict("smpte170m", 0.5)
    )
    board = project(tmp_path, at_rest(CHAIN[0]))
    with pytest.raises(NotGenerated):
        stitcher.lay_out(board)
    generate(board)
    footage = film_footage(board)
    assert footage.stand_ins == ("s1",)
    assert [item.matrix for item in stitcher.lay_out(board).items] == ["smpte170m"]


def test_a_take_that_is_not_the_one_that_was_stored_is_refused(tmp_path: Path) -> None:
    board = project(tmp_path, at_rest(CHAIN[0]))
    generate(board)
    take = tmp_path / "takes/s1/1.animatic.mp4"
    take.chmod(0o644)
    content = bytearray(take.read_bytes())
    content[len(content) // 2] ^= 1
    take.write_bytes(content)
    with pytest.raises(MediaError, match=r"not the file that was stored|damaged|decoded"):
        stitcher.lay_out(board)


@pytest.mark.slow
def test_a_still_take_drops_the_frame_it_was_started_from(tmp_path: Path) -> None:
    # Measuring would call it still; the ledger knows better.
    still = "  - {id: s1, start: start.png, prompt: static}\n  - {id: s2, start: previous, prompt: static}\n"
    board = project(tmp_path, still)
    generate(board)
    film = stitcher.lay_out(board)
    assert [transition.dropped_frames for transition in film.transitions] == [1]
    assert film.frames == 2 * 49 - 1

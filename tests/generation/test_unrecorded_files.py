"""A ledger that is behind its takes: nothing is bought again, and no file is taken for another purchase."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from stitcher.errors import PreflightError
from stitcher.generation.generate import estimate, generate, inspect
from stitcher.standin import StandIn
from tests.generation.chain_kit import CHAIN, at_rest, coding_server, project, runway, takes_of


@pytest.fixture
def server(coded: Path) -> Iterator[StandIn]:
    with coding_server(coded) as running:
        yield running


@pytest.mark.parametrize("left", [0, 1], ids=["lost", "an older copy put back"])
def test_a_ledger_behind_its_takes_buys_nothing_and_names_the_files(
    server: StandIn, tmp_path: Path, left: int
) -> None:
    with runway(server) as provider:
        if left:
            generate(project(tmp_path, CHAIN[0]), provider=provider)
            shutil.copyfile(tmp_path / "takes.ledger", tmp_path / "copy")
        board = project(tmp_path, "".join(CHAIN[:2]))
        generate(board, provider=provider)
        bought = {path.name: path.read_bytes() for path in tmp_path.glob("takes/*/*.mp4")}
        (tmp_path / "takes.ledger").unlink()
        if left:
            (tmp_path / "copy").rename(tmp_path / "takes.ledger")
        with pytest.raises(PreflightError) as found:
            generate(board, provider=provider)
    assert ("takes/s1/1.mp4" in str(found.value), "takes/s2/1.mp4" in str(found.value)) == (not left, True)
    for notes in (inspect(board).notes, estimate(board).notes):
        assert [note for note in notes if "takes/s2/1.mp4 is there" in note]
    assert len(server.books.creates) == 2
    assert {path.name: path.read_bytes() for path in tmp_path.glob("takes/*/*.mp4")} == bought


def test_a_file_moved_away_is_in_nobodys_way(server: StandIn, tmp_path: Path) -> None:
    board = project(tmp_path, CHAIN[0])
    (tmp_path / "takes/s1").mkdir(parents=True)
    (tmp_path / "takes/s1/2.mp4").write_bytes(b"somebody's")
    with runway(server) as provider:
        with pytest.raises(PreflightError, match=r"takes/s1/2\.mp4"):
            generate(board, provider=provider)
        assert server.books.creates == ()
        (tmp_path / "takes/s1/2.mp4").rename(tmp_path / "takes/s1/old-2.mp4")
        generate(board, provider=provider)
    assert [take.number for take in takes_of(tmp_path)] == [1]


def test_an_animatic_is_made_beside_takes_nobody_knows(tmp_path: Path) -> None:
    board = project(tmp_path, at_rest(CHAIN[0]))
    (tmp_path / "takes/s1").mkdir(parents=True)
    (tmp_path / "takes/s1/1.mp4").write_bytes(b"somebody's")
    assert [take.file for take in generate(board).takes] == ["takes/s1/1.animatic.mp4"]

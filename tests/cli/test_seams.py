"""`stitcher seams`: clips and storyboards, as a table, as JSON, as a plot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.footage import Footage


@pytest.fixture
def chain(footage: Footage) -> list[Path]:
    return footage.chain(2, frames=25)


def test_a_doubled_picture_between_clips_is_told(run: Run, chain: list[Path]) -> None:
    found = json.loads(run("seams", *map(str, chain), "--json").out)
    (doubled,) = [one for one in found["findings"] if one["kind"] == "doubled"]
    assert (doubled["shot"], doubled["value"], doubled["unit"], doubled["frame"]) == (
        chain[1].stem,
        1,
        "frames",
        25,
    )


def test_measures_are_remembered_by_content(
    run: Run, chain: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run("seams", *map(str, chain), "--json").out
    monkeypatch.setattr("stitcher.seams.measured._decoded", None)
    assert run("seams", *map(str, chain), "--json").out == first


@pytest.fixture
def board(chain: list[Path], tmp_path: Path) -> Path:
    path = tmp_path / "board.yaml"
    path.write_text(
        f"""stitcher: 1
shots:
  - {{id: door, clip: {chain[0]}}}
  - id: storm
    clip: {chain[1]}
    transition: cut
    accept: [{{finding: doubled, reason: a held breath}}, {{finding: bars, reason: none}}]
"""
    )
    return path


def test_what_is_meant_is_told_apart(run: Run, board: Path) -> None:
    ending = run("seams", str(board), "--plot", str(board.with_name("seams.png")))
    assert "doubled from 'door' to 'storm': a picture is shown again" in ending.out
    assert "Meant: a held breath" in ending.out
    assert "Shot 'storm' accepts 'bars', which was not found; take it out." in ending.err
    assert board.with_name("seams.png").read_bytes()[1:4] == b"PNG"


def test_check_names_what_shows_at_seams_and_what_of_it_is_meant(run: Run, board: Path) -> None:
    board.write_text(board.read_text().replace("accept:", "#"))
    assert (
        "! 00:00:01:01 doubled from 'door' to 'storm': a picture is shown again"
        in run("check", str(board)).out
    )


@pytest.mark.slow
def test_render_names_what_was_found_before_and_looks_for_nothing(
    run: Run, board: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STITCHER_CACHE", str(board.with_name("cache")))
    film = board.with_name("film.mp4")
    found = json.loads(run("render", str(board), "-o", str(film), "--json").out)["films"][0]
    assert found["seam_findings"] == []
    run("check", str(board))
    found = json.loads(run("render", str(board), "-o", str(film), "--json").out)["films"][0]
    assert ("doubled", "a held breath") in {(one["kind"], one["accepted"]) for one in found["seam_findings"]}

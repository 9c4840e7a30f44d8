"""How loud a film is, said in the storyboard and on the command line."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.cli.conftest import Run

DELIVERIES = """\
stitcher: 1
shots:
  - {id: a, clip: CLIP}
sound:
  - {role: music, file: SCORE}
loudness: ebu-r128
deliver:
  - {preset: youtube-1080p, file: out/loud.mp4}
  - {preset: draft, file: out/own.mp4, loudness: {target: web-dialogue, insist: true}}
"""


def written(here: Path, text: str, clip: Path, score: Path) -> Path:
    board = here / "board.yaml"
    board.write_text(dedent(text).replace("CLIP", str(clip)).replace("SCORE", str(score)))
    return board


def test_a_delivery_s_own_loudness_counts_before_the_storyboards_and_that_before_the_presets(
    run: Run, here: Path, chain: list[Path], score: Path
) -> None:
    plans = run("check", written(here, DELIVERIES, chain[0], score), "--json").document["plans"]
    assert [(plan["delivery"]["preset"], plan["delivery"]["loudness"]) for plan in plans] == [
        ("youtube-1080p", "ebu-r128"),
        ("draft", "web-dialogue"),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("loudness: wbe", "board.yaml:4:11: there is no loudness target 'wbe': did you mean 'web'?"),
        ("loudness: {target: ebu-r-128}", "did you mean 'ebu-r128'?"),
        ("deliver: [{preset: draft, file: a.mp4, loudness: webb}]", "did you mean 'web'?"),
        ("loudness: {taget: web}", "did you mean 'target'?"),
        ("deliver: [{editor: resolve, folder: a, loudness: web}]", "give 'loudness' to a 'preset'"),
    ],
)
def test_a_target_that_does_not_exist_is_told_with_its_place(
    run: Run, here: Path, chain: list[Path], score: Path, line: str, said: str
) -> None:
    ended = run(
        "check", written(here, f"stitcher: 1\nshots:\n  - {{id: a, clip: CLIP}}\n{line}\n", chain[0], score)
    )
    assert ended.code != 0
    assert said in ended.err


def test_assemble_refuses_a_target_that_does_not_exist(run: Run, here: Path, chain: list[Path]) -> None:
    ended = run("assemble", chain[0], "-o", "film.mp4", "--loudness", "wbe")
    assert ended.code != 0
    assert "Did you mean web" in ended.err


def test_presets_lists_and_shows_the_targets(run: Run, here: Path) -> None:
    rows = {row["name"]: row for row in run("presets", "--json").document["loudness"]}
    assert (rows["web"]["integrated_lufs"], rows["web"]["insist"]) == (-14.0, False)
    assert (rows["ebu-r128"]["integrated_lufs"], rows["ebu-r128"]["insist"]) == (-23.0, True)
    assert "web-dialogue" in run("presets").out
    assert "-16.0" in run("presets", "show", "web-dialogue").out


@pytest.mark.slow
def test_assemble_makes_a_film_as_loud_as_asked(run: Run, here: Path, chain: list[Path], score: Path) -> None:
    ended = run(
        "assemble", chain[0], "-o", "film.mp4", "--music", score, "--loudness", "web-dialogue", "--json"
    )
    sound = ended.document["films"][0]["sound"]
    assert sound["loudness"] == "web-dialogue"
    assert sound["integrated_lufs"] == pytest.approx(-16, abs=0.5)

"""`stitcher mix`: the files it writes and what it says of them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Run
from tests.footage import Footage, tone


@pytest.fixture
def sounding(board: Path, footage: Footage) -> Path:
    """The board with music under it and a line in it, which is clipped."""
    score = footage.wav("mix-score", tone(2.0) * 0.2)
    line = footage.wav("mix-line", np.clip(tone(1.0, channels=1) * 3, -1, 1))
    board.write_text(
        board.read_text().replace("${who}", "nobody")
        + f"sound:\n  - {{role: music, file: {json.dumps(str(score))}, loop: true}}\n"
        + f"  - {{role: dialogue, file: {json.dumps(str(line))}, at: two}}\n"
    )
    return board


def test_mix_stems_and_plot_are_written_and_told(run: Run, sounding: Path, here: Path) -> None:
    done = run(
        "mix", sounding, "-o", "mix.wav", "--stems", "new/stems", "--plot", "mix.png", "--loudness", "web", "--json"
    )  # fmt: skip
    assert done.code == 0, done.err
    written = [here / "new" / "stems" / f"{name}.wav" for name in ("dialogue", "music", "me")]
    assert done.document["files"] == [str(path) for path in written]
    assert done.document["path"] == str(here / "mix.wav")
    assert (here / "mix.png").read_bytes().startswith(b"\x89PNG")
    assert all(path.is_file() for path in written)
    assert done.document["after"]["integrated_lufs"] == pytest.approx(-14, abs=0.5)
    assert [stem["name"] for stem in done.document["stems"]] == ["dialogue", "music"]
    assert "clipped" in {finding["kind"] for finding in done.document["findings"]}


@pytest.mark.slow
def test_without_a_file_it_reports(run: Run, sounding: Path, here: Path) -> None:
    before = {path.name for path in here.iterdir()}
    done = run("mix", sounding)
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert " ".join(lines[0].split()) == "LUFS true peak LRA short-term max lost in mono file"
    assert [line.split()[0] for line in lines[1:5]] == ["dialogue", "music", "all,", "mix"]
    assert ".wav: its wave is cut off at 0.0 dBFS for good." in done.out
    assert {path.name for path in here.iterdir()} == before


@pytest.mark.slow
def test_a_folder_made_for_stems_goes_again_when_nothing_came(run: Run, sounding: Path, here: Path) -> None:
    done = run("mix", sounding, "--stems", "new/stems", "--only", "musik")
    assert done.code == 65
    assert "did you mean 'music'" in done.err
    assert not (here / "new").exists()


@pytest.mark.slow
def test_a_delivery_writes_its_stems_beside_the_film(run: Run, sounding: Path, here: Path) -> None:
    sounding.write_text(
        sounding.read_text().replace("file: out/film.mp4", "file: out/film.mp4, stems: out/stems")
    )
    done = run("render", sounding, "--json")
    assert done.code == 0, done.err
    (film,) = done.document["films"]
    names = ["dialogue.wav", "music.wav", "me.wav"]
    assert film["stems"] == [str(here / "out" / "stems" / name) for name in names]
    assert sorted(path.name for path in (here / "out" / "stems").iterdir()) == sorted(names)
    assert film["paths"] == [str(here / "out" / "film.mp4")]


@pytest.mark.slow
def test_what_the_storyboard_accepts_is_told_with_its_reason(run: Run, sounding: Path) -> None:
    sounding.write_text(
        sounding.read_text() + "accept:\n  - {finding: clipped, reason: it comes from a radio}\n"
    )
    assert "for good. (it comes from a radio)" in run("mix", sounding).out


@pytest.mark.slow
def test_what_a_mix_measured_is_told_by_check_and_render(run: Run, sounding: Path, here: Path) -> None:
    def kinds(report: dict[str, list[dict[str, str]]]) -> set[str]:
        return {finding["kind"] for finding in report["findings"]}

    # Nobody has mixed just this before.
    sounding.write_text(sounding.read_text().replace("loop: true", "loop: true, gain: -1.7"))
    first = run("check", sounding, "--json").document["sound_reports"][0]
    assert ("clipped" in first["not_measured"], first["stems"], kinds(first)) == (True, [], set())
    assert "sound not measured here: stems, clipped," in run("check", sounding).out
    assert run("mix", sounding, "--loudness", "web").code == 0
    known = run("check", sounding, "--json").document["sound_reports"][0]
    assert (known["not_measured"], "clipped" in kinds(known)) == ([], True)
    assert [stem["name"] for stem in known["stems"]] == ["dialogue", "music"]
    made = run("render", sounding, "-o", "film.mp4", "--json").document["films"][0]["sound_report"]
    assert (kinds(made), made["stems"]) == (kinds(known), known["stems"])
    assert "its wave is cut off" in run("render", sounding, "-o", "film.mp4").out


@pytest.mark.slow
def test_a_film_with_a_target_is_reported_on_as_a_mix(run: Run, sounding: Path, here: Path) -> None:
    text = sounding.read_text().replace("loop: true", "loop: true, gain: -1.9")
    cut = text.replace("at: two}", "at: two, length: 0.6005s, fade_out_curve: linear}")
    sounding.write_text(cut + "loudness: web\n")
    (film,) = run("render", sounding, "-o", "film.mp4", "--json").document["films"]
    report = film["sound_report"]
    assert report["not_measured"] == ["stems", "clipped", "dc"]
    assert report["after"]["integrated_lufs"] == film["sound"]["integrated_lufs"]
    assert report["before"]["short_term_max_lufs"] is None or report["before"]["short_term_max_lufs"] < 0
    assert report["before"]["mono_loss_lu"] == 0.0
    (known,) = run("check", sounding, "--json").document["sound_reports"]
    assert (known["findings"], known["not_measured"]) == (report["findings"], report["not_measured"])

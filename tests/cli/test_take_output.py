"""The commands about takes: what they say, how they end, what they leave, and what they never tell."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import stitcher
from stitcher.standin import Fault, StandIn
from tests.cli.conftest import Run
from tests.generation.chain_kit import CHAIN, HEAD, KEY, coding_server, project


@pytest.fixture
def server(coded: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A stand-in that the environment points at."""
    with coding_server(coded) as running:
        monkeypatch.setenv("RUNWAYML_API_SECRET", KEY)
        monkeypatch.setenv("RUNWAYML_BASE_URL", running.url)
        monkeypatch.setenv("STITCHER_POLL_SECONDS", "0.02")
        yield running


@pytest.fixture
def chained(here: Path) -> Path:
    """A storyboard of two shots to generate."""
    board = project(here, "".join(CHAIN[:2]))
    assert board.path is not None
    return board.path


def test_estimate_prices_what_is_missing(run: Run, chained: Path) -> None:
    ended = run("estimate", chained)
    assert ended.code == 0
    assert "20 credits ($0.20" in ended.out
    document = run("estimate", chained, "s2", "--json").document
    assert (document["credits"], [line["shot"] for line in document["lines"]]) == (10, ["s2"])
    assert run("estimate", chained, "--max-credits", "19").code == 77


def test_a_script_has_to_agree_beforehand(run: Run, chained: Path, server: StandIn) -> None:
    ended = run("generate", chained, "--provider", "runway")
    assert ended.code == 65
    assert "add --yes" in ended.err
    assert "20 credits" in ended.err
    assert server.books.creates == ()


@pytest.mark.slow
def test_generate_makes_takes_and_render_shows_them(run: Run, chained: Path, server: StandIn) -> None:
    ended = run("generate", chained, "--provider", "runway", "--yes", "--json")
    assert ended.code == 0, ended.err
    assert [(take["shot"], take["frames"], take["state"]) for take in ended.document["takes"]] == [
        ("s1", 49, "framed"),
        ("s2", 49, "framed"),
    ]
    assert all(take["in_film"] for take in ended.document["takes"])
    assert (ended.document["credits"], server.books.charged) == (20, 20)
    assert "s2 take 1: done" in ended.err
    assert "Nothing was missing" in run("generate", chained, "--provider", "runway", "--yes").out
    film = run("render", chained, "-o", "film.mp4", "--json")
    assert film.code == 0, film.err
    # The frame that both takes share is shown once.
    assert film.document["films"][0]["frames"] == 97


@pytest.mark.slow
def test_takes_and_films_say_where_they_come_from(run: Run, chained: Path, server: StandIn) -> None:
    run("generate", chained, "--provider", "runway", "--yes")
    first, second = run("takes", "list", chained, "--json").document["takes"]
    assert (first["duration_seconds"], first["ratio"], first["endpoint"]) == (2, "1280:720", "image_to_video")
    assert [(sent["role"], sent["sha256"]) for sent in first["files_sent"]] == [
        ("first", first["start_frame_sha256"])
    ]
    assert (first["start_from"], first["history"][0]["state"]) == (None, "intent")
    assert second["start_from"] | {"sha256": None} == {
        "shot": "s1",
        "number": 1,
        "purpose": "take",
        "provider": "runway",
        "task_id": first["task_id"],
        "sha256": None,
        "frame": "last",
        "crop": None,
    }
    assert second["start_frame_sha256"] == first["last_frame_sha256"]
    assert any(second["task_id"] in (move["answer"] or "") for move in second["history"])

    shots = run("render", chained, "-o", "film.mp4", "--json").document["films"][0]["takes"]
    assert [
        (shot["shot"], shot["take"], shot["provider"], shot["model"], shot["task_id"], shot["sha256"])
        for shot in shots
    ] == [
        (take["shot"], 1, "runway", take["model"], take["task_id"], take["sha256"])
        for take in (first, second)
    ]
    told = [(take["sha256"], take["task_id"], take["number"]) for take in (first, second)]
    boarded = stitcher.lay_out(stitcher.load(chained))
    row = stitcher.lay_out(
        stitcher.assemble([take["file"] for take in (first, second)]), project=chained.parent
    )
    for timeline in (boarded, row):
        shown = [(one.clip.sha256, one.take.task_id, one.take.number) for one in timeline.sources if one.take]
        assert shown == told


def test_takes_are_listed_circled_and_removed(run: Run, chained: Path, server: StandIn) -> None:
    run("generate", chained, "--provider", "runway", "--yes")
    run("generate", chained, "--provider", "runway", "--yes", "--retake", "s1")
    assert "* 1" in run("takes", "list", chained).out
    assert run("takes", "circle", chained, "s1", "2").code == 0
    listed = run("takes", "list", chained, "s1", "--sheet", "takes.png", "--json").document["takes"]
    assert [(take["number"], take["in_film"]) for take in listed] == [(1, False), (2, True)]
    assert Path("takes.png").stat().st_size > 1000
    refused = run("takes", "remove", chained, "s1", "2")
    assert (refused.code, "--yes" in refused.err) == (65, True)
    assert run("takes", "remove", chained, "s1", "2", "--yes").code == 0
    assert not Path("takes/s1/2.mp4").exists()
    assert run("takes", "circle", chained, "s1", "2").code == 65


def test_no_ends_with_130_whatever_was_asked(
    run: Run, chained: Path, server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stitcher.cli.interaction.ask", lambda question, otherwise: False)
    assert run("generate", chained, "s1", "--provider", "runway").code == 130
    assert server.books.creates == ()
    server.script("create", None, Fault.drop(booked=False))
    run("generate", chained, "s1", "--provider", "runway", "--yes")
    bought = len(server.books.creates)
    assert run("upscale", chained, "s1", "--by", "runway", "--to", "2160p").code == 130
    assert len(server.books.creates) == bought
    assert run("takes", "remove", chained, "s1", "1").code == 130
    assert Path("takes/s1/1.mp4").exists()
    run("generate", chained, "s1", "--provider", "runway", "--yes", "--retake", "s1")
    assert run("adopt", chained, "--none", "s1").code == 130
    assert run("check", chained).err.count("its outcome is unknown") == 1


def test_an_unknown_outcome_ends_with_75_and_says_how_to_go_on(
    run: Run, chained: Path, server: StandIn
) -> None:
    server.script("create", Fault.drop(booked=True))
    ended = run("generate", chained, "--provider", "runway", "--yes")
    assert ended.code == 75
    assert f"stitcher adopt {chained} s1 TASK_ID" in ended.err
    assert run("generate", chained, "--provider", "runway", "--yes").code == 75
    assert run("retry", chained, "s1", "--accept-second-charge", "5").code == 65
    # As the message has it: this folder has one storyboard.
    assert run("adopt", "s1", server.books.tasks[0].id).code == 0
    assert run("rescue", chained).code == 0
    assert run("generate", chained, "--provider", "runway", "--yes").code == 0
    assert len(server.books.creates) == 2


@pytest.mark.parametrize(
    ("head", "code"),
    [(HEAD, 0), (HEAD + "budget: {credits: 5}\n", 77), (HEAD.replace("gen4_turbo", "gen4"), 65)],
    ids=["all well", "above the budget", "a retired model"],
)
def test_estimate_ends_by_the_class_of_what_is_wrong(run: Run, here: Path, head: str, code: int) -> None:
    project(here, CHAIN[0], head)
    assert run("estimate", "board.yaml").code == code


@pytest.mark.slow
def test_check_says_what_is_an_animatic_and_what_no_longer_matches(
    run: Run, chained: Path, server: StandIn
) -> None:
    run("generate", chained, "s1", "--no-burn-in")
    assert "Only animatics so far: s1" in run("check", chained).err
    run("generate", chained, "--provider", "runway", "--yes")
    chained.write_text(chained.read_text().replace("prompt: two", "prompt: another"))
    ended = run("check", chained, "--json")
    assert ended.document["no_longer_matching"] == [{"shot": "s2", "number": 1, "differs": ["prompt"]}]


@pytest.mark.slow
def test_a_retake_is_said_to_be_outside_the_film_until_it_is_circled(
    run: Run, chained: Path, server: StandIn
) -> None:
    run("generate", chained, "--provider", "runway", "--yes")
    chained.write_text(chained.read_text().replace("prompt: one", "prompt: another"))
    buy = f"stitcher generate {chained} --retake s1 --provider runway"
    for command in (("check", chained), ("render", chained, "-o", "film.mp4")):
        assert (
            f"Shot s1 take 1 no longer matches the storyboard (prompt). It is kept; for a new one: {buy}"
            in (run(*command).err)
        )
    made = run("generate", chained, "--provider", "runway", "--yes", "--retake", "s1")
    circle = f"stitcher takes circle {chained} s1 2"
    assert f"Shot s1 take 2 is not in the film yet, which shows take 1: {circle}" in made.err
    told = run("check", chained)
    assert (buy in told.err, f"take 2 matches: {circle}" in told.err) == (False, True)
    assert circle in run("generate", chained, "--provider", "runway", "--yes").err
    assert run("takes", "circle", chained, "s1", "2").code == 0
    # What follows from it in the chain is another matter; of s1 nothing more is said.
    assert "Shot s1" not in run("check", chained).err


@pytest.mark.slow
def test_what_arrives_otherwise_is_accepted_from_the_command_line(
    run: Run, here: Path, coded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project(here, CHAIN[0])
    with coding_server(coded, lengths={1: 30}) as server:
        monkeypatch.setenv("RUNWAYML_API_SECRET", KEY)
        monkeypatch.setenv("RUNWAYML_BASE_URL", server.url)
        monkeypatch.setenv("STITCHER_POLL_SECONDS", "0.02")
        ended = run("generate", "board.yaml", "--provider", "runway", "--yes")
    assert (ended.code, "stitcher takes accept board.yaml s1 1" in ended.err) == (75, True)
    assert "takes accept board.yaml s1 1" in run("check", "board.yaml").err
    assert [run("rescue", "board.yaml").code, run("takes", "circle", "board.yaml", "s1", "1").code] == [
        75,
        75,
    ]
    taken = run("takes", "accept", "board.yaml", "s1", "1", "--json")
    assert (taken.document["take"]["state"], taken.document["take"]["frames"]) == ("framed", 30)
    assert run("takes", "decline", "board.yaml", "s1", "1").code == 65
    assert run("generate", "board.yaml", "--provider", "runway", "--yes").code in (0, 78)


def test_upscale_says_what_is_missing(run: Run, chained: Path) -> None:
    assert run("upscale", chained).code == 65
    assert run("upscale", chained, "--to", "big").code == 65
    ended = run("upscale", chained, "--to", "1080p")
    assert (ended.code, "no real take" in ended.err) == (0, True)


def test_where_several_storyboards_are_one_has_to_be_named(run: Run, chained: Path) -> None:
    Path("other.yaml").write_text("stitcher: 1\n")
    ended = run("generate", "s1")
    assert (ended.code, "board.yaml, other.yaml" in ended.err) == (65, True)
    assert run("adopt", chained, "s1").code == 65
    assert run("retry", chained, "--accept-second-charge", "1").code == 65


def test_without_a_key_it_says_where_to_get_one(
    run: Run, chained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RUNWAYML_API_SECRET", raising=False)
    ended = run("generate", chained, "--provider", "runway", "--yes")
    assert (ended.code, "RUNWAYML_API_SECRET" in ended.err) == (78, True)


@pytest.mark.slow
def test_the_key_is_in_no_file_and_in_nothing_that_is_said(
    chained: Path, server: StandIn, tmp_path: Path
) -> None:
    server.script("create", None, Fault.http(500, f"Bearer {KEY} is not welcome"))
    environ = {**os.environ, "STITCHER_CACHE": str(tmp_path / "cache")}
    command = [
        sys.executable,
        "-m",
        "stitcher",
        "--verbose",
        "generate",
        str(chained),
        "--provider",
        "runway",
    ]
    ended = subprocess.run([*command, "--yes"], env=environ, capture_output=True, timeout=60, check=False)
    assert ended.returncode == 75, ended.stderr.decode()
    assert KEY.encode() not in ended.stdout + ended.stderr
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name == "takes.ledger" for path in files)
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []
    assert server.books.leaks == ()


@pytest.mark.slow
def test_ctrl_c_ends_with_130_and_what_was_bought_is_fetched_by_the_next_run(
    coded: Path, chained: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    with coding_server(coded, running_s=6.0) as slow:
        monkeypatch.setenv("RUNWAYML_API_SECRET", KEY)
        monkeypatch.setenv("RUNWAYML_BASE_URL", slow.url)
        monkeypatch.setenv("STITCHER_POLL_SECONDS", "0.1")
        child = subprocess.Popen(
            [sys.executable, "-m", "stitcher", "generate", str(chained), "--provider", "runway", "--yes"],
            stderr=subprocess.PIPE,
        )
        assert child.stderr is not None
        for line in child.stderr:
            if b"being made" in line:
                break
        child.send_signal(signal.SIGINT)
        _, said = child.communicate(timeout=30)
        assert child.returncode == 130
        assert b"Still being made, and paid for: Shot s1 take 1" in said
        assert run("rescue", chained).code == 0
        assert len(slow.books.creates) == 1
    assert Path("takes/s1/1.mp4").exists()


@pytest.mark.slow
def test_a_second_stitcher_on_the_same_project_is_told_who_holds_it(
    coded: Path, chained: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    with coding_server(coded, running_s=3.0) as slow:
        monkeypatch.setenv("RUNWAYML_API_SECRET", KEY)
        monkeypatch.setenv("RUNWAYML_BASE_URL", slow.url)
        monkeypatch.setenv("STITCHER_POLL_SECONDS", "0.1")
        command = [
            sys.executable,
            "-m",
            "stitcher",
            "generate",
            str(chained),
            "--provider",
            "runway",
            "--yes",
        ]
        first = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        assert first.stderr is not None
        for line in first.stderr:
            if b"being made" in line:
                break
        second = run("generate", chained, "--provider", "runway", "--yes")
        assert (second.code, f"process {first.pid}" in second.err) == (73, True)
        first.communicate(timeout=60)
        assert first.returncode == 0
        assert len(slow.books.creates) == 2


@pytest.mark.slow
def test_the_stand_in_serves_animatics_to_a_whole_run(
    run: Run, chained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "stitcher", "stand-in", "--speed", "1000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert child.stdout is not None
        monkeypatch.setenv("RUNWAYML_BASE_URL", child.stdout.readline().decode().strip())
        monkeypatch.setenv("RUNWAYML_API_SECRET", KEY)
        monkeypatch.setenv("STITCHER_POLL_SECONDS", "0.2")
        ended = run("generate", chained, "--provider", "runway", "--yes", "--json")
        assert ended.code == 0, ended.err
        assert ended.document["credits"] == 20
    finally:
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=20)
    assert child.returncode == 0


NOTHING_TO_DO = [
    ("generate", "b.yaml"),
    ("generate", "b.yaml", "--provider", "runway", "--yes"),
    ("rescue", "b.yaml"),
    ("estimate", "b.yaml"),
    ("check", "b.yaml"),
    ("plan", "b.yaml"),
    ("takes", "list", "b.yaml"),
    ("takes", "circle", "b.yaml", "a", "1"),
    ("takes", "remove", "b.yaml", "a", "1", "--yes"),
    ("adopt", "b.yaml", "a", "0b5f5d9e-7c1e-4f4c-9d3a-0d5d0c3f8f11"),
    ("retry", "b.yaml", "a", "--accept-second-charge", "5"),
]


@pytest.mark.parametrize("command", NOTHING_TO_DO, ids=" ".join)
def test_a_command_that_had_nothing_to_do_leaves_nothing_behind(
    run: Run, here: Path, chain: list[Path], command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RUNWAYML_API_SECRET", raising=False)
    (here / "b.yaml").write_text(f"stitcher: 1\nshots:\n  - {{id: a, clip: {json.dumps(str(chain[0]))}}}\n")
    run(*command)
    assert [path.name for path in here.iterdir()] == ["b.yaml"]

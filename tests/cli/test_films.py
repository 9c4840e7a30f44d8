"""Commands that make films."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

import stitcher
from stitcher.rendering.output import locked_output
from tests.cli.conftest import Run


def test_assemble_makes_a_film_and_prints_where_it_is(run: Run, here: Path, chain: list[Path]) -> None:
    ended = run("assemble", *chain, "-o", "film.mp4")
    assert ended.code == 0
    assert ended.out.startswith(str(here / "film.mp4"))
    assert stitcher.probe(here / "film.mp4").video.frames == 3 * 25 - 2


def test_assemble_makes_one_clip_a_film(run: Run, here: Path, chain: list[Path]) -> None:
    assert run("assemble", chain[0], "-o", "film.mp4").code == 0
    assert stitcher.probe(here / "film.mp4").video.frames == 25


def test_assemble_blends_as_long_as_asked(run: Run, here: Path, chain: list[Path]) -> None:
    ended = run(
        "assemble", *chain, "-o", "film.mp4", "--transition", "dissolve", "--duration", "6f", "--json"
    )
    assert ended.document["films"][0]["frames"] == 3 * 25 - 2 * 6


def test_assemble_lays_music_under_the_whole_film(
    run: Run, here: Path, chain: list[Path], score: Path
) -> None:
    ended = run("assemble", *chain, "-o", "film.mp4", "--transition", "cut", "--music", score, "--json")
    film = ended.document["films"][0]
    assert film["sound"]["samples"] == 75 * 2000
    assert stitcher.probe(here / "film.mp4").audio[0].codec == "aac"


def test_assemble_takes_names_of_every_kind(run: Run, here: Path, chain: list[Path]) -> None:
    names = [
        "-dash.mp4",
        "with space.mp4",
        "quo'te\".mp4",
        "per%03d.mp4",
        "co:lon.mp4",
        "new\nline.mp4",
        "grün漢.mp4",
        "[glob]*.mp4",
    ]
    for name in names:
        (here / name).write_bytes(chain[0].read_bytes())
    ended = run("assemble", "-o", "fi:lm %d'.mp4", "--transition", "cut", "--json", "--", *names)
    assert ended.code == 0, ended.out
    assert ended.document["films"][0]["frames"] == 25 * len(names)
    assert (here / "fi:lm %d'.mp4").is_file()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_film_may_have_a_name_that_is_no_text(run: Run, here: Path, chain: list[Path]) -> None:
    odd = os.fsdecode(b"\xe9\x1b[2J.mp4")
    ended = run("assemble", *chain, "-o", odd, "--transition", "fade", "--json")
    assert ended.code == 0, ended.out
    assert (here / odd).is_file()


def test_assemble_leaves_nothing_but_the_film(run: Run, here: Path, chain: list[Path]) -> None:
    run("assemble", *chain, "-o", "film.mp4", "--transition", "fade", "--duration", "6f")
    assert [path.name for path in here.iterdir()] == ["film.mp4"]


def test_assemble_writes_a_contact_sheet_when_asked(run: Run, here: Path, chain: list[Path]) -> None:
    assert run("assemble", *chain, "-o", "film.mp4", "--sheet", "sheet.png").code == 0
    assert (here / "sheet.png").read_bytes().startswith(b"\x89PNG")


def test_a_cache_folder_can_be_named(run: Run, here: Path, chain: list[Path]) -> None:
    blend = ("--transition", "fade", "--duration", "6f", "--cache", "pieces", "--json")
    first = run("assemble", *chain, "-o", "film.mp4", *blend)
    again = run("assemble", *chain, "-o", "film.mp4", *blend)
    assert first.document["films"][0]["reused_frames"] == 0
    assert again.document["films"][0]["reused_frames"] == first.document["films"][0]["encoded_frames"] > 0
    assert (here / "pieces").is_dir()


def test_render_makes_what_the_storyboard_delivers(run: Run, here: Path, board: Path) -> None:
    ended = run("render", board, "--set", "who=me")
    assert ended.code == 0, ended.err
    assert stitcher.probe(here / "out" / "film.mp4").video.frames == 24 + 25 + 24 - 6
    assert not (here / "out" / "resolve").exists()
    assert f"'stitcher export {board} --set who=me' hands over to editors." in ended.err


def test_render_makes_one_film_where_told_to(run: Run, here: Path, board: Path) -> None:
    ended = run("render", board, "--set", "who=me", "-o", "other.mp4", "--preset", "draft", "--json")
    assert [film["preset"] for film in ended.document["films"]] == ["draft"]
    assert (here / "other.mp4").is_file()
    assert not (here / "out").exists()


def test_render_takes_variables_from_a_file_and_lets_set_win(run: Run, here: Path, board: Path) -> None:
    (here / "vars.toml").write_text('who = "a file"\n')
    from_file = run("render", board, "--vars", "vars.toml", "-o", "a.mp4", "--json")
    assert from_file.document["films"][0]["title"] == "A film by a file"
    both = run("render", board, "--vars", "vars.toml", "--set", "who=a=b", "-o", "a.mp4", "--json")
    assert both.document["films"][0]["title"] == "A film by a=b"


def test_render_can_decode_the_whole_film_before_it_is_put_in_place(
    run: Run, here: Path, board: Path
) -> None:
    assert run("render", board, "--set", "who=me", "-o", "a.mp4", "--verify", "full").code == 0


def test_a_delivery_that_fails_takes_its_folder_with_it(run: Run, here: Path, board: Path) -> None:
    board.write_text(board.read_text().replace("out/film.mp4", "out/deep/film.xyz"))
    assert run("render", board, "--set", "who=me").code == 73
    assert not (here / "out").exists()


def test_plan_writes_nothing_and_accounts_for_every_frame(run: Run, here: Path, board: Path) -> None:
    before = sorted(here.iterdir())
    document = run("plan", board, "--set", "who=me", "--json").document
    assert sorted(here.iterdir()) == before
    done = 0
    for segment in document["segments"]:
        assert segment["record_range"][0] == done
        done = segment["record_range"][1]
    assert done == document["frames"] == document["copied_frames"] + document["encoded_frames"]


def test_plan_says_why_a_segment_is_encoded(run: Run, board: Path) -> None:
    ended = run("plan", board, "--set", "who=me")
    assert "dissolve of 6 frames into end" in ended.out
    assert "frames are copied" in ended.out.splitlines()[-1]


def test_plan_is_of_the_first_delivery_and_names_the_others(run: Run, board: Path) -> None:
    text = board.read_text().replace("master-copy", "draft")
    board.write_text(text + "  - {preset: proxy, file: out/proxy.mov}\n")
    ended = run("plan", board, "--set", "who=me", "--json")
    assert ended.document["delivery"]["preset"] == "draft"
    assert "proxy" in ended.document["notes"][-1]
    assert (
        run("plan", board, "--set", "who=me", "--preset", "proxy", "--json").document["delivery"]["preset"]
        == "proxy"
    )


def test_check_sums_up_the_film(run: Run, board: Path) -> None:
    ended = run("check", board, "--set", "who=me")
    assert ended.code == 0
    assert "A film by me: 3 shots" in ended.out
    assert "match -1f" in ended.out


def test_check_tells_every_issue_at_once_with_carets(run: Run, board: Path) -> None:
    board.write_text(board.read_text().replace("duration: 1s", "duration: 1").replace("id: two", "idd: two"))
    ended = run("check", board)
    assert ended.code == 65
    assert ended.err.count("^\n") == ended.err.count(f"{board}:") == 4


def test_check_tells_every_file_that_cannot_be_used(run: Run, here: Path) -> None:
    path = here / "b.yaml"
    path.write_text("stitcher: 1\nshots:\n  - {id: a, clip: no1.mp4}\n  - {id: b, clip: no2.mp4}\n")
    ended = run("check", path)
    assert ended.code == 66
    assert "no1.mp4" in ended.err
    assert f"{path}:4:19" in ended.err
    assert "no2.mp4" in ended.err


def test_check_accepts_shots_that_are_not_generated_yet(run: Run, here: Path, chain: list[Path]) -> None:
    path = here / "b.yaml"
    path.write_text(
        'stitcher: 1\nformat: {ratio: "1280:720"}\n'
        f"shots:\n  - {{id: a, clip: {chain[0]}}}\n  - {{id: b, start: previous, prompt: on}}\n"
    )
    assert run("check", path, "--json").document["not_generated"] == ["b"]
    refused = run("render", path, "-o", "film.mp4")
    assert refused.code == 65
    assert "not generated yet" in refused.err


@pytest.mark.slow
def test_a_new_storyboard_renders_as_it_is(run: Run, here: Path) -> None:
    ended = run("new", "The Sea", "--json")
    board = Path(ended.document["storyboard"])
    assert json.loads(Path(ended.document["schema"]).read_text()) == stitcher.schema()
    board.write_text(board.read_text().replace("1280x720", "128x72"))
    assert run("render", board).code == 0
    assert (here / "The Sea" / "out" / "film.mp4").is_file()


def test_new_never_overwrites_a_storyboard(run: Run, here: Path) -> None:
    (here / "storyboard.yaml").write_text("mine")
    ended = run("new", ".")
    assert ended.code == 73
    assert (here / "storyboard.yaml").read_text() == "mine"


def test_a_second_stitcher_on_the_same_output_is_told_who_holds_it(
    run: Run, here: Path, chain: list[Path]
) -> None:
    with locked_output(here / "film.mp4"):
        ended = run("assemble", *chain, "-o", "film.mp4")
    assert ended.code == 73
    assert str(os.getpid()) in ended.err
    assert not (here / "film.mp4").exists()


@pytest.mark.slow
def test_the_demo_makes_a_film_from_what_comes_with_stitcher(run: Run, here: Path) -> None:
    ended = run("demo", "--preset", "draft", "--folder", "somewhere/else")
    assert ended.code == 0, ended.err
    assert stitcher.probe(here / "somewhere" / "else" / "lighthouse.mp4").duration > 20
    assert (here / "somewhere" / "else" / "seam.png").is_file()
    upright = stitcher.probe(here / "somewhere" / "else" / "lighthouse-upright.mp4")
    assert (upright.video.shown_size, upright.video.frames, len(upright.audio)) == ((1080, 1920), 120, 1)
    animatic = stitcher.probe(here / "somewhere" / "else" / "lighthouse-animatic.mp4")
    assert animatic.duration > 9
    assert animatic.audio
    for shot in ("dawn", "channel", "lamp", "pier"):
        assert (here / "somewhere/else/animatic/takes" / shot / "1.animatic.mp4").exists()
    assert "took" in ended.out


def test_what_becomes_of_the_clips_unasked_is_said(run: Run, here: Path, chain: list[Path]) -> None:
    made = run("assemble", *chain[:2], "-o", "film.mp4", "--fps", "25", "--preset", "draft")
    assert made.out.count("converted:") == 1
    assert f"  converted: the rate (24) is made 25: {chain[0].stem}, {chain[1].stem}\n" in made.out
    (here / "b.yaml").write_text(
        f"stitcher: 1\nformat: {{fps: 25}}\nshots:\n  - {{id: a, clip: {chain[0]}}}\n  - {{id: b, clip: {chain[1]}}}\n"
    )
    assert "converted: the rate (24) is made 25: a, b\n" in run("plan", "b.yaml").out
    wanted = [{"kind": "rate", "shots": ["a", "b"], "text": "the rate (24) is made 25: a, b"}]
    assert run("plan", "b.yaml", "--json").document["conversions"] == wanted
    film = run("render", "b.yaml", "-o", "film.mp4", "--json").document["films"][0]
    assert film["conversions"] == wanted


def test_of_clips_that_are_alike_nothing_is_said(run: Run, here: Path, chain: list[Path]) -> None:
    made = run("assemble", *chain, "-o", "film.mp4", "--json")
    assert made.document["films"][0]["conversions"] == []


@pytest.mark.slow
def test_render_makes_a_part_or_a_frame_beside_the_storyboard_and_leaves_deliveries_alone(
    run: Run, here: Path, chain: list[Path]
) -> None:
    (here / "film.yaml").write_text(
        f"stitcher: 1\nshots:\n  - {{id: a, clip: {chain[0]}}}\n  - {{id: b, clip: {chain[1]}}}\n"
        "deliver:\n  - {preset: draft, file: whole.mp4}\n"
    )
    assert run("render", "film.yaml", "--from", "b").out.startswith(str(here / "film.b-.mp4"))
    assert run("render", "film.yaml", "--at", "b").out.strip().endswith("film.b.png")
    assert sorted(path.name for path in here.iterdir()) == ["film.b-.mp4", "film.b.png", "film.yaml"]


def test_a_frame_and_a_part_are_not_asked_for_at_once(run: Run, here: Path) -> None:
    ended = run("render", "film.yaml", "--at", "2s", "--from", "1s")
    assert ended.code == 65
    assert "--at makes one frame" in ended.err

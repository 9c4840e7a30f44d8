"""`stitcher export`: a storyboard becomes a folder for an editor."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import opentimelineio as otio
import pytest

import stitcher
from stitcher.media.wav import wav_data
from tests.cli.conftest import Run

BOARD = """
stitcher: 1
title: Hand-over
shots:
  - {id: one, clip: CLIP0}
  - {id: two, clip: CLIP1, transition: {kind: dissolve, duration: 6f}}
sound:
  - {role: music, file: SCORE, gain: -6}
deliver:
  - {editor: otio, folder: out/otio}
"""
TEXTS = """
  - {id: end, title: {text: The End, duration: 12f, fade_in: 6f}, transition: cut}
  - {id: mirrored, clip: CLIP2, transition: cut, effects: [MirrorX],
     overlays: [{text: Here, at: 2f, duration: 10f}]}
sound:"""


PARTS = ("stems", "captions", "poster", "reference", "other-size")
BARE = tuple(word for part in PARTS for word in ("--without", part))
"""Timelines, media and lists alone: nothing is encoded."""


@pytest.fixture
def board(here: Path, chain: list[Path], score: Path) -> Path:
    path = here / "board.yaml"
    path.write_text(written(BOARD, chain, score), encoding="utf-8")
    return path


def written(text: str, chain: list[Path], score: Path) -> str:
    for number, clip in enumerate(chain):
        text = text.replace(f"CLIP{number}", str(clip))
    return text.replace("SCORE", str(score))


def test_what_deliver_asks_for_is_handed_over(run: Run, board: Path) -> None:
    ended = run("export", board, "--json", *BARE)
    assert ended.code == 0, ended.err
    done = ended.document["handovers"][0]
    folder = board.parent / "out" / "otio"
    assert (done["editor"], done["folder"], done["files"][0]) == ("otio", str(folder), "timeline.otio")
    assert {loss["kind"] for loss in done["losses"]} >= {"gain", "picture-size"}
    timeline = otio.adapters.read_from_file(str(folder / "timeline.otio"))
    names = [clip.name for clip in timeline.video_tracks()[0] if isinstance(clip, otio.schema.Clip)]
    assert names == ["one", "two"]


def test_an_editor_and_a_folder_can_be_named(run: Run, board: Path, here: Path) -> None:
    ended = run("export", board, "--to", "premiere", "-o", "x/../cut", "--media", "copy", *BARE)
    assert ended.code == 0, ended.err
    assert "for premiere: open timeline.xml" in ended.out
    assert ended.out.splitlines()[0] == str(here / "cut")
    assert (here / "cut" / "timeline.xml").is_file()
    assert not (here / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--to", "premiere"), 65, "Give --to EDITOR and -o FOLDER together"),
        (("--to", "premier", "-o", "cut"), 78, "There is no editor named 'premier'. Did you mean premiere?"),
        (("--to", "otio", "-o", "."), 73, "holds files that are of no hand-over (board.yaml)"),
    ],
)
def test_what_cannot_be_is_said_in_one_paragraph(
    run: Run, board: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    ended = run("export", board, *arguments)
    assert ended.code == code
    assert message in ended.err


@pytest.mark.slow
def test_texts_and_effects_are_handed_over_as_pictures(
    run: Run, board: Path, chain: list[Path], score: Path
) -> None:
    board.write_text(written(BOARD.replace("\nsound:", TEXTS), chain, score), encoding="utf-8")
    assert run("export", board, *BARE).code == 0
    folder = board.parent / "out" / "otio"
    timeline = otio.adapters.read_from_file(str(folder / "timeline.otio"))
    film, text = timeline.video_tracks()
    drawn = {clip.name: clip for clip in (*film, *text) if isinstance(clip, otio.schema.Clip)}
    assert drawn["end"].media_reference.target_url == "media/end.mov"
    assert stitcher.probe(folder / "media" / "end.mov").video.frames == 12
    # All of the clip is seen, and there is nothing left for handles.
    assert stitcher.probe(folder / "media" / "mirrored.mov").video.frames == 25
    overlay = stitcher.probe(folder / "media" / drawn["mirrored text 1"].media_reference.name).video
    assert (overlay.frames, overlay.codec, "a" in overlay.pixel_format) == (10, "prores", True)
    at = drawn["mirrored text 1"].range_in_parent().start_time.value
    assert at == drawn["mirrored"].range_in_parent().start_time.value + 2
    rows = list(csv.DictReader(io.StringIO((folder / "shotlist.csv").read_text("utf-8-sig"))))
    assert [row["shot"] for row in rows] == ["one", "two", "end", "mirrored", "mirrored text 1"]


def test_a_part_that_there_is_not_is_refused(board: Path) -> None:
    with pytest.raises(
        stitcher.StitcherError, match="'posters' is no part of a hand-over: did you mean 'poster'"
    ):
        stitcher.export(stitcher.load(board), "otio", board.parent / "out", without=["posters"])


@pytest.mark.slow
def test_the_film_lies_beside_its_cut_with_its_timecode_and_the_sound_by_roles(
    run: Run, board: Path, chain: list[Path], score: Path
) -> None:
    spoken = "sound:\n  - {role: dialogue, file: SCORE, at: 0s, text: Words}\n"
    board.write_text(written(BOARD.replace("sound:\n", spoken), chain, score), encoding="utf-8")
    assert run("export", board).code == 0
    folder = board.parent / "out" / "otio"
    clip = stitcher.probe(folder / "reference.mp4")
    timeline = stitcher.lay_out(stitcher.load(board))
    assert (clip.video.frames, max(clip.video.shown_size) <= 640) == (timeline.frames, True)
    assert len(clip.audio) == 1
    stem = wav_data(folder / "stems" / "music.wav")
    assert (stem.bits, stem.samples) == (24, timeline.samples)
    assert {path.name for path in (folder / "captions").iterdir()} == {"Hand-over.srt", "Hand-over.vtt"}
    assert (folder / "poster.jpg").read_bytes()[:2] == b"\xff\xd8"
    before = {path: path.stat().st_ino for path in folder.rglob("*") if path.is_file()}
    assert run("export", board, "--json").document["handovers"][0]["changed"] == []
    assert {path: path.stat().st_ino for path in before} == before


def test_a_hand_over_that_was_moved_is_relinked(run: Run, board: Path, here: Path) -> None:
    assert run("export", board, "--to", "resolve", "-o", "cut", *BARE).code == 0
    (here / "cut").rename(here / "elsewhere")
    ended = run("relink", "elsewhere", "--json")
    assert ended.code == 0, ended.err
    assert (ended.document["folder"], ended.document["missing"]) == (str(here / "elsewhere"), [])
    assert "relinked: nothing, all was right" in run("relink", "elsewhere").out
    assert str(here / "elsewhere" / "media") in (here / "elsewhere" / "timeline.otio").read_text("utf-8")

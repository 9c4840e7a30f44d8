"""`stitcher import`: a hand-over comes back as a storyboard, and what cannot be read is said."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import stitcher
from tests.cli.conftest import Run
from tests.cli.test_export import BARE, BOARD, written

EMPTY = "TITLE: none\r\nFCM: NON-DROP FRAME\r\n"


HandOver = Callable[[str], Path]


@pytest.fixture
def hand_over(run: Run, here: Path, chain: list[Path], score: Path) -> HandOver:
    """Hands the storyboard over to an editor."""
    (here / "board.yaml").write_text(written(BOARD, chain, score), encoding="utf-8")

    def to(editor: str) -> Path:
        assert run("export", "board.yaml", "--to", editor, "-o", "cut").code == 0
        return here / "cut"

    return to


@pytest.mark.parametrize(
    ("editor", "name"),
    [
        ("otio", "timeline.otio"),
        ("otio", "timeline.otioz"),
        ("premiere", "timeline.xml"),
        ("finalcut", "timeline.fcpxml"),
        ("resolve", "timeline_V1.edl"),
    ],
)
def test_a_hand_over_comes_back_and_is_laid_out_alike(
    run: Run, hand_over: HandOver, editor: str, name: str
) -> None:
    ended = run("import", hand_over(editor) / name, "-o", "back.yaml", "--json")
    assert ended.code == 0, ended.err
    assert ended.document["shots"] == 2
    again, film = (stitcher.lay_out(stitcher.load(path)) for path in ("back.yaml", "board.yaml"))
    assert [(item.shot, item.source_range, item.record_start) for item in again.items] == [
        (item.shot, item.source_range, item.record_start) for item in film.items
    ]
    assert again.transitions == film.transitions
    assert (again.rate, again.start_frame, again.width) == (film.rate, film.start_frame, film.width)


@pytest.mark.slow
def test_media_of_an_archive_that_came_alone_are_unpacked_beside_the_storyboard(
    run: Run, hand_over: HandOver, here: Path
) -> None:
    (here / "home").mkdir()
    (hand_over("otio") / "timeline.otioz").rename(here / "home/timeline.otioz")
    for path in (here / "cut/media").iterdir():
        path.unlink()
    ended = run("import", "home/timeline.otioz", "-o", "home/back.yaml", "--json")
    assert ended.code == 0, ended.err
    assert "clip: timeline-media/" in (here / "home/back.yaml").read_text()
    assert run("check", "home/back.yaml").code == 0


def test_a_storyboard_that_is_there_stays(run: Run, hand_over: HandOver, here: Path) -> None:
    before = (here / "board.yaml").read_bytes()
    ended = run("import", hand_over("otio") / "timeline.otio", "-o", "board.yaml")
    assert ended.code == 73
    assert "is there already: name another file, or say --overwrite" in ended.err
    assert (here / "board.yaml").read_bytes() == before


def test_clips_are_found_in_a_folder_that_is_named(run: Run, hand_over: HandOver, here: Path) -> None:
    cut = hand_over("premiere")
    (cut / "media").rename(here / "elsewhere")
    lost = run("import", cut / "timeline.xml", "-o", "lost.yaml", "--json")
    assert {one["kind"] for one in lost.document["unread"]} >= {"media"}
    found = run("import", cut / "timeline.xml", "-o", "found.yaml", "--media", "elsewhere", "--json")
    assert "media" not in {one["kind"] for one in found.document["unread"]}
    assert run("check", "found.yaml").code == 0


def test_an_edit_list_is_asked_for_its_rate_where_no_clip_tells_it(
    run: Run, hand_over: HandOver, here: Path
) -> None:
    cut = hand_over("resolve")
    (cut / "media").rename(here / "elsewhere")
    text = (cut / "timeline_V1.edl").read_text()
    (cut / "timeline_V1.edl").write_text(re.sub(r"(?m)^\* FRAME RATE.*\n", "", text))
    ended = run("import", cut / "timeline_V1.edl", "-o", "back.yaml")
    assert ended.code == 65
    assert "does not say at which rate it counts" in ended.err
    assert run("import", cut / "timeline_V1.edl", "-o", "back.yaml", "--rate", "24").code == 0


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("cut.otio", "{", "is not JSON that can be read"),
        ("cut.otio", '{"OTIO_SCHEMA": "Clip.2"}', "holds no timeline of OpenTimelineIO"),
        ("cut.otioz", "no archive", "is no .otioz archive that can be read"),
        ("cut.xml", "<xmeml version='5'><sequence>", "is not XML that can be read"),
        ("cut.xml", "<xmeml version='5'/>", "holds no sequence of Final Cut Pro 7 XML"),
        ("cut.xml", "<html/>", "is no cut that stitcher reads; it reads .otio, .otioz, .xml"),
        ("cut.fcpxml", "<fcpxml version='1.10'/>", "holds no project of FCPXML"),
        ("cut.edl", EMPTY, "does not say at which rate it counts"),
    ],
)
def test_what_is_no_cut_is_said_in_one_paragraph(
    run: Run, here: Path, name: str, content: str, message: str
) -> None:
    (here / name).write_text(content, encoding="utf-8")
    ended = run("import", name, "-o", "back.yaml")
    assert ended.code == 65, ended.err
    assert message in ended.err
    assert not (here / "back.yaml").exists()


ONTO = """\
stitcher: 1
defaults: {transition: cut}
shots:
  # the first
  - {id: one, clip: CLIP0}   # from the camera
  - id: two
    clip: CLIP1
    transition: {kind: dissolve, duration: 6f}
  # the last
  - id: three
    clip: CLIP2
sound:
  - {role: music, file: SCORE, gain: -6}
"""


@pytest.fixture
def edited(run: Run, here: Path, chain: list[Path], score: Path) -> Callable[[Callable[[Any], None]], str]:
    """The storyboard after a change of its hand-over in an editor, as the lines that changed."""
    board = here / "board.yaml"
    board.write_text(written(ONTO, chain, score), encoding="utf-8")
    assert run("export", board, "--to", "otio", "-o", "cut", "--without", "reference").code == 0

    def after(change: Callable[[Any], None]) -> str:
        cut = json.loads((here / "cut/timeline.otio").read_text())
        change(cut["tracks"]["children"])
        (here / "edited.otio").write_text(json.dumps(cut))
        ended = run("import", "edited.otio", "--onto", board, "-o", board, "--json")
        assert ended.code == 0, ended.err
        assert ended.document["left"] == []
        assert run("diff", board, "edited.otio").code == 0
        old, new = written(ONTO, chain, score).splitlines(), board.read_text().splitlines()
        return "\n".join(line for line in difflib.ndiff(old, new) if line[0] in "+-")

    return after


def test_onto_its_storyboard_an_unchanged_cut_changes_no_letter(edited: Any) -> None:
    assert edited(lambda tracks: None) == ""


def test_onto_its_storyboard_a_trim_is_one_key(edited: Any) -> None:
    def trim(tracks: Any) -> None:
        clip = tracks[0]["children"][-1]
        clip["source_range"]["duration"]["value"] -= 5

    assert edited(trim) == "+     out: 20f"


def test_onto_its_storyboard_a_clip_that_is_off_is_one_key(edited: Any) -> None:
    assert edited(lambda tracks: tracks[0]["children"][-1].update(enabled=False)) == "+     enabled: false"


OFF = """\
stitcher: 1
defaults: {transition: cut}
shots:
  - {id: one, clip: CLIP0}   # from the camera
  - {id: two, clip: CLIP1, in: 2f, enabled: false, transition: {kind: dissolve, duration: 6f}}
  - {id: card, title: {text: The End, duration: 12f}, enabled: false}
  - {id: three, clip: CLIP2}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("editor", "name"),
    [
        ("otio", "timeline.otio"),
        ("resolve", "timeline.otio"),
        ("premiere", "timeline.otio"),
        ("premiere", "timeline.xml"),
        ("finalcut", "timeline.fcpxml"),
        ("resolve", "timeline_V1.edl"),
    ],
)
def test_onto_its_storyboard_shots_that_are_switched_off_change_no_letter(
    run: Run, here: Path, chain: list[Path], score: Path, editor: str, name: str
) -> None:
    text = written(OFF, chain, score)
    (here / "board.yaml").write_text(text, encoding="utf-8")
    assert run("export", "board.yaml", "--to", editor, "-o", "cut", *BARE).code == 0
    assert (here / "cut/media" / chain[1].name).exists()
    ended = run("import", f"cut/{name}", "--onto", "board.yaml", "-o", "board.yaml", "--json")
    assert ended.code == 0, ended.err
    assert ended.document["left"] == []
    assert (here / "board.yaml").read_text(encoding="utf-8") == text


def test_onto_its_storyboard_a_shot_that_is_moved_takes_its_comment_along(edited: Any) -> None:
    def move(tracks: Any) -> None:
        clips = tracks[0]["children"]
        clips.insert(0, clips.pop())

    lines = edited(move).splitlines()
    assert [line[2:].strip() for line in lines if "last" in line] == ["# the last", "# the last"]
    assert all(key not in "".join(lines) for key in ("in:", "out:"))


def test_onto_its_storyboard_gain_and_markers_are_taken_over(edited: Any) -> None:
    def change(tracks: Any) -> None:
        data = tracks[1]["children"][0]["metadata"]["stitcher"]
        data["levels"] = [[frame, gain - 3] for frame, gain in data["levels"]]
        at = {"OTIO_SCHEMA": "RationalTime.1", "rate": 25.0, "value": 2.0}
        span = {"OTIO_SCHEMA": "TimeRange.1", "start_time": at, "duration": {**at, "value": 0.0}}
        clip = tracks[0]["children"][0]
        clip["markers"] = [{"OTIO_SCHEMA": "Marker.2", "name": "look", "comment": "", "marked_range": span}]

    lines = edited(change)
    assert "gain: -9" in lines
    assert "+   - name: look\n+     at: one+2f" in lines


def test_onto_a_storyboard_new_clips_have_to_be_found(
    run: Run, here: Path, chain: list[Path], score: Path
) -> None:
    (here / "board.yaml").write_text(written(ONTO, chain, score), encoding="utf-8")
    (here / "cut.edl").write_text(
        "TITLE: x\n001  NEW      V     C        00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00\n"
        "* FROM CLIP NAME: new.mov\n"
    )
    ended = run("import", "cut.edl", "--onto", "board.yaml", "-o", "board.yaml")
    assert ended.code == 65
    assert (
        "The cut has new clips whose files are not found (new.mov): name their folder with --media"
        in ended.err
    )

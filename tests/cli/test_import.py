"""`stitcher import`: a hand-over comes back as a storyboard, and what cannot be read is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import stitcher
from tests.cli.conftest import Run
from tests.cli.test_export import BOARD, written

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

"""A cut onto the storyboard it was made from: prompts and comments stay, and starts stay the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from stitcher.editor_import.reading import cut_of_film
from stitcher.errors import InputError
from stitcher.importers.board import BoardWriter
from stitcher.importers.cut import Cut, CutClip, CutMedia
from stitcher.importers.film_view import FilmView
from stitcher.importers.merge_shots import ShotMerger
from stitcher.storyboard.edit import BoardText
from stitcher.storyboard.load import parse
from stitcher.timebase import FrameRange
from stitcher.timeline.layout import lay_out
from stitcher.timeline.media_index import MediaIndex
from tests.factories import make_clip

PATH = Path("/project/board.yaml")
TEXT = """\
stitcher: 1
shots:
  # at dawn
  - id: harbour
    start: still.png
    prompt: A harbour   # keep this
  - id: door
    start: previous
    prompt: Through the door
  - {id: storm, start: previous, prompt: Waves}
"""
TAKES = {
    name: make_clip(path=f"/project/takes/{name}/1.mp4", frames=121) for name in ("harbour", "door", "storm")
}
MEDIA = MediaIndex(takes=TAKES, doubled={("harbour", "door"): 1, ("door", "storm"): 1})
FILM = lay_out(parse(TEXT, path=PATH), MEDIA)
CUT = cut_of_film(FILM)
HARBOUR, DOOR, STORM = CUT.pictures[0].clips


def laid(*clips: CutClip) -> Cut:
    at, placed = 0, []
    for clip in clips:
        placed.append(replace(clip, record=FrameRange(at, at + len(clip.record))))
        at += len(clip.record)
    track = replace(CUT.pictures[0], clips=tuple(placed), blends=(None,) * (len(placed) - 1))
    return replace(CUT, pictures=(track,))


def merged(cut: Cut) -> tuple[str, BoardWriter]:
    board = parse(TEXT, path=PATH)
    found = {media: Path(media.address) for media in cut.media}
    writer = BoardWriter(FilmView.of(cut), found, PATH.parent, [])
    text = BoardText(TEXT, PATH)
    ShotMerger(board, FilmView.of(CUT), writer, frozenset({"harbour", "door"})).merge(text)
    return text.written(), writer


def test_the_same_cut_changes_no_letter() -> None:
    assert merged(CUT)[0] == TEXT


def test_a_moved_take_keeps_its_prompt_its_comments_and_what_it_was_made_from() -> None:
    text, _ = merged(laid(DOOR, STORM, HARBOUR))
    assert (
        text
        == """\
stitcher: 1
shots:
  - id: door
    start: {shot: harbour}
    prompt: Through the door
  - {id: storm, start: previous, prompt: Waves}
  # at dawn
  - id: harbour
    start: still.png
    prompt: A harbour   # keep this
    transition: cut
    out: 120f
"""
    )
    again = lay_out(parse(text, path=PATH), replace(MEDIA, doubled={("door", "storm"): 1}))
    assert [(item.shot, item.source_range) for item in again.items] == [
        ("door", FrameRange(0, 120)),
        ("storm", FrameRange(0, 121)),
        ("harbour", FrameRange(0, 120)),
    ]


def test_a_take_that_another_is_made_from_cannot_be_left_out() -> None:
    with pytest.raises(InputError, match="left out 'door', whose frame the take of 'storm' is made from"):
        merged(laid(HARBOUR, STORM))


def test_a_trim_at_a_match_cut_pins_both_sides() -> None:
    shorter = replace(DOOR, record=FrameRange(0, 100))
    text, _ = merged(laid(HARBOUR, shorter, STORM))
    assert "    prompt: Through the door\n    out: 100f\n" in text
    assert "{id: storm, start: previous, prompt: Waves, transition: cut}" in text
    assert "prompt: A harbour   # keep this\n  - id: door" in text


def test_another_file_in_the_place_of_a_take_is_named_and_the_take_stays() -> None:
    other = replace(STORM, media=CutMedia("other.mov", "/footage/other.mov"))
    text, writer = merged(laid(HARBOUR, DOOR, other))
    assert [(one.kind, one.where, one.detail) for one in writer.unread] == [
        ("replaced", "storm", "other.mov")
    ]
    assert text == TEXT


def test_a_new_clip_becomes_a_shot_where_the_cut_has_it() -> None:
    media = CutMedia("sea.mov", "/project/sea.mov", rate=FILM.rate, frames=200)
    text, _ = merged(laid(HARBOUR, CutClip("sea", FrameRange(0, 48), media), DOOR, STORM))
    assert (
        "  - id: sea\n    clip: sea.mov\n    out: 48f\n    transition: cut\n    sound: mute\n  - id: door\n"
        in text
    )
    assert "start: {shot: harbour}" in text

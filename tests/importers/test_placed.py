"""Where a cut lays pictures of another shape, read back as what a storyboard says of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stitcher.exporters.cut import handover_of
from stitcher.importers.board import BoardData, board_data
from stitcher.importers.changes import differences, not_compared
from stitcher.importers.film_view import FilmView
from stitcher.importers.from_handover import cut_of
from stitcher.importers.placed import CutPlacement
from stitcher.storyboard.choices import Fit
from stitcher.timeline.focus import AUTO, Focus, FocusPoint
from tests.exporters.films import film_of
from tests.importers.test_own_exports import read_back

FORMATS = ["fcp7", "fcpxml"]
STANDS = Focus((FocusPoint(0, 0.4, 0.5),))
MOVES = Focus((FocusPoint(10, 0.4, 0.5), FocusPoint(34, 0.6, 0.5)))


def home(name: str, focus: Focus, fit: Fit = "crop", overlaps: list[int] | None = None) -> BoardData:
    """A square film of clips of 1280x720, which begin at their tenth frame, back from a format."""
    film = film_of(48, 48, overlaps=overlaps)
    items = tuple(replace(item, focus=focus, fit=fit) for item in film.items)
    cut = read_back(handover_of(replace(film, items=items, width=720, height=720)), name)
    tracks = [
        replace(
            track,
            clips=tuple(
                replace(clip, media=clip.media and replace(clip.media, size=(1280, 720)))
                for clip in track.clips
            ),
        )
        for track in cut.pictures
    ]
    return board_data(replace(cut, pictures=tuple(tracks)), {}, Path("/project"))


def compared(name: str, before: Focus, after: Focus) -> list[str]:
    """What of a film cannot be compared with a hand-over of it that has another focus."""
    film = film_of(48, 48)
    one, other = (
        handover_of(
            replace(
                film, items=tuple(replace(item, focus=focus) for item in film.items), width=720, height=720
            )
        )
        for focus in (before, after)
    )
    views = FilmView.of(cut_of(one)), FilmView.of(read_back(other, name))
    assert not differences(*views)
    return [f"{unread.kind} {unread.where}" for unread in (*views[1].unread, *not_compared(*views))]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("focus", [STANDS, MOVES, Focus()], ids=["stands", "moves", "middle"])
def test_a_picture_that_lies_where_it_did_is_not_named(name: str, focus: Focus) -> None:
    assert compared(name, focus, focus) == []


@pytest.mark.parametrize("name", FORMATS)
def test_one_that_an_editor_moved_is_named(name: str) -> None:
    assert compared(name, STANDS, MOVES) == ["effect s0", "effect s1"]


def test_a_focus_that_was_found_is_not_named() -> None:
    film = film_of(48, 48)
    found, left = (
        replace(film, items=tuple(replace(item, focus=focus) for item in film.items), width=720, height=720)
        for focus in (STANDS, AUTO)
    )
    keys = {item.shot: (("focus", '{"auto": true}'),) for item in film.items}
    views = (
        FilmView.of(cut_of(handover_of(left, keys=keys))),
        FilmView.of(read_back(handover_of(found), "fcp7")),
    )
    assert not [*not_compared(*views)]


def said(made: BoardData, key: str) -> list[Any]:
    return [shot.get(key) for shot in made.data["shots"]]


@pytest.mark.parametrize("name", FORMATS)
def test_a_focus_comes_home(name: str) -> None:
    made = home(name, STANDS)
    assert said(made, "focus") == [{"x": 0.4, "y": 0.5}] * 2
    assert not {"fit", "effect"} & {one.kind for one in made.unread}


@pytest.mark.parametrize("name", FORMATS)
def test_one_that_moves_comes_home_with_its_key_frames(name: str) -> None:
    first, _ = said(home(name, MOVES), "focus")
    assert [(key["at"], key["x"]) for key in first][:2] == [("0f", 0.4), ("24f", 0.6)]


@pytest.mark.parametrize("name", FORMATS)
def test_key_frames_count_from_where_a_shot_is_seen_under_a_dissolve(name: str) -> None:
    _, second = said(home(name, MOVES, overlaps=[8]), "focus")
    assert [(key["at"], key["x"]) for key in second][:2] == [("0f", 0.4), ("24f", 0.6)]


@pytest.mark.parametrize("name", FORMATS)
def test_a_picture_in_the_middle_has_no_focus(name: str) -> None:
    assert said(home(name, Focus()), "focus") == [None, None]


def test_a_padded_picture_is_told_from_a_cropped_one_by_its_scale() -> None:
    assert said(home("fcp7", Focus(), "pad"), "fit") == ["pad", "pad"]


def test_a_size_that_a_storyboard_cannot_say_is_named() -> None:
    assert CutPlacement(((0, 0.0, 0.0),), 0.8).fit((1280, 720), (720, 720)) is None

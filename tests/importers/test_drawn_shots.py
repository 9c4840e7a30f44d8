"""Shots that were drawn for an editor, back from it: what was slipped is told, or named as what cannot be told."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from stitcher.exporters.cut import Place, handover_of
from stitcher.exporters.handover import Handover
from stitcher.exporters.overlay_tracks import Drawn
from stitcher.importers.changes import differences, not_compared
from stitcher.importers.cut import Cut
from stitcher.importers.film_view import FilmView
from stitcher.importers.from_handover import cut_of
from stitcher.timebase import FrameRange
from tests.exporters.films import film_of, spoken
from tests.factories import make_clip
from tests.importers.test_own_exports import FORMATS, read_back

TELL = ["otio", "otio-resolve", "otio-premiere", "edl"]
_SHAPES = {"named after the shot": "two.mp4", "named otherwise": "wan_0007.mp4"}


def handed_over(file: str, handles: int = 6) -> tuple[Cut, Handover]:
    """A storyboard's film, and its hand-over, in which the second shot is drawn with handles."""
    film = film_of(48, 48, 48, names=["one", "two", "three"])
    clip = replace(film.items[1].source, path=Path("/project") / file)  # type: ignore[arg-type]  # each of this film is a clip
    film = replace(film, items=(film.items[0], replace(film.items[1], source=clip), film.items[2]))
    drawn = make_clip(path="/cache/drawn.mov", frames=48 + 2 * handles, rate=film.rate)
    drawn = replace(drawn, sha256="d" * 64)
    return cut_of(handover_of(film)), handover_of(
        film, drawn={1: Drawn(drawn, head=handles)}, place=Place(Path("/out/media"))
    )


def slipped(handover: Handover, by: int) -> Handover:
    film = handover.video[0]
    two = film.items[1]
    two = replace(two, source=FrameRange(two.source.start + by, two.source.stop + by))
    return replace(
        handover, video=(replace(film, items=(film.items[0], two, film.items[2])), *handover.video[1:])
    )


def told(before: Cut, after: Cut) -> tuple[list[str], list[str]]:
    views = FilmView.of(before), FilmView.of(after)
    return list(map(str, differences(*views))), [f"{one.kind} {one.where}" for one in not_compared(*views)]


@pytest.mark.parametrize("file", _SHAPES.values(), ids=_SHAPES)
@pytest.mark.parametrize("name", TELL)
@pytest.mark.parametrize(("by", "way"), [(2, ("later", "earlier")), (-3, ("earlier", "later"))])
def test_its_slip_is_told_whichever_comes_first(name: str, file: str, by: int, way: tuple[str, str]) -> None:
    board, handover = handed_over(file)
    cut = read_back(slipped(handover, by), name)
    words = f"two: slipped by {abs(by)} frames, to {{}} pictures"
    assert told(board, cut) == ([words.format(way[0])], [])
    assert told(cut, board) == ([words.format(way[1])], [])


@pytest.mark.parametrize("file", _SHAPES.values(), ids=_SHAPES)
@pytest.mark.parametrize("name", TELL)
def test_as_it_was_handed_over_it_is_no_difference(name: str, file: str) -> None:
    board, handover = handed_over(file)
    cut = read_back(handover, name)
    assert (told(board, cut), told(cut, board)) == (([], []), ([], []))


@pytest.mark.parametrize("name", sorted({*FORMATS} - {*TELL}))
def test_where_the_format_cannot_say_it_is_named(name: str) -> None:
    board, handover = handed_over("wan_0007.mp4")
    cut = read_back(slipped(handover, 2), name)
    assert (told(board, cut), told(cut, board)) == (([], ["drawn-source two"]), ([], ["drawn-source two"]))


def test_one_without_handles_cannot_be_slipped_and_is_not_named() -> None:
    board, handover = handed_over("wan_0007.mp4", handles=0)
    assert told(board, read_back(handover, "fcp7")) == ([], [])


def test_another_file_in_its_place_is_told_as_one() -> None:
    board, handover = handed_over("wan_0007.mp4")
    cut = read_back(handover, "otio")
    one, two, three = cut.pictures[0].clips
    assert two.media is not None
    other = replace(two, media=replace(two.media, name="other.mov", address="other.mov"), start=Fraction(0))
    cut = replace(cut, pictures=(replace(cut.pictures[0], clips=(one, other, three)),))
    assert "two: shows other.mov instead of wan_0007.mp4" in told(board, cut)[0]


def heard(*, muted: bool = False) -> tuple[Cut, Handover]:
    """A film of one file whose shots are all heard, but for a muted one, and its hand-over with the last drawn."""
    film = film_of(48, 48, names=["one", "two"])
    film = replace(film, items=tuple(replace(item, source=film.items[0].source) for item in film.items))
    board = film = spoken(film)
    drawn = replace(make_clip(path="/cache/drawn.mov", frames=60, rate=film.rate), sha256="d" * 64)
    if muted:
        film = replace(film, cues=film.cues[:1])
    place = Place(Path("/out/media"))
    return cut_of(handover_of(board)), handover_of(film, drawn={1: Drawn(drawn, head=6)}, place=place)


@pytest.mark.parametrize("name", sorted({*FORMATS} - {"edl"}))
def test_its_own_sound_is_no_new_one(name: str) -> None:
    board, handover = heard()
    cut = read_back(handover, name)
    assert (told(board, cut)[0], told(cut, board)[0]) == ([], [])


def test_its_own_sound_left_out_is_told_as_its_own() -> None:
    board, handover = heard(muted=True)
    cut = read_back(handover, "otio")
    assert told(board, cut)[0] == ["two: its own sound is not heard any more"]

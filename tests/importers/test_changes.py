"""What is different between two cuts: each change by its name, and nothing where there is none."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings

from stitcher.exporters.cut import handover_of
from stitcher.importers.changes import differences
from stitcher.importers.cut import Cut, CutBlend, CutClip, CutMarker, CutMedia
from stitcher.importers.film_view import FilmView
from stitcher.importers.from_handover import cut_of
from stitcher.importers.match import moved
from stitcher.media.clip import Clip
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Item, Timeline
from stitcher.timeline.picture import Title
from tests.exporters.films import film_of, films, music
from tests.factories import make_clip
from tests.importers.test_own_exports import FORMATS, read_back

FILM = film_of(48, 48, 48, names=["one", "two", "three"])
FILM = replace(FILM, cues=(music(FILM, gain_db=-6.0),))
CUT = cut_of(handover_of(FILM))


def laid(*clips: CutClip, **more: object) -> Cut:
    """The cut with these shots one after the other."""
    at, placed = 0, []
    for clip in clips:
        placed.append(replace(clip, record=FrameRange(at, at + len(clip.record))))
        at += len(clip.record)
    track = replace(CUT.pictures[0], clips=tuple(placed), blends=(None,) * (len(placed) - 1))
    return replace(CUT, pictures=(track,), **more)  # type: ignore[arg-type]  # fields of Cut, by name


def told(after: Cut, before: Cut = CUT) -> list[str]:
    return [f"{one.kind} {one}" for one in differences(FilmView.of(before), FilmView.of(after))]


ONE, TWO, THREE = CUT.pictures[0].clips
SCORE = CUT.sounds[0].clips[0]
SHORTER = FrameRange(0, 40)


def score(**more: object) -> Cut:
    track = replace(CUT.sounds[0], clips=(replace(SCORE, **more),))  # type: ignore[arg-type]  # by name
    return replace(CUT, sounds=(track,))


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (laid(THREE, ONE, TWO), ["moved three: moved from place 3 to place 1"]),
        (laid(ONE, THREE), ["gone two: is gone"]),
        (laid(ONE, replace(TWO, record=SHORTER), THREE), ["trimmed two: trimmed: 8 frames off its end"]),
        (
            laid(ONE, replace(TWO, record=SHORTER, start=TWO.start + Fraction(8, 24)), THREE),
            ["trimmed two: trimmed: 8 frames off its beginning"],
        ),
        (
            laid(ONE, replace(TWO, start=TWO.start + Fraction(2, 24)), THREE),
            ["trimmed two: slipped by 2 frames, to later pictures"],
        ),
        (
            laid(ONE, replace(TWO, media=CutMedia("other.mp4", "/other.mp4")), THREE),
            ["replaced two: shows other.mp4 instead of two.mp4"],
        ),
        (
            laid(ONE, TWO, THREE, CutClip("four", SHORTER, CutMedia("four.mp4", "/four.mp4"))),
            ["new four: is new, 40 frames long"],
        ),
        (laid(ONE, replace(TWO, enabled=False), THREE), ["switched two: is switched off"]),
        (
            laid(ONE, replace(TWO, speed=Fraction(2), record=FrameRange(0, 24)), THREE),
            ["speed two: runs at 2 times its speed and did at 1 times its speed"],
        ),
        (
            replace(CUT, pictures=(replace(CUT.pictures[0], blends=(CutBlend("dissolve", 6, 6), None)),)),
            [
                "trimmed one: trimmed: 6 frames added to its end",
                "trimmed two: trimmed: 6 frames added to its beginning",
                "transition two: comes in by dissolve 12f and did by cut",
            ],
        ),
        (score(levels=()), ["gain score: is at +0.0 dB and was at -6.0 dB"]),
        (
            score(record=FrameRange(12, 144)),
            ["sound-moved score: begins 12 frames later"],
        ),
        (replace(CUT, sounds=()), ["sound-gone score: is gone"]),
        (replace(CUT, markers=(CutMarker(5, "look"),)), ["marker look: is a new marker"]),
        (replace(CUT, start_frame=0), ["format it starts at 00:00:00:00 and did at 01:00:00:00"]),
    ],
)
def test_a_change_is_told_by_its_name(after: Cut, words: list[str]) -> None:
    assert sorted(told(after)) == sorted(words)


def unsped(item: Item) -> Item:
    """The item at its own speed: edit lists count whole pictures of a file, and speeds fall between them."""
    if not isinstance(item.source, Clip):
        return item
    rate = item.source.video.average_rate
    clip = make_clip(path=item.source.path, frames=item.available_range.stop, rate=rate)
    return replace(item, source=clip, speed=Fraction(1))


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=6, deadline=None)
@given(film=films(most=8))
def test_an_export_of_a_film_is_no_other_cut(name: str, film: Timeline) -> None:
    # Levels that move are not compared: what a format's curves make of them differs by fractions.
    film = replace(film, cues=(), items=tuple(map(unsped, film.items)) if name == "edl" else film.items)
    # FCPXML has gaps where texts are that were not drawn.
    assume(name != "fcpxml" or not any(isinstance(item.source, Title) for item in film.items))
    handover = handover_of(film)
    cut = read_back(handover, name)
    assert told(cut, cut_of(handover)) == []


@pytest.mark.parametrize(
    ("places", "found"),
    [
        ([0, 1, 2], set()),
        ([2, 0, 1], {0}),
        ([1, 2, 0], {2}),
        ([0, None, 1], set()),
        ([3, 2, 1, 0], {0, 1, 2}),
        ([], set()),
    ],
)
def test_as_few_as_possible_are_moved(places: list[int | None], found: set[int]) -> None:
    assert moved(places) == found


def test_the_markers_of_a_storyboards_own_shots_are_no_difference() -> None:
    own = tuple(CutMarker(clip.record.start, clip.name) for clip in (ONE, TWO, THREE))
    assert told(replace(CUT, markers=own)) == []

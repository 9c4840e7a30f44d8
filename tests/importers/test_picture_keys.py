"""What a storyboard says of how shots are seen: compared, carried where the format holds it, and kept by a recut."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stitcher.editor_import.reading import cut_of_film
from stitcher.exporters.cut import handover_of
from stitcher.exporters.handover import Handover
from stitcher.exporters.overlay_tracks import Drawn
from stitcher.exporters.picture_keys import begun_later, shot_keys
from stitcher.importers.board import BoardWriter, board_data
from stitcher.importers.changes import differences
from stitcher.importers.cut import Cut
from stitcher.importers.film_view import FilmView
from stitcher.importers.merge_shots import ShotMerger
from stitcher.storyboard.edit import BoardText
from stitcher.storyboard.load import parse
from stitcher.timebase import FrameRange
from stitcher.timeline.layout import lay_out
from stitcher.timeline.media_index import MediaIndex
from stitcher.timeline.model import Timeline
from tests.factories import make_clip
from tests.importers.test_own_exports import FORMATS, read_back

PATH = Path("/project/board.yaml")
CLIP = make_clip(path="/project/a.mp4", frames=96)
TELL = ("otio", "otio-resolve", "otio-premiere")
KEYS = {
    "crop": "{left: 0.2, bottom: 12}",
    "zoom": "1.5",
    "rotate": "-2",
    "flip": "horizontal",
    "grade": "{exposure: 0.5, temperature: 5600}",
    "reverse": "true",
    "freeze": "{at: 12f, duration: 6f}",
    "focus": "{x: 0.25}",
    "fade_in": "{duration: 12f, colour: '#ffffff'}",
    "overlays": "[{text: Hello, at: 6f, duration: 24f}]",
}


def text(**keys: str) -> str:
    said = "".join(f", {key}: {value}" for key, value in keys.items())
    return (
        "stitcher: 1\ndefaults: {transition: cut, sound: mute}\nshots:\n"
        f"  - {{id: one, clip: a.mp4, in: 12f, out: 84f{said}}}\n  - {{id: two, clip: a.mp4}}\n"
    )


def film(written: str) -> Timeline:
    return lay_out(parse(written, path=PATH), MediaIndex(clips={CLIP.path: CLIP}))


def cut(written: str) -> Cut:
    return cut_of_film(film(written), parse(written, path=PATH))


def handed_over(written: str, drawn: dict[int, Drawn] | None = None) -> Handover:
    made = film(written)
    return handover_of(made, keys=shot_keys(parse(written, path=PATH), made.rate), drawn=drawn)


def told(before: Cut, after: Cut) -> list[str]:
    return [str(one) for one in differences(FilmView.of(before), FilmView.of(after)) if one.kind == "look"]


@pytest.mark.parametrize("key", KEYS)
def test_each_key_is_compared(key: str) -> None:
    with_it, without = cut(text(**{key: KEYS[key]})), cut(text())
    (new,), (gone,) = told(without, with_it), told(with_it, without)
    assert new.startswith(f"one: has {key}: ")
    assert gone.startswith(f"one: has {key}: ")
    assert gone.endswith(" no more")
    assert told(with_it, with_it) == []


def test_another_value_is_told_with_the_one_it_was() -> None:
    words = "one: has crop: {left: 0.1} and had crop: {left: 0.2}"
    assert told(cut(text(crop="{left: 0.2}")), cut(text(crop="{left: 0.1}"))) == [words]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"freeze": "{at: 0.5s, duration: 6f}"}, {"freeze": "[{at: 12f, duration: 0.25s}]"}),
        ({"focus": "{x: 0.5, y: 0.25}"}, {"focus": "{y: 0.25}"}),
        ({"fade_in": "12f"}, {"fade_in": "{duration: 0.5s}"}),
        ({"rotate": "0", "zoom": "1"}, {}),
    ],
)
def test_the_same_in_other_words_is_no_difference(one: dict[str, str], other: dict[str, str]) -> None:
    assert told(cut(text(**one)), cut(text(**other))) == []


def test_what_holds_for_the_film_is_compared() -> None:
    before, after = cut(text()), cut(text() + "fade_out: 1s\n")
    assert told(before, after) == ["film: has fade_out: {duration: 24f}"]


@pytest.mark.parametrize("name", TELL)
def test_a_hand_over_is_what_it_was_made_from(name: str) -> None:
    written = text(**KEYS)
    came_back = read_back(handed_over(written), name)
    assert told(cut(written), came_back) == []
    assert len(told(cut(text()), came_back)) == len(KEYS)


@pytest.mark.parametrize("name", sorted({*FORMATS} - {*TELL}))
def test_a_format_that_cannot_say_is_not_compared(name: str) -> None:
    written = text(focus="{x: 0.25}")
    assert told(cut(written), read_back(handed_over(written), name)) == []


def shots(handover: Handover, name: str = "otio") -> list[dict[str, Any]]:
    return list(board_data(read_back(handover, name), {}, PATH.parent).data["shots"])


def test_a_new_storyboard_has_what_the_hand_over_carried() -> None:
    one, two = shots(handed_over(text(focus="{x: 0.25}", fade_in="12f")))
    assert (one["focus"], one["fade_in"]) == ({"x": 0.25}, {"duration": "12f"})
    assert not {"focus", "fade_in"} & two.keys()


def test_what_was_drawn_is_not_done_to_its_pictures_again() -> None:
    drawn = Drawn(make_clip(path="/cache/drawn.mov", frames=72))
    one, _ = shots(handed_over(text(crop="{left: 0.2}", fade_out="12f"), {0: drawn}))
    assert "crop" not in one
    assert one["fade_out"] == {"duration": "12f"}


def recut(written: str, changed: Cut) -> str:
    views = FilmView.of(cut(written)), FilmView.of(changed)
    writer = BoardWriter(views[1], dict.fromkeys(changed.media, CLIP.path), PATH.parent, [])
    board = BoardText(written, PATH)
    ShotMerger(parse(written, path=PATH), views[0], writer, frozenset()).merge(board)
    return board.written()


def split(written: str) -> Cut:
    """The cut, its first shot cut in two after a second, as a format tells it that knows no keys."""
    made = cut(written)
    track = made.pictures[0]
    one, two = (replace(clip, keys=None) for clip in track.clips)
    head = replace(one, record=FrameRange(0, 24))
    tail = one.within(FrameRange(24, 72), made.rate)
    return replace(made, keys=None, pictures=(replace(track, clips=(head, tail, two), blends=(None, None)),))


def test_both_halves_of_a_shot_that_is_cut_in_two_keep_how_it_is_seen() -> None:
    written = text(focus="[{x: 0.2}, {at: 48f, x: 0.8}]", grade="{exposure: 1}")
    board = parse(recut(written, split(written)), path=PATH)
    first, second = board.shots[:2]
    assert first.focus == parse(written, path=PATH).shots[0].focus
    assert second.focus is not None
    assert [(str(key.at), key.x) for key in second.focus] == [("0s", 0.5), ("24f", 0.8)]
    assert first.grade == second.grade is not None


def test_a_trimmed_head_leaves_the_focus_at_its_pictures() -> None:
    written = text(focus="[{x: 0.2}, {at: 48f, x: 0.8}]")
    made = cut(written)
    track = made.pictures[0]
    one = track.clips[0].within(FrameRange(12, 72), made.rate)
    two = replace(track.clips[1], record=track.clips[1].record.shifted(-12))
    clips = (replace(one, record=FrameRange(0, 60), keys=None), replace(two, keys=None))
    board = parse(recut(written, replace(made, pictures=(replace(track, clips=clips),))), path=PATH)
    focus = board.shots[0].focus
    assert focus is not None
    assert [(str(key.at), key.x) for key in focus] == [("0s", 0.35), ("36f", 0.8)]


def test_a_head_that_is_added_leaves_the_focus_at_its_pictures() -> None:
    keys = (("focus", '[{"x": 0.2}, {"at": "48f", "x": 0.8}]'),)
    assert begun_later(keys, -12) == (("focus", '[{"at": "12f", "x": 0.2}, {"at": "60f", "x": 0.8}]'),)

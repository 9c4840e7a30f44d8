"""What editors cannot show from a clip itself is drawn: here, a last picture that is held."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import stitcher
from stitcher.exporters.cut import handover_of
from stitcher.exporters.handover import PictureItem
from stitcher.media.frames import gray_frames
from stitcher.timebase import FrameRange
from tests.footage import Footage, read_code

BARE = ("stems", "captions", "poster", "reference", "other-size")


def held(footage: Footage, where: Path, shot: str) -> stitcher.Storyboard:
    """A shot of twelve pictures, played in some way and held for half a second, and one that follows."""
    clips = [footage.clip(number, frames=12, rate=Fraction(24), size=(320, 180)) for number in (31, 32)]
    board = where / "board.yaml"
    board.write_text(
        "stitcher: 1\nshots:\n"
        f"  - {{id: a, clip: {clips[0]}, hold: 12f, {shot}}}\n"
        f"  - {{id: b, clip: {clips[1]}}}\n",
        encoding="utf-8",
    )
    return stitcher.load(board)


def shown_pictures(item: PictureItem, folder: Path) -> list[int]:
    assert item.media is not None
    clip = stitcher.probe(folder / "media" / item.media.file)
    return [read_code(gray)[1] for gray in gray_frames(clip, item.source)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shot", "pictures"),
    [
        ("in: 2f", [*range(2, 12), *[11] * 12]),
        ("speed: 2, in: 4f", [*range(4, 12, 2), *[11] * 12]),
    ],
    ids=["as it is", "twice as fast"],
)
def test_a_picture_that_is_held_is_in_the_media_to_its_end(
    footage: Footage, tmp_path: Path, shot: str, pictures: list[int]
) -> None:
    done = stitcher.export(held(footage, tmp_path, shot), "otio", tmp_path / "out", without=BARE)
    first = done.handover.video[0].items[0]
    assert shown_pictures(first, done.folder) == pictures
    assert first.media is not None
    assert first.available == FrameRange(0, first.media.frames)
    assert first.source.stop <= first.available.stop
    # What lies before the shot in its clip is its handle.
    assert first.source.start > 0
    assert "held" not in {loss.kind for loss in done.handover.losses}


def test_undrawn_a_held_picture_is_named_and_its_media_ends_where_it_does(
    footage: Footage, tmp_path: Path
) -> None:
    handover = handover_of(stitcher.lay_out(held(footage, tmp_path, "in: 2f")))
    first = handover.video[0].items[0]
    assert (first.available.stop, first.source.stop) == (12, 24)
    assert [(loss.kind, loss.where) for loss in handover.losses] == [("held", "a")]


@pytest.mark.slow
@pytest.mark.parametrize("effect", ["{name: MultiplyColor, factor: 0.95}", "{name: FadeIn, duration: 0.2}"])
def test_a_shot_with_effects_is_as_in_the_film_between_its_handles(
    footage: Footage, tmp_path: Path, effect: str
) -> None:
    clip = footage.clip(33, frames=30, rate=Fraction(24), size=(320, 180))
    board = tmp_path / "board.yaml"
    board.write_text(
        f"stitcher: 1\nshots:\n  - {{id: a, clip: {clip}, in: 8f, out: 20f, effects: [{effect}]}}\n",
        encoding="utf-8",
    )
    done = stitcher.export(stitcher.load(board), "otio", tmp_path / "out", without=BARE)
    item = done.handover.video[0].items[0]
    assert (item.source, item.available) == (FrameRange(8, 20), FrameRange(0, 30))
    assert item.media is not None
    drawn = stitcher.probe(done.folder / "media" / item.media.file)
    film = stitcher.render(stitcher.load(board), tmp_path / "film.mov", preset="master-prores-hq").paths[0]
    pairs = zip(
        gray_frames(drawn, item.source), gray_frames(stitcher.probe(film), FrameRange(0, 12)), strict=True
    )
    assert max(float(abs(one.astype(float) - other).mean()) for one, other in pairs) < 2
    if "Multiply" in effect:
        every = gray_frames(drawn, FrameRange(0, 30))
        assert [read_code(gray)[1] for gray in every] == list(range(30))

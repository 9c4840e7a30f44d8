"""A part of a film has the film's frames, samples and pieces, and begins and ends with a cut."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

import stitcher
from stitcher.captions.track import CaptionTrack, FilmCaption
from stitcher.captions.words import Span
from stitcher.errors import InputError
from stitcher.rendering.excerpt import on_its_own_clock, with_cut_edges
from stitcher.rendering.plan import part_of, plan
from stitcher.rendering.segments import Copied
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Marker
from stitcher.timeline.picture import Title
from tests.factories import make_clip
from tests.footage import Footage, read_code
from tests.rendering.films import CUT, delivery, dissolve, film
from tests.rendering.test_excerpt import still

TIMELINE = film([make_clip(frames=121)] * 4, [dissolve(12), CUT, dissolve(24)])
"""448 frames; blends over 109 to 121 and 327 to 351."""


@pytest.mark.parametrize(
    ("frames", "shots"),
    [
        ((109, 230), (1,)),
        ((109, 351), (1, 2)),
        ((115, 340), (1, 2)),
        ((0, 115), (0,)),
        ((112, 118), (1,)),
        ((60, 200), (0, 1)),
        ((0, 448), (0, 1, 2, 3)),
    ],
)
@pytest.mark.parametrize("copy", [True, False])
def test_a_part_is_made_of_its_own_shots_and_frames(
    frames: tuple[int, int], shots: tuple[int, ...], *, copy: bool
) -> None:
    part = part_of(plan(TIMELINE, delivery(copy=copy)), FrameRange(*frames))
    assert part.record_range == part.shown == FrameRange(*frames)
    assert part.items == shots
    stops = [segment.record_range.stop for segment in part.segments]
    assert [segment.record_range.start for segment in part.segments] == [frames[0], *stops[:-1]]


def test_every_frame_of_a_part_is_where_it_is_in_the_film() -> None:
    cut = with_cut_edges(TIMELINE, FrameRange(115, 340))
    for before, after in zip(TIMELINE.items, cut.items, strict=True):
        assert (
            after.record_start - after.source_range.start == before.record_start - before.source_range.start
        )
    assert cut.frames == TIMELINE.frames


def test_text_over_a_shot_whose_blend_is_cut_off_stays_where_it_is_in_the_film() -> None:
    text = Title("Cape Grim", 30, "lower_third", start=50)
    items = (TIMELINE.items[0], replace(TIMELINE.items[1], overlays=(text,)), *TIMELINE.items[2:])
    later = with_cut_edges(replace(TIMELINE, items=items), FrameRange(0, 115)).items[1]
    assert later.record_start + later.overlays[0].start == 109 + 50


def test_a_part_of_whole_shots_copies_what_the_film_blends() -> None:
    part = part_of(plan(TIMELINE, delivery()), FrameRange(109, 230))
    assert [type(segment) for segment in part.segments] == [Copied]


def test_the_pieces_within_a_part_are_the_films() -> None:
    whole = plan(TIMELINE, delivery(copy=False))
    part = part_of(whole, FrameRange(60, 448))
    assert set(part.segments[2:]) <= set(whole.segments)


def test_one_picture_has_no_parts() -> None:
    with pytest.raises(InputError, match="makes one picture"):
        part_of(plan(TIMELINE, still("60f")), FrameRange(0, 10))


def test_captions_chapters_and_timecode_count_from_where_a_part_begins() -> None:
    caption = FilmCaption(FrameRange(90, 120), (Span("Hello"),))
    later = replace(caption, record=FrameRange(400, 420))
    told = replace(
        TIMELINE,
        captions=(CaptionTrack("en", (caption, later)),),
        chapters=(Marker(0, "one"), Marker(109, "two"), Marker(230, "three")),
        start_frame=1000,
    )
    own = on_its_own_clock(told, FrameRange(100, 200))
    assert [one.record for one in own.captions[0].captions] == [FrameRange(0, 20)]
    assert [(one.frame, one.name) for one in own.chapters] == [(0, "one"), (9, "two")]
    assert own.start_frame == 1100


def codes(path: Path) -> list[tuple[int, int]]:
    with av.open(str(path)) as container:
        return [read_code(frame.to_ndarray(format="gray")) for frame in container.decode(video=0)]


def samples(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        return np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)


@pytest.fixture(scope="module")
def board(footage: Footage, tmp_path_factory: pytest.TempPathFactory) -> stitcher.Storyboard:
    """Two clips of 49 frames dissolved over 12, under a tone that rises in pitch."""
    folder = tmp_path_factory.mktemp("parts")
    seconds = 96 / 24
    at = np.arange(int(48000 * seconds)) / 48000
    sweep = np.sin(2 * np.pi * (200 * at + 100 * at**2)).astype(np.float32)[:, None] * 0.2
    music = footage.wav("rising", np.repeat(sweep, 2, axis=1))
    first, second = (footage.clip(number, frames=49) for number in (1, 2))
    path = folder / "board.yaml"
    path.write_text(
        f"""stitcher: 1
shots:
  - {{id: a, clip: {first}}}
  - {{id: b, clip: {second}, transition: {{kind: dissolve, duration: 12f}}}}
sound:
  - {{role: music, file: {music}}}
"""
    )
    return stitcher.load(path)


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["master-copy", "draft"])
def test_a_part_has_its_frames_and_the_sound_that_is_under_them(
    board: stitcher.Storyboard, tmp_path: Path, preset: str
) -> None:
    options = stitcher.RenderOptions(cache=tmp_path / "cache")
    lossless = tmp_path / "film.mov"
    whole = stitcher.render(board, lossless, preset=preset, options=options)
    part = stitcher.render(board, tmp_path / "part.mov", preset=preset, part=("b", "60f"), options=options)
    if preset == "master-copy":
        assert codes(part.paths[0]) == [(2, number) for number in range(60 - 37)]
    again = stitcher.render(board, lossless, preset=preset, options=options)
    assert again.reused_frames == whole.encoded_frames
    film, heard = samples(lossless), samples(part.paths[0])
    start, length = 37 * 2000, (60 - 37) * 2000
    assert abs(heard.shape[1] - length) <= 1024
    near, there = heard[0, 4800 : length - 4800], film[0, start + 4800 : start + length - 4800]
    assert np.corrcoef(near, there)[0, 1] > 0.99


@pytest.mark.slow
def test_a_frame_is_the_films(board: stitcher.Storyboard, tmp_path: Path) -> None:
    options = stitcher.RenderOptions(cache=tmp_path / "cache")
    out = stitcher.frame_at(board, "12f", tmp_path / "one.png", options=options)
    assert codes(out) == [(1, 12)]
    out = stitcher.frame_at(board, "b+20f", tmp_path / "two.png", options=options)
    assert codes(out) == [(2, 20)]

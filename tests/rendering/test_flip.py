"""Mirrored shots: planned, proven and shown, under text that is not mirrored."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stitcher.editor_export.drawn import drawn_items
from stitcher.errors import VerifyError
from stitcher.media.frames import frames
from stitcher.media.probe import probe
from stitcher.pictures.exact_frames import mirrored
from stitcher.pictures.moviepy_clip import to_moviepy
from stitcher.rendering.drawings import Drawings
from stitcher.rendering.film import prepare, render
from stitcher.rendering.job import EncodeInput, EncodeJob
from stitcher.rendering.options import RenderOptions
from stitcher.rendering.picture_proof import check_shown
from stitcher.rendering.plan import plan
from stitcher.storyboard.choices import Flip
from stitcher.timebase import FrameRange
from stitcher.timeline.picture import Title
from tests.factories import make_clip
from tests.footage import make_coded_clip, read_code
from tests.rendering.films import delivery, film
from tests.timeline.boards import film_of

FLIPS: tuple[Flip, ...] = ("horizontal", "vertical", "both")


def test_a_plan_says_that_a_shot_is_mirrored() -> None:
    (segment,) = plan(film([make_clip(frames=24)], flip="horizontal"), delivery()).encoded
    assert segment.reason == "s0: it is mirrored"


def test_no_frame_is_dropped_where_one_of_two_shots_is_mirrored() -> None:
    doubled = {"doubled": True}
    assert film_of({"id": "a"}, {"id": "b", "flip": "both"}, media=doubled).frames == 242
    assert film_of({"id": "a", "flip": "both"}, {"id": "b", "flip": "both"}, media=doubled).frames == 241


@pytest.mark.slow
@pytest.mark.parametrize("flip", FLIPS)
def test_every_frame_is_mirrored(tmp_path: Path, flip: Flip) -> None:
    clip = probe(make_coded_clip(tmp_path / "a.mp4", 7, 24))
    timeline = film([clip], flip=flip)
    out = tmp_path / "film.mp4"
    render(prepare(timeline), out, RenderOptions(cache=tmp_path / "cache"))
    made = list(frames(probe(out), FrameRange(0, 24)))
    back = [mirrored(one, flip).mean(axis=2) for one in made]
    assert [read_code(one) for one in back] == [(7, number) for number in range(24)]
    shown = to_moviepy(timeline).get_frame(12 / 24)
    assert np.abs(shown.astype(float) - made[12]).mean() < 3


@pytest.mark.slow
def test_text_over_a_mirrored_shot_is_not(tmp_path: Path) -> None:
    clip = probe(make_coded_clip(tmp_path / "a.mp4", 1, 6, level=60))
    text = Title("WORDS", 6, kind="lower_third", size=0.1)
    shown = []
    for flip in (None, "both"):
        one = film([clip], flip=flip)
        one = replace(one, items=(replace(one.items[0], overlays=(text,)),))
        path = tmp_path / f"{flip}.mp4"
        render(prepare(one), path, RenderOptions(cache=tmp_path / "cache"))
        shown.append(next(frames(probe(path), FrameRange(0, 1))).astype(int))
    assert shown[0].max() > 200
    assert np.abs(shown[0] - shown[1]).max() < 8


@pytest.mark.slow
def test_a_piece_that_shows_another_picture_is_found_out_where_it_is_mirrored(tmp_path: Path) -> None:
    clip = probe(make_coded_clip(tmp_path / "a.mp4", 7, 24))
    out = tmp_path / "film.mp4"
    render(prepare(film([clip], flip="both")), out, RenderOptions(cache=tmp_path / "cache"))
    picture = delivery(size=(160, 96)).picture
    good, late = (
        EncodeJob((EncodeInput(clip, seen, flip="both"),), picture, 20, (160, 96))
        for seen in (FrameRange(0, 24), FrameRange(3, 23))
    )
    check_shown(probe(out), replace(good, frames=24), Drawings(good))
    with pytest.raises(VerifyError, match="was shown"):
        check_shown(probe(out), late, Drawings(late))


@pytest.mark.slow
def test_editors_get_it_mirrored_with_handles(tmp_path: Path) -> None:
    clip = probe(make_coded_clip(tmp_path / "a.mp4", 7, 24))
    timeline = film([clip], flip="vertical", ranges={0: FrameRange(8, 16)})
    drawn = drawn_items(timeline, 4, RenderOptions(cache=tmp_path / "cache"))[0]
    assert drawn.clip is not None
    assert (drawn.head, drawn.clip.video.frames) == (4, 16)
    shown = [mirrored(one, "vertical").mean(axis=2) for one in frames(drawn.clip, FrameRange(0, 16))]
    assert [read_code(one)[1] for one in shown] == list(range(4, 20))

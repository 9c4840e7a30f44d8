"""Only what a still or a GIF shows is made, and a still shows something."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from stitcher.delivery.load import load_preset
from stitcher.delivery.packaging_settings import GifSettings, StillSettings
from stitcher.delivery.preset import Citation, Preset
from stitcher.delivery.spec import DeliverySpec
from stitcher.media.probe import probe
from stitcher.rendering.excerpt import shown_range, still_window, with_whole_blends
from stitcher.rendering.film import Film, prepare, render
from stitcher.rendering.options import RenderOptions
from stitcher.rendering.plan import plan
from stitcher.rendering.still_choice import first_bright
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Timeline
from stitcher.timeline.picture import Effect, Title
from tests.factories import make_clip
from tests.footage import Footage, read_code
from tests.rendering.films import CUT, delivery, dissolve, film


def still(at: str = "auto") -> DeliverySpec:
    made = delivery(copy=False)
    return replace(made, container="still", packaging=StillSettings(at=at))


def poster(at: str = "auto") -> Preset:
    preset = load_preset("poster", environ={"STITCHER_PRESETS": "/nowhere"})
    return preset.model_copy(update={"finish": preset.finish.model_copy(update={"at": Citation(at)})})


TIMELINE = film([make_clip(frames=121)] * 4, [dissolve(12), CUT, dissolve(24)])
"""448 frames; blends over 109 to 121 and 327 to 351."""


@pytest.mark.parametrize(
    ("at", "window"),
    [
        ("auto", (44, 164)),
        ("0s", (0, 120)),
        ("100f", (100, 220)),
        ("600s", (447, 448)),
    ],
)
def test_a_still_is_looked_for_within_five_seconds(at: str, window: tuple[int, int]) -> None:
    assert still_window(TIMELINE, StillSettings(at=at)) == FrameRange(*window)


@pytest.mark.parametrize(
    ("at", "made"),
    [
        ("60f", (60, 61)),
        ("109f", (109, 121)),
        ("115f", (109, 121)),
        ("121f", (121, 122)),
        ("340f", (327, 351)),
    ],
)
def test_a_still_needs_its_frame_or_the_blend_it_is_in(at: str, made: tuple[int, int]) -> None:
    planned = plan(TIMELINE, still(at))
    assert planned.record_range == FrameRange(*made)
    assert planned.encoded_frames == planned.frames == made[1] - made[0]
    assert planned.shown.start in planned.record_range


def test_only_the_items_it_shows_are_needed() -> None:
    assert plan(TIMELINE, still("60f")).items == (0,)
    assert plan(TIMELINE, still("340f")).items == (2, 3)
    assert plan(TIMELINE, delivery()).items == (0, 1, 2, 3)


def test_a_gif_needs_its_seconds() -> None:
    gif = replace(delivery(copy=False), container="gif", packaging=GifSettings(max_seconds=Fraction("4.6")))
    assert shown_range(TIMELINE, gif) == FrameRange(0, 111)
    assert plan(TIMELINE, gif).record_range == FrameRange(0, 121)
    assert shown_range(film([make_clip(frames=12)]), gif) == FrameRange(0, 12)


def test_other_deliverables_need_the_whole_film() -> None:
    assert plan(TIMELINE, delivery()).record_range == FrameRange(0, 448)


def test_blends_are_made_whole() -> None:
    assert with_whole_blends(TIMELINE, FrameRange(110, 330)) == FrameRange(109, 351)
    assert with_whole_blends(TIMELINE, FrameRange(121, 327)) == FrameRange(121, 327)


def test_a_still_is_looked_for_where_the_picture_has_come_in() -> None:
    assert first_bright([16, 16, 90, 150, 160]) == 3
    assert first_bright([16, 16]) == 0


def made_at(timeline: Timeline, preset: Preset, out: Path) -> Film:
    return render(prepare(timeline, preset=preset), out, RenderOptions(cache=out.parent / "cache"))


def picture(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        return next(container.decode(video=0)).to_ndarray(format="gray")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["poster.jpg", "poster.png"])
@pytest.mark.parametrize(
    ("at", "code", "frames"), [("12f", (1, 12), 1), ("42f", (1, 42), 7), ("60f", (2, 18), 1)]
)
def test_a_poster_is_the_frame_asked_for_and_no_other_is_encoded(
    footage: Footage, tmp_path: Path, name: str, at: str, code: tuple[int, int], frames: int
) -> None:
    clips = [probe(footage.clip(number, frames=49)) for number in (1, 2)]
    timeline = film(clips, [dissolve(7)])
    made = made_at(timeline, poster(at), tmp_path / name)
    assert read_code(picture(made.paths[0])) == code
    assert made.encoded_frames == frames


@pytest.mark.slow
def test_a_poster_is_never_black(footage: Footage, tmp_path: Path) -> None:
    black, lit = probe(footage.clip(1, frames=30, level=16)), probe(footage.clip(2, frames=30))
    made = made_at(film([black, lit], [CUT]), poster(), tmp_path / "poster.png")
    assert read_code(picture(made.paths[0]))[0] == 2
    assert made.encoded_frames == 1


@pytest.mark.slow
def test_a_poster_waits_for_the_end_of_a_fade(footage: Footage, tmp_path: Path) -> None:
    black, lit = probe(footage.clip(1, frames=30, level=16)), probe(footage.clip(2, frames=49))
    timeline = film([black, lit], [dissolve(20)])
    made = made_at(timeline, poster("12f"), tmp_path / "poster.png")
    assert read_code(picture(made.paths[0]))[0] == 2
    assert made.encoded_frames in (1, 20)


@pytest.mark.slow
def test_what_the_poster_does_not_show_is_not_drawn(footage: Footage, tmp_path: Path) -> None:
    """An effect that fails would be met if it were."""
    clip = probe(footage.clip(1, frames=49))
    timeline = film([clip, Title("End", 24)], [CUT])
    broken = replace(timeline.items[1], effects=(Effect("Crop", (("x1", 999),)),))
    timeline = replace(timeline, items=(timeline.items[0], broken))
    made = made_at(timeline, poster("3f"), tmp_path / "poster.png")
    assert read_code(picture(made.paths[0])) == (1, 3)


@pytest.mark.slow
def test_a_gif_of_a_long_film_is_its_beginning(footage: Footage, tmp_path: Path) -> None:
    clip = probe(footage.clip(1, frames=120))
    preset = load_preset("preview-gif", environ={"STITCHER_PRESETS": "/nowhere"})
    short = preset.finish.model_copy(update={"max_seconds": Citation(1.0)})
    made = made_at(film([clip]), preset.model_copy(update={"finish": short}), tmp_path / "film.gif")
    with av.open(str(made.paths[0])) as container:
        shown = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
    assert [read_code(one)[1] for one in shown] == list(range(0, 24, 2))
    assert made.encoded_frames == 24
    assert made.plan.timeline.rate == Fraction(24)

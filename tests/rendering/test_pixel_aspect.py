"""Pixels that are not square: films and stills have the shape a player shows the clip in, and square pixels."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import stitcher
from stitcher.media.frames import frames, last_frame
from stitcher.media.probe import probe
from stitcher.timebase import FrameRange
from tests.footage import Footage, read_code, run_ffmpeg
from tests.rendering.films import CUT, dissolve, film
from tests.rendering.test_film import assert_right, made

PAL, WIDE_NTSC, TALL = Fraction(16, 15), Fraction(32, 27), Fraction(3, 4)


def shape_of(picture: np.ndarray) -> float:
    """Width over height of the coded panel in a picture."""
    bright = picture[..., 1] > 180
    columns = np.flatnonzero(bright.sum(axis=0) > bright.shape[0] * 0.3)
    rows = np.flatnonzero(bright.sum(axis=1) > bright.shape[1] * 0.3)
    return float((columns[-1] - columns[0] + 1) / (rows[-1] - rows[0] + 1))


def assert_shown_right(path: Path, stored: Path, aspect: Fraction) -> None:
    """The film at `path` has square pixels, and its panel the shape that of `stored` has when shown."""
    video = probe(path).video
    assert (video.sample_aspect, video.coded_aspect) == (1, 1)
    flat = np.repeat(next(iter(stored_luma(stored)))[..., None], 3, axis=2)
    wanted = shape_of(flat) * float(aspect)
    for picture in frames(probe(path), FrameRange(0, 2)):
        assert shape_of(picture) == pytest.approx(wanted, rel=0.03)


def stored_luma(path: Path) -> list[np.ndarray]:
    """The first picture's luma as it is stored."""
    import av

    with av.open(str(path)) as container:
        return [next(container.decode(video=0)).to_ndarray(format="gray")]


SOURCES: dict[str, dict[str, Any]] = {
    "h264": {},
    "h264 in matroska": {"suffix": ".mkv"},
    "hevc": {"codec": "libx265"},
    "mpeg 2": {"codec": "mpeg2video", "suffix": ".mov", "options": ("-q:v", "2")},
    "prores": {"codec": "prores_ks", "suffix": ".mov"},
    "turned": {"rotation": 90, "size": (96, 160)},
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "aspect"),
    [
        *((kind, PAL) for kind in SOURCES),
        *((kind, aspect) for kind in ("h264", "hevc") for aspect in (WIDE_NTSC, TALL)),
    ],
    ids=str,
)
def test_a_film_has_square_pixels_in_the_shape_its_clips_are_shown(
    footage: Footage, tmp_path: Path, kind: str, aspect: Fraction
) -> None:
    options = {"size": (180, 120), "frames": 12, "sample_aspect": aspect, **SOURCES[kind]}
    paths = [footage.clip(number, **options) for number in (1, 2)]
    clips = [probe(path) for path in paths]
    timeline = film(clips, [dissolve(4)])
    result = made(timeline, tmp_path / ("film.mkv" if "matroska" in kind else f"film{paths[0].suffix}"))
    shown = clips[0].video.shown_size
    video = probe(result.paths[0]).video
    assert (video.width, video.height) == shown
    assert (video.sample_aspect, video.coded_aspect) == (1, 1)
    assert_right(result.paths[0], timeline, [1, 2])
    if kind != "turned":
        assert_shown_right(result.paths[0], paths[0], clips[0].video.sample_aspect)


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["draft", "web-hevc", "master-prores-hq"])
@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_every_kind_of_delivery_shows_the_right_shape(
    footage: Footage, tmp_path: Path, preset: str, codec: str
) -> None:
    path = footage.clip(1, size=(360, 288), frames=6, sample_aspect=PAL, codec=codec)
    suffix = ".mov" if "prores" in preset else ".mp4"
    result = made(film([probe(path)]), tmp_path / f"film{suffix}", preset=preset)
    assert_shown_right(result.paths[0], path, PAL)


@pytest.mark.slow
@pytest.mark.parametrize("size", [None, (320, 192)], ids=["the majority's size", "a size that is asked for"])
def test_square_and_other_pixels_stand_in_one_film(
    footage: Footage, tmp_path: Path, size: tuple[int, int] | None
) -> None:
    wide = footage.clip(1, size=(120, 96), frames=12, sample_aspect=Fraction(4, 3))
    square = [footage.clip(number, size=(160, 96), frames=24) for number in (2, 3)]
    board = stitcher.assemble([wide, *square], transition="cut", size=size)
    result = stitcher.render(
        board, tmp_path / "film.mp4", options=stitcher.RenderOptions(cache=tmp_path / "cache")
    )
    assert_right(result.paths[0], result.plan.timeline, [1, 2, 3])
    assert_shown_right(result.paths[0], wide, Fraction(4, 3))
    assert result.plan.copied_frames == (0 if size else 48)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stream", "container", "shown"),
    [
        pytest.param(Fraction(16, 15), Fraction(1), (180, 120), id="only the stream's are not square"),
        pytest.param(Fraction(1), Fraction(16, 15), (192, 120), id="only the container's are not square"),
        pytest.param(Fraction(4, 3), Fraction(16, 15), (192, 120), id="each has its own"),
    ],
)
def test_the_containers_word_for_the_shape_of_pixels_holds(
    footage: Footage, tmp_path: Path, stream: Fraction, container: Fraction, shown: tuple[int, int]
) -> None:
    stored = footage.clip(1, size=(180, 120), frames=24, sample_aspect=stream)
    told = tmp_path / "told.mp4"
    aspect = container * Fraction(180, 120)
    run_ffmpeg(
        "-i", str(stored), "-c", "copy", "-aspect", f"{aspect.numerator}:{aspect.denominator}", str(told)
    )
    clip = probe(told)
    assert (clip.video.sample_aspect, clip.video.coded_aspect) == (container, stream)
    timeline = film([clip, clip], [CUT])
    result = made(timeline, tmp_path / "film.mp4")
    video = probe(result.paths[0]).video
    assert (video.width, video.height) == shown
    assert result.plan.copied_frames == 0
    assert_right(result.paths[0], timeline, [1, 1])
    assert_shown_right(result.paths[0], stored, container)


@pytest.mark.parametrize("rotation", [0, 90])
def test_a_still_has_the_shape_the_clip_is_shown_in(footage: Footage, rotation: int) -> None:
    clip = probe(footage.clip(2, size=(120, 96), frames=4, sample_aspect=Fraction(4, 3), rotation=rotation))
    picture = last_frame(clip)
    assert picture.shape[1::-1] == clip.video.shown_size
    assert read_code(picture) == (2, 3)

"""Whose format a film takes over."""

from __future__ import annotations

import pytest

from stitcher.delivery.match_source import match_sources
from stitcher.media.clip import Colour
from tests.factories import make_clip
from tests.render.films import film


def test_drawn_pictures_have_no_say_in_the_films_format() -> None:
    drawn = make_clip(path="/drawn.mp4", frames=500, pixel_format="yuv444p")
    filmed = make_clip(path="/filmed.mp4")
    match = match_sources(film([drawn, filmed]))
    assert (match.like, match.picture.pixel_format) == (filmed, "yuv420p")


def test_a_film_of_drawn_pictures_alone_is_one_that_plays() -> None:
    match = match_sources(film([make_clip(pixel_format="yuv444p")]))
    assert match.like is None
    assert match.picture.pixel_format == "yuv420p"


def test_clips_of_the_films_own_size_set_its_format_before_more_numerous_others() -> None:
    small = [make_clip(path=f"/small{n}.mp4", size=(640, 360)) for n in range(3)]
    right = make_clip(path="/right.mp4")
    match = match_sources(film([*small, right], size=(1280, 720)))
    assert match.like == right
    assert match.picture.copy_sources


@pytest.mark.parametrize("codec", ["ffv1", "h264", "hevc", "vp9", "av1", "qtrle", "png"])
def test_a_film_of_rgb_clips_is_yuv_and_says_so(codec: str) -> None:
    clip = make_clip(
        codec=codec, pixel_format="gbrp", colour=Colour("pc", "bt709", "iec61966-2-1", "gbr"), group=1
    )
    match = match_sources(film([clip, clip]))
    assert (match.picture.codec, match.picture.pixel_format) == ("h264", "yuv420p")
    assert match.picture.colour == Colour("tv", "bt709", "bt709", "bt709")
    assert match.notes[0].endswith("the film is H.264.")


@pytest.mark.parametrize(
    ("name", "colour"),
    [
        ("yuv420p10le", Colour("tv", "bt2020", "smpte2084", "bt2020nc")),
        ("gbrp10le", Colour("pc", "bt2020", "smpte2084", "gbr")),
    ],
)
def test_hdr_that_cannot_be_kept_becomes_hevc_of_10_bits(name: str, colour: Colour) -> None:
    match = match_sources(film([make_clip(codec="ffv1", pixel_format=name, colour=colour, bit_depth=10)]))
    assert (match.picture.codec, match.picture.pixel_format) == ("hevc", "yuv420p10le")
    assert match.picture.colour == Colour("tv", "bt2020", "smpte2084", "bt2020nc")

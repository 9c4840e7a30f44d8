"""Whose format a film takes over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stitcher.delivery.match_source import match_sources
from stitcher.media.clip import Clip, Colour
from tests.factories import make_clip
from tests.rendering.films import film


def drawn_clip() -> Clip:
    """A clip as MoviePy's pictures are kept: 4:4:4 without loss."""
    clip = make_clip(path="/drawn.mp4", frames=500, pixel_format="yuv444p")
    return replace(
        clip, video=replace(clip.video, encoder_settings="x264 - core 165 - options: cabac=1 rc=cqp qp=0")
    )


def test_drawn_pictures_have_no_say_in_the_films_format() -> None:
    drawn = drawn_clip()
    filmed = make_clip(path="/filmed.mp4")
    match = match_sources(film([drawn, filmed]))
    assert (match.like, match.picture.pixel_format) == (filmed, "yuv420p")


def test_a_film_of_drawn_pictures_alone_is_one_that_plays() -> None:
    match = match_sources(film([drawn_clip()]))
    assert match.like is None
    assert match.picture.pixel_format == "yuv420p"
    assert "lossless 4:4:4" in match.picture.why_no_copies


@pytest.mark.parametrize("codec", ["h264", "hevc"])
def test_a_film_of_clips_that_are_all_444_stays_444(codec: str) -> None:
    clips = [make_clip(path=f"/{n}.mp4", codec=codec, pixel_format="yuv444p") for n in range(2)]
    match = match_sources(film([*clips, drawn_clip()]))
    assert match.picture.pixel_format == "yuv444p"
    assert match.picture.copy_sources


def test_444_has_no_say_beside_clips_that_every_player_takes() -> None:
    clips = [make_clip(path=f"/{n}.mp4", pixel_format="yuv444p") for n in range(3)]
    match = match_sources(film([*clips, make_clip(path="/plain.mp4")]))
    assert match.picture.pixel_format == "yuv420p"


@pytest.mark.parametrize(
    ("clip", "why"),
    [
        (make_clip(size=(640, 360)), "no clip is stored at the film's size and rate"),
        (make_clip(codec="vp9"), "vp9 is only ever encoded as a whole"),
        (make_clip(codec="qtrle"), "most clips are qtrle, which stitcher does not encode"),
        (make_clip(codec="dnxhd", group=1), "DNxHD cannot be continued, and the film is DNxHR"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_where_nothing_can_be_copied_it_is_said_why(clip: Clip, why: str) -> None:
    assert match_sources(film([clip], size=(1280, 720))).picture.why_no_copies == why


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

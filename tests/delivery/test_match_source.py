"""Whose format a film takes over."""

from __future__ import annotations

from stitcher.delivery.match_source import match_sources
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

"""What is encoded like a source whose pixels are not square, or that has another size, is not given what was true
of the source alone.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from stitcher.delivery.match_encoder import matching_encoder_options
from stitcher.delivery.match_source import match_sources
from stitcher.delivery.match_x265 import x265_params
from stitcher.media.probe import probe
from tests.factories import make_clip
from tests.footage import Footage
from tests.rendering.films import film


def params(options: tuple[str, ...]) -> dict[str, str]:
    """The encoder's own parameters among options."""
    at = next(number for number, word in enumerate(options) if word.endswith("-params"))
    return dict(pair.split("=", 1) for pair in options[at + 1].split(":"))


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
@pytest.mark.parametrize("aspect", [Fraction(16, 15), Fraction(32, 27), Fraction(3, 4)], ids=str)
def test_encoders_are_asked_for_square_pixels(footage: Footage, codec: str, aspect: Fraction) -> None:
    video = probe(footage.clip(1, size=(120, 96), frames=4, codec=codec, sample_aspect=aspect)).video
    assert params(matching_encoder_options(video)[1])["sar"] in ("1", "1/1")


@pytest.mark.parametrize(
    ("said", "asked"),
    [("0", "0"), ("1", "1"), ("2", "1"), ("255", "1")],
    ids=["unsaid", "square", "12:11", "own"],
)
def test_x265_is_asked_for_square_pixels_as_the_source_writes_them(said: str, asked: str) -> None:
    assert x265_params({"sar": said})["sar"] == asked


@pytest.mark.parametrize("told", [True, False], ids=["by its settings", "by its sets alone"])
@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_another_size_has_a_level_of_its_own(footage: Footage, codec: str, told: bool) -> None:
    video = probe(footage.clip(1, frames=4, codec=codec)).video
    video = video if told else replace(video, encoder_settings="", level=video.level or 30)
    assert not {"level", "level-idc"} & params(matching_encoder_options(video, resized=True)[1]).keys()


def test_a_clip_of_the_films_size_in_pixels_that_are_not_square_does_not_set_its_format() -> None:
    wide = make_clip(path="/a.mp4", size=(720, 576), frames=50, sample_aspect=Fraction(16, 15))
    clips = [wide, make_clip(path="/b.mp4", size=(720, 576), frames=10)]
    assert match_sources(film(clips, size=(720, 576))).picture.copy_sources

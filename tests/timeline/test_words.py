"""Words on the picture become titles as they are written, in fonts by file or name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stitcher.errors import PlanError
from stitcher.media.font_file import FontFile
from stitcher.storyboard.model import LowerThird, TitleCard
from stitcher.timebase import Time
from stitcher.timeline.layout import lay_out, named_fonts
from stitcher.timeline.media_index import MediaIndex, SubstituteFont
from stitcher.timeline.picture import TextOutline, TextShadow, Title
from tests.timeline.boards import board_of

FORMAT = {"fps": 24, "size": "640x360"}
OTHER = FontFile("/noto.ttf", "cd")


def board(**keys: Any) -> Any:
    return board_of({"id": "t", "title": {"text": "x", "duration": "2s", **keys}}, format=FORMAT)


def laid(media: MediaIndex | None = None, **keys: Any) -> Title:
    title = lay_out(board(**keys), media or MediaIndex()).items[0].source
    assert isinstance(title, Title)
    return title


@pytest.mark.parametrize(
    ("written", "made"),
    [
        pytest.param({"position": "top-left"}, {"position": "top-left"}, id="a place"),
        pytest.param({"position": {"x": 0.25, "y": 1}}, {"position": (0.25, 1.0)}, id="a point"),
        pytest.param(
            {"align": "right", "line_height": 2}, {"align": "right", "line_height": 2.0}, id="lines"
        ),
        pytest.param({"outline": "#ff0000"}, {"outline": TextOutline(0.06, "#ff0000")}, id="a colour around"),
        pytest.param(
            {"outline": {"width": 0.1}}, {"outline": TextOutline(0.1, "#000000")}, id="a width around"
        ),
        pytest.param(
            {"shadow": "white"}, {"shadow": TextShadow(0.06, 0.06, 0.1, "#ffffff", 0.7)}, id="its shadow"
        ),
        pytest.param(
            {"shadow": {"offset": 0.2, "blur": 0}},
            {"shadow": TextShadow(0.2, 0.2, 0.0, "#000000", 0.7)},
            id="a shadow as far down as right",
        ),
        pytest.param(
            {"shadow": {"offset": {"y": -0.2}, "opacity": 1}},
            {"shadow": TextShadow(0.0, -0.2, 0.1, "#000000", 1.0)},
            id="a shadow upwards",
        ),
    ],
)
def test_how_a_title_looks_is_as_written(written: dict[str, Any], made: dict[str, Any]) -> None:
    title = laid(**written)
    assert {key: getattr(title, key) for key in made} == made


def test_a_lower_third_may_go_without_its_band() -> None:
    third = LowerThird.model_validate({"text": "x", "background": "none"})
    assert third.background is None


@pytest.mark.parametrize(
    ("written", "font"),
    [
        pytest.param("Noto Serif", "Noto Serif", id="a name"),
        pytest.param("Arial", "Arial", id="a name of one word"),
        pytest.param("/f/brand.otf", Path("/f/brand.otf"), id="a file"),
        pytest.param("/f/brand", Path("/f/brand"), id="a file without a suffix"),
    ],
)
def test_a_font_is_a_file_or_a_name(written: str, font: Path | str) -> None:
    assert named_fonts(board(font=written)) == (font,)
    assert TitleCard(text="x", duration=Time(frames=1), font=written).font == font


def test_a_name_stands_for_the_font_of_the_machine_that_has_it() -> None:
    assert laid(MediaIndex(fonts={"Noto Serif": OTHER}), font="Noto Serif").font == OTHER


def test_a_name_that_no_font_has_is_refused_where_it_is_written() -> None:
    with pytest.raises(PlanError, match="shot 't': no such font"):
        laid(MediaIndex(unknown_fonts={"Noto": "no such font."}), font="Noto")


def test_letters_from_another_font_are_told() -> None:
    media = MediaIndex(substitutes={(None, "x"): (SubstituteFont(OTHER, ("x",)),)})
    film = lay_out(board(), media)
    assert laid(media).fallbacks == (OTHER,)
    assert [note for note in film.notes if "x is set in /noto.ttf, as the bundled font lacks it" in note]

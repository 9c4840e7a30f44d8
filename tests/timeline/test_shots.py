"""Shots as items: which stretch of the clip is in the film, titles and lower thirds, takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stitcher.errors import NotGenerated
from stitcher.media.clip import Clip
from stitcher.media.font_file import FontFile
from stitcher.storyboard.model import Storyboard
from stitcher.timebase import FrameRange
from stitcher.timeline.layout import lay_out, named_fonts
from stitcher.timeline.media_index import MediaIndex
from stitcher.timeline.picture import Title
from tests.factories import make_clip
from tests.timeline.boards import CARD, board_of, film_of, refusal


@pytest.mark.parametrize(
    ("shot", "kept"),
    [
        pytest.param({"in": "12f"}, FrameRange(12, 121), id="in"),
        pytest.param({"out": "4.5s"}, FrameRange(0, 108), id="out"),
        pytest.param({"in": "00:00:01:12", "out": "2s"}, FrameRange(36, 48), id="in and out"),
        pytest.param({"out": "121f"}, FrameRange(0, 121), id="out at the end"),
        pytest.param({"speed": 2}, FrameRange(0, 61), id="double speed"),
        pytest.param({"speed": 0.5}, FrameRange(0, 242), id="half speed"),
        pytest.param({"speed": 2, "in": "24f", "out": "48f"}, FrameRange(12, 24), id="trimmed, then sped"),
    ],
)
def test_in_out_and_speed_choose_the_range(shot: dict[str, Any], kept: FrameRange) -> None:
    assert film_of({"id": "a", **shot}).items[0].source_range == kept


def test_frames_of_in_and_out_are_the_clips_own() -> None:
    film = film_of(
        {"id": "a", "in": "30f", "out": "60f"}, format={"fps": 24}, media={"rate": 30, "frames": 90}
    )
    assert film.items[0].source_range == FrameRange(24, 48)
    assert film.items[0].available_range == FrameRange(0, 72)


@pytest.mark.parametrize(
    ("shot", "said"),
    [
        pytest.param({"in": "6s"}, "'in' is 6s, and a.mp4 has 121 frames, 5.042s", id="in after the end"),
        pytest.param({"in": "121f"}, "'in' is 121f", id="in at the end"),
        pytest.param({"out": "122f"}, "'out' is 122f, and a.mp4 has 121 frames", id="out after the end"),
        pytest.param(
            {"in": "2s", "out": "24f"}, "nothing is left between 'in' (2s) and 'out' (24f)", id="backwards"
        ),
        pytest.param({"in": "2s", "out": "48f"}, "nothing is left", id="empty"),
        pytest.param({"out": "0f"}, "nothing is left", id="out at the start"),
    ],
)
def test_times_outside_the_clip_are_refused(shot: dict[str, Any], said: str) -> None:
    assert said in refusal({"id": "a", **shot})


def test_a_clip_sped_up_to_nothing_is_refused() -> None:
    assert "nothing is left of a.mp4" in refusal({"id": "a", "speed": 100}, media={"frames": 10})


class TestTitles:
    """Cards and lower thirds."""

    def test_a_card_is_an_item(self) -> None:
        film = film_of({"id": "a"}, {"id": "t", "title": {**CARD, "fade_in": "12f"}, "transition": "cut"})
        title = film.items[1].source
        assert isinstance(title, Title)
        assert (title.frames, title.fade_in_frames, title.kind) == (48, 12, "card")
        assert film.items[1].source_range == FrameRange(0, 48)

    def test_a_lower_third_lies_on_its_shot(self) -> None:
        (third,) = film_of({"id": "a", "overlays": [{"text": "x", "at": "1s"}]}).items[0].overlays
        assert isinstance(third, Title)
        assert (third.kind, third.start, third.frames) == ("lower_third", 24, 97)

    @pytest.mark.parametrize(
        ("overlay", "said"),
        [
            pytest.param({"at": "6s"}, "has 121 frames, and this begins at 144", id="begins after"),
            pytest.param({"at": "4s", "duration": "2s"}, "lasts from 96 to 144", id="ends after"),
            pytest.param(
                {"duration": "1s", "fade_in": "1s", "fade_out": "1s"}, "fades need 48 frames", id="fades"
            ),
        ],
    )
    def test_a_lower_third_must_fit(self, overlay: dict[str, Any], said: str) -> None:
        assert said in refusal({"id": "a", "overlays": [{"text": "x", **overlay}]})

    def test_a_font_brings_its_hash(self) -> None:
        board = board_of(
            {"id": "t", "title": {**CARD, "font": "/f.ttf"}}, format={"fps": 24, "size": "640x360"}
        )
        assert named_fonts(board) == (Path("/f.ttf"),)
        title = lay_out(board, MediaIndex(fonts={Path("/f.ttf"): FontFile("/f.ttf", "ab")})).items[0].source
        assert isinstance(title, Title)
        assert title.font == FontFile("/f.ttf", "ab")


class TestTakes:
    """Shots that are generated."""

    BOARD = Storyboard.model_validate(
        {
            "stitcher": 1,
            "shots": [{"id": "a", "prompt": "x"}, {"id": "b", "prompt": "y", "start": "previous"}],
        }
    )

    def test_that_do_not_exist_are_named_with_the_next_step(self) -> None:
        with pytest.raises(NotGenerated, match=r"'a', 'b' are not generated yet.*stitcher generate"):
            lay_out(self.BOARD, MediaIndex())

    def test_are_laid_out_once_they_exist(self) -> None:
        takes: dict[str, Clip] = {name: make_clip(path=f"/takes/{name}.mp4") for name in "ab"}
        assert lay_out(self.BOARD, MediaIndex(takes=takes, doubled={("a", "b"): True})).frames == 241

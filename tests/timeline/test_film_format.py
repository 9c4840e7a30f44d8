"""The film's frame rate, size and start timecode: given, or agreed on by the clips."""

from __future__ import annotations

from fractions import Fraction

import pytest

from stitcher.errors import PlanError
from stitcher.timeline.layout import clip_files, lay_out
from stitcher.timeline.media_index import MediaIndex
from tests.factories import make_clip
from tests.timeline.boards import CARD, board_of, film_of, refusal


class TestGrid:
    """Rate, size and start of the film."""

    def test_are_the_clips_when_they_agree(self) -> None:
        film = film_of({"id": "a"}, {"id": "b"}, media={"rate": Fraction(30000, 1001), "size": (640, 360)})
        assert (film.rate, film.width, film.height) == (Fraction(30000, 1001), 640, 360)

    def test_rates_that_differ_are_refused_by_name(self) -> None:
        board = board_of({"id": "a"}, {"id": "b"}, {"id": "c"})
        rates = {"a": 24, "b": 25, "c": 24}
        clips = {path: make_clip(path=path, rate=rates[path.stem]) for path in clip_files(board)}
        with pytest.raises(PlanError, match=r"24 frames a second: a.mp4, c.mp4; 25 frames a second: b.mp4"):
            lay_out(board, MediaIndex(clips=clips))

    def test_a_variable_rate_needs_the_films(self) -> None:
        clip = make_clip(path="/a.mp4", rate=None, pts=(0, 40, 90, 120))
        with pytest.raises(PlanError, match=r"a.mp4 has no constant frame rate: say the film's, with 'fps'"):
            lay_out(board_of({"id": "a"}), MediaIndex(clips={clip.path: clip}))
        film = lay_out(board_of({"id": "a"}, format={"fps": 25}), MediaIndex(clips={clip.path: clip}))
        assert film.frames == 4

    def test_the_size_is_that_of_most_clips(self) -> None:
        board = board_of({"id": "a"}, {"id": "b"}, {"id": "c"})
        sizes = {"a": (640, 360), "b": (1280, 720), "c": (1280, 720)}
        clips = {path: make_clip(path=path, size=sizes[path.stem]) for path in clip_files(board)}
        pairs = {("a", "b"): False, ("b", "c"): False}
        film = lay_out(board, MediaIndex(clips=clips, doubled=pairs))
        assert (film.width, film.height) == (1280, 720)

    def test_turned_clips_count_as_shown(self) -> None:
        film = film_of({"id": "a"}, media={"rotation": 90})
        assert (film.width, film.height) == (720, 1280)

    def test_titles_alone_need_a_rate_and_a_size(self) -> None:
        assert "'fps'" in refusal({"id": "t", "title": CARD})
        assert "'size'" in refusal({"id": "t", "title": CARD}, format={"fps": 24})

    def test_ratio_is_the_size_unless_there_is_one(self) -> None:
        film = film_of({"id": "t", "title": CARD}, format={"fps": 24, "ratio": "1280:720"})
        assert (film.width, film.height) == (1280, 720)
        film = film_of(
            {"id": "t", "title": CARD}, format={"fps": 24, "ratio": "1280:720", "size": "1920x1080"}
        )
        assert (film.width, film.height) == (1920, 1080)

    @pytest.mark.parametrize(
        ("start", "fps", "frame"),
        [
            pytest.param(None, "24", 86_400, id="one hour unless told"),
            pytest.param("00:00:00:00", "24", 0, id="nought"),
            pytest.param("01:00:00:00", "23.976", 86_400, id="timecode counts to 24 at 23.976"),
            pytest.param("01:00:00;00", "29.97", 107_892, id="drop-frame hour"),
            pytest.param("00:01:00;02", "29.97", 1800, id="drop-frame minute"),
            pytest.param("00:01:00;04", "59.94", 3600, id="drop-frame minute at 59.94"),
            pytest.param("01:00:00:00", "29.97", 108_000, id="29.97 without dropping"),
        ],
    )
    def test_the_start_is_a_frame_count(self, start: str | None, fps: str, frame: int) -> None:
        given = {"fps": fps} | ({"start": start} if start else {})
        assert film_of({"id": "a"}, format=given).start_frame == frame

    @pytest.mark.parametrize(
        ("start", "fps", "said"),
        [
            pytest.param("01:00:00;00", "24", "29.97 and 59.94", id="no drop-frame at 24"),
            pytest.param("00:01:00;00", "29.97", "drop-frame skips", id="a number that does not exist"),
            pytest.param("00:00:00:24", "24", "a second has 24 frames", id="frame 24"),
        ],
    )
    def test_a_start_that_does_not_exist_is_refused(self, start: str, fps: str, said: str) -> None:
        assert said in refusal({"id": "a"}, format={"fps": fps, "start": start})

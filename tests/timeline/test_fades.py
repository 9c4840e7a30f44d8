"""Fades of shots and films: which frames have them, what is refused, and what is heard."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from stitcher.errors import StoryboardError
from stitcher.storyboard.load import parse
from stitcher.timebase import FrameRange
from stitcher.timeline.ducking import gain_at
from stitcher.timeline.layout import match_seams
from stitcher.timeline.model import Timeline
from stitcher.timeline.picture import PictureFade
from tests.factories import make_audio
from tests.timeline.boards import CARD, board_of, film_of, media_of, refusal

BLACK, WHITE = "#000000", "#ffffff"
HEARD = {"audio": (make_audio(index=1, duration=Fraction(121, 24)),)}


def fades(*shots: dict[str, Any], **more: Any) -> list[tuple[str, str, int, int, str]]:
    film = film_of(*shots, **more)
    return [
        (fade.shot, fade.direction, fade.record.start, fade.record.stop, fade.colour) for fade in film.fades
    ]


def own_cues(*shots: dict[str, Any], **more: Any) -> dict[str, Any]:
    film = film_of(*shots, media=HEARD, **more)
    return {cue.name: cue for cue in film.cues}


@pytest.mark.parametrize(
    ("shots", "film", "expected"),
    [
        pytest.param([{"id": "a", "fade_in": "12f"}], {}, [("a", "in", 0, 12, BLACK)], id="first shot"),
        pytest.param([{"id": "a", "fade_out": "1s"}], {}, [("a", "out", 97, 121, BLACK)], id="last shot"),
        pytest.param(
            [{"id": "a"}, {"id": "b", "fade_in": {"duration": "6f", "colour": "white"}}],
            {},
            [("b", "in", 121, 127, WHITE)],
            id="a colour",
        ),
        pytest.param([{"id": "a"}], {"fade_in": "24f"}, [("", "in", 0, 24, BLACK)], id="film in"),
        pytest.param(
            [{"id": "a", "out": "12f"}, {"id": "b", "out": "12f"}],
            {"fade_out": "18f"},
            [("", "out", 6, 24, BLACK)],
            id="film out, longer than its last shot",
        ),
        pytest.param(
            [{"id": "t", "title": CARD, "fade_in": "6f", "fade_out": "42f"}],
            {"format": {"size": "320x180", "fps": 24}},
            [("t", "in", 0, 6, BLACK), ("t", "out", 6, 48, BLACK)],
            id="a title, all of it",
        ),
        pytest.param([{"id": "a", "fade_in": "6f", "enabled": False}], {}, [], id="switched off"),
    ],
)
def test_fades_lie_at_the_ends(
    shots: list[dict[str, Any]], film: dict[str, Any], expected: list[object]
) -> None:
    assert fades(*shots, **film) == expected


@pytest.mark.parametrize(
    ("shots", "film", "said"),
    [
        ([{"id": "a", "fade_in": "122f"}], {}, "shot 'a': the fade needs 122 frames, and there are 121"),
        ([{"id": "a", "fade_in": "0.01s"}], {}, "shot 'a': 0.01s is less than a frame"),
        ([{"id": "a", "fade_in": "60f", "fade_out": "62f"}], {}, "runs into the fade in of 60 frames"),
        ([{"id": "a", "fade_in": "6f"}], {"fade_in": "6f"}, "the fade in of 6 frames of shot 'a'"),
        ([{"id": "a"}], {"fade_out": "200f"}, "the film: the fade needs 200 frames, and there are 121"),
        (
            [{"id": "a", "fade_out": "6f"}, {"id": "b", "transition": "dissolve"}],
            {},
            "'fade_out' stands where it dissolves (dissolve 12f)",
        ),
        (
            [{"id": "a"}, {"id": "b", "transition": "wipeleft", "fade_in": "6f"}],
            {},
            "'fade_in' stands where it dissolves (wipeleft 12f)",
        ),
    ],
)
def test_what_there_is_no_room_for_is_refused(
    shots: list[dict[str, Any]], film: dict[str, Any], said: str
) -> None:
    assert said in refusal(*shots, **film)


@pytest.mark.parametrize(
    ("fade", "said"),
    [
        ("61s", "must be 60s or less"),
        ("0f", "a fade of no length is none"),
        ("{duration: 1s, colour: pink}", "must be a colour"),
        ("{colour: white}", "'duration'"),
        ("12", "12s for seconds or 12f for frames"),
    ],
)
def test_a_fade_is_read_strictly(fade: str, said: str) -> None:
    with pytest.raises(StoryboardError) as caught:
        parse(f"stitcher: 1\nshots: [{{id: a, clip: a.mp4, fade_in: {fade}}}]")
    assert said in str(caught.value)


def test_the_ends_of_a_fade_are_the_colour_alone() -> None:
    comes, goes = PictureFade(FrameRange(10, 14), "in"), PictureFade(FrameRange(20, 24), "out")
    quarters = [Fraction(n, 4) for n in range(4)]
    assert [comes.seen(frame) for frame in range(9, 15)] == [1, *quarters, 1]
    assert [goes.seen(frame) for frame in range(19, 25)] == [1, *reversed(quarters), 1]


@pytest.mark.parametrize("which", [0, 1])
def test_no_frame_is_dropped_where_a_shot_fades(which: int) -> None:
    shots: list[dict[str, Any]] = [{"id": "a"}, {"id": "b"}]
    shots[which]["fade_in" if which else "fade_out"] = "6f"
    board = board_of(*shots)
    assert match_seams(board, media_of(board)) == ()
    assert film_of(*shots, media={"doubled": True}).frames == 242


def test_own_sound_comes_and_goes_with_its_picture_and_crosses_with_nobody() -> None:
    cues = own_cues({"id": "a", "fade_out": "24f"}, {"id": "b", "transition": "cut", "fade_in": "12f"})
    assert cues["a"].stop_sample == cues["b"].start_sample == 121 * 2000
    assert (cues["a"].fade_out_samples, cues["a"].fade_out_curve) == (48_000, "linear")
    assert (cues["b"].fade_in_samples, cues["b"].fade_in_curve) == (24_000, "linear")
    assert cues["b"].fade_out_curve is None


def test_a_sound_that_leads_its_picture_out_of_black_goes_by_that() -> None:
    lead = {"id": "b", "in": "2s", "transition": "cut", "fade_in": "12f", "sound": {"lead": "1s"}}
    plain = {key: value for key, value in lead.items() if key != "fade_in"}
    assert own_cues({"id": "a"}, lead) == own_cues({"id": "a"}, plain)


def film_gain(film: Timeline, sample: int) -> float:
    """The factor that a film's first sound has by its key frames."""
    return float(10 ** (gain_at(film.cues[0].gain_keys, sample) / 20))


@pytest.mark.parametrize("at", ["0s", "0.25s"])
def test_all_sounds_come_and_go_with_the_film(at: str) -> None:
    film = film_of(
        {"id": "a"},
        fade_in="24f",
        fade_out="48f",
        sound=[{"role": "music", "file": "/m.wav", "at": at, "length": "4.5s" if at != "0s" else "5s"}],
    )
    end = film.frames * 2000
    for share in (0.3, 0.4, 0.5, 0.7, 0.9):
        assert film_gain(film, round(share * 48_000)) == pytest.approx(share, rel=0.03)
        assert film_gain(film, round(end - share * 96_000)) == pytest.approx(share, rel=0.03)
    assert film_gain(film, end // 2) == 1

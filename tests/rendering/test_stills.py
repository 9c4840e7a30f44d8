"""Stills in films: planned, drawn at each deliverable's size, and encoded beside what is copied."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import stitcher
from stitcher.errors import MediaError, PlanError, StoryboardError
from stitcher.media.frames import frames, gray_frames
from stitcher.media.probe import probe
from stitcher.pictures.still_planes import StillPlanes
from stitcher.pictures.stills import StillPictures
from stitcher.rendering.context import RenderContext
from stitcher.rendering.drawing_key import drawing_key
from stitcher.rendering.drawings import as_clip, plane_format
from stitcher.rendering.item_sources import item_sources
from stitcher.rendering.job import DrawnStill, EncodeInput
from stitcher.rendering.options import RenderOptions
from stitcher.rendering.plan import plan
from stitcher.storyboard.choices import Fit
from stitcher.storyboard.load import parse
from stitcher.storyboard.model import Storyboard
from stitcher.timebase import FrameRange
from stitcher.timeline.layout import lay_out
from stitcher.timeline.media_index import MediaIndex, StillFile
from stitcher.timeline.model import Timeline
from stitcher.timeline.picture import StillPicture
from tests.footage import make_coded_clip, read_code
from tests.rendering.films import delivery
from tests.timeline.boards import refusal

FORMAT = {"size": "160x96", "fps": 24}


def film_of(path: Path, size: tuple[int, int] = (160, 96), **shot: Any) -> Timeline:
    board = Storyboard.model_validate(
        {
            "stitcher": 1,
            "format": FORMAT,
            "shots": [{"id": "a", "still": str(path), "duration": "1s", **shot}],
        }
    )
    return lay_out(board, MediaIndex(stills={path: StillFile(size, "0" * 64)}))


@pytest.mark.parametrize(
    ("shot", "said"),
    [
        ("still: a.png", "a still needs a 'duration'"),
        ("still: a.png, duration: 4", "is a time, such as 4s or 96f, not 4"),
        ("still: a.png, duration: from-sound", "is a time, such as 4s or 96f"),
        ("still: a.png, duration: 4s, clip: a.mp4", "a still or a clip, not both"),
        ("still: a.png, duration: 4s, in: 1s", "a still has no 'in'"),
        ("still: a.png, duration: 4s, prompt: x", "write it as 'start' instead of 'still'"),
        ("still: a.png, duration: 4s, sound: mute", "a still has no 'sound'"),
        ("still: a.png, duration: 4s, move: {ease: in}", "a move needs a 'zoom' or a 'pan'"),
        ("still: a.png, duration: 4s, move: {zoom: 20}", "10"),
        ("still: a.png, duration: 4s, move: {zoom: 2, pan: sideways}", "must be left, right, up or down"),
        ("clip: a.mp4, move: {zoom: 2}", "'move' is for a 'still'"),
        ("prompt: x, duration: 4s", "a take lasts whole seconds"),
    ],
)
def test_what_makes_no_still_is_refused(shot: str, said: str) -> None:
    with pytest.raises(StoryboardError) as caught:
        parse(f"stitcher: 1\nshots: [{{id: a, {shot}}}]")
    assert said in str(caught.value)


@pytest.mark.parametrize("start", ["previous", "{shot: a}"])
def test_no_take_starts_from_a_still_by_its_shot(start: str) -> None:
    shots = f"[{{id: a, still: a.png, duration: 4s}}, {{id: b, prompt: x, start: {start}}}]"
    with pytest.raises(StoryboardError, match="which no take can start from"):
        parse(f"stitcher: 1\nshots: {shots}")


def test_a_pan_without_room_is_refused() -> None:
    path = Path("/a.png")
    for more in ({"move": {"pan": "up"}}, {"move": {"pan": "left"}, "fit": "pad"}):
        with pytest.raises(PlanError, match="nothing to pan over"):
            film_of(path, (320, 192), **more)
    assert film_of(path, (500, 192), move={"pan": "left"}).frames == 24
    assert film_of(path, (320, 192), move={"pan": "up", "zoom": 1.1}).frames == 24


def test_less_than_a_frame_is_refused() -> None:
    with pytest.raises(PlanError, match="less than a frame"):
        film_of(Path("/a.png"), duration="0.001s")


def test_a_plan_says_that_it_is_a_still() -> None:
    (segment,) = plan(film_of(Path("/a.png")), delivery(size=(160, 96))).encoded
    assert segment.reason == "a: it is a still"


def test_a_still_is_one_of_the_films_files() -> None:
    assert film_of(Path("/a.png")).files == (Path("/a.png"),)


def test_a_still_is_cached_by_content() -> None:
    one = StillPicture(Path("/a.png"), "1" * 64, (8, 8), 24)
    elsewhere, other = (
        StillPicture(Path("/b.png"), "1" * 64, (8, 8), 24),
        StillPicture(Path("/a.png"), "2" * 64, (8, 8), 24),
    )
    assert drawing_key(one) == drawing_key(elsewhere) != drawing_key(other)


@pytest.mark.parametrize("what", ["a folder", "a PDF", "an MP4"])
def test_what_is_no_picture_is_refused_by_name(tmp_path: Path, what: str) -> None:
    path = tmp_path / "a.png"
    if what == "a folder":
        path.mkdir()
    else:
        path.write_bytes(b"%PDF-1.4" if what == "a PDF" else b"\0\0\0\x18ftypisom" + bytes(64))
    board = Storyboard.model_validate(
        {"stitcher": 1, "format": FORMAT, "shots": [{"id": "a", "still": str(path), "duration": "1s"}]}
    )
    with pytest.raises(MediaError, match=what):
        stitcher.plan(board)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(160, 96), (640, 384), (96, 160)])
def test_it_is_drawn_at_the_size_of_the_deliverable(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (640, 384), (10, 200, 60)).save(path)
    made = plan(film_of(path, (640, 384)), delivery(size=size))
    (source,) = item_sources(made, RenderContext.of(RenderOptions(cache=tmp_path / "cache"))).values()
    frame = (96, 56) if size == (96, 160) else size
    assert (source.clip.video.width, source.clip.video.height) == frame
    assert source.clip.video.frames == 1


@pytest.mark.slow
@pytest.mark.parametrize("move", [None, {"zoom": 1.2}])
def test_a_film_shows_it_between_clips_that_are_copied(tmp_path: Path, move: dict[str, Any] | None) -> None:
    clips = [make_coded_clip(tmp_path / f"{n}.mp4", n, 48) for n in (1, 2)]
    picture = np.zeros((192, 320, 3), np.uint8)
    picture[:, 160:] = 255
    Image.fromarray(picture).save(tmp_path / "half.png")
    still = {"id": "still", "still": str(tmp_path / "half.png"), "duration": "30f", "transition": "cut"}
    board = {
        "stitcher": 1,
        "shots": [
            {"id": "a", "clip": str(clips[0])},
            still if move is None else {**still, "move": move},
            {"id": "b", "clip": str(clips[1]), "transition": {"kind": "dissolve", "duration": "6f"}},
        ],
    }
    planned = stitcher.plan(Storyboard.model_validate(board))
    stitcher.render(planned, tmp_path / "film.mp4", options=RenderOptions(cache=tmp_path / "cache"))
    assert (planned.frames, planned.copied_frames) == (120, 72)
    made = [one.mean(axis=2) for one in frames(probe(tmp_path / "film.mp4"), FrameRange(0, 120))]
    assert read_code(made[47]) == (1, 47)
    assert read_code(made[96]) == (2, 24)
    for shown in made[48:72]:
        assert shown[48, 20] < 12
        assert shown[48, 140] > 243


@pytest.mark.parametrize(
    ("film_format", "size", "drawn"),
    [
        ("yuv420p", (160, 96), "yuv420p"),
        ("yuv420p10le", (160, 96), "yuv420p"),
        ("yuv422p10le", (160, 96), "yuv422p"),
        ("yuva444p10le", (160, 96), "yuv444p"),
        ("gbrp", (160, 96), "yuv444p"),
        ("yuv420p", (161, 96), "yuv444p"),
        ("yuv422p", (160, 97), "yuv422p"),
    ],
)
def test_no_more_colour_is_drawn_than_the_film_keeps(
    film_format: str, size: tuple[int, int], drawn: str
) -> None:
    assert plane_format(film_format, size) == drawn


@pytest.mark.parametrize(
    ("zoom", "wanted", "drawn"),
    [
        (1.2, FrameRange(0, 24), FrameRange(0, 24)),
        (1.2, FrameRange(7, 20), FrameRange(7, 20)),
        (1.0, FrameRange(0, 24), FrameRange(0, 1)),
        (1.0, FrameRange(7, 20), FrameRange(0, 1)),
    ],
)
def test_only_what_differs_is_drawn(zoom: float, wanted: FrameRange, drawn: FrameRange) -> None:
    still = DrawnStill(StillPicture(Path("/a.png"), "0" * 64, (8, 8), 24, zoom), (8, 8), "crop", "yuv420p")
    part = EncodeInput(as_clip(still, Fraction(24), "0" * 64), wanted, drawn=still)
    assert part.drawn_frames == drawn


@pytest.mark.slow
def test_several_stills_and_a_clip_in_one_piece_show_their_own_frames(tmp_path: Path) -> None:
    """Moves over a ramp of grey, so that each frame of each still has a level of its own."""
    ramps = {"up": (np.arange(960) / 5, "right"), "down": (250 - np.arange(960) / 5, "right")}
    for name, (row, _) in ramps.items():
        Image.fromarray(np.tile(row.astype(np.uint8), (96, 1))).save(tmp_path / f"{name}.png")
    Image.new("L", (160, 96), 90).save(tmp_path / "rest.png")
    clip = make_coded_clip(tmp_path / "clip.mp4", 3, 24)
    join = {"kind": "dissolve", "duration": "4f"}
    move = {"pan": "right"}
    board = {
        "stitcher": 1,
        "format": FORMAT,
        "shots": [
            {"id": "a", "still": str(tmp_path / "up.png"), "duration": "16f", "move": move},
            {
                "id": "b",
                "still": str(tmp_path / "down.png"),
                "duration": "16f",
                "move": move,
                "transition": join,
            },
            {"id": "c", "clip": str(clip), "transition": join},
            {"id": "d", "still": str(tmp_path / "rest.png"), "duration": "12f", "transition": "cut"},
            {
                "id": "e",
                "still": str(tmp_path / "up.png"),
                "duration": "16f",
                "move": move,
                "transition": join,
            },
        ],
    }
    planned = stitcher.plan(Storyboard.model_validate(board), preset="draft")
    planned = replace(planned, delivery=replace(planned.delivery, picture=delivery(size=(160, 96)).picture))
    out = tmp_path / "film.mp4"
    stitcher.render(planned, out, options=RenderOptions(cache=tmp_path / "cache"))
    shown = [one.astype(float) for one in gray_frames(probe(out), FrameRange(0, planned.frames))]
    assert [len(segment.inputs) for segment in planned.encoded] == [3, 2]
    starts = {item.shot: item.record_start for item in planned.timeline.items}
    for shot, name, seen in (("a", "up", (0, 6, 11)), ("b", "down", (4, 8, 11)), ("e", "up", (4, 9, 15))):
        still = StillPicture(tmp_path / f"{name}.png", "0" * 64, (960, 96), 16, pan="right")
        drawing = StillPlanes(still, (160, 96), "crop", (2, 2))
        for frame in seen:
            expected = drawing.luma(frame, (160, 96)).astype(float).mean()
            # From frame to frame the level changes by nine.
            assert shown[starts[shot] + frame].mean() == pytest.approx(expected, abs=3), (shot, frame)
    assert shown[starts["d"] + 5].mean() == pytest.approx(16 + 90 * 219 / 255, abs=2)
    assert read_code(shown[starts["c"] + 10]) == (3, 10)


@pytest.mark.slow
def test_stills_of_several_sizes_in_one_piece_keep_their_own(tmp_path: Path) -> None:
    shots: list[dict[str, Any]] = []
    for name, level in (("a", 60), ("b", 200), ("c", 120)):
        Image.new("L", (160, 96), level).save(tmp_path / f"{name}.png")
        shots.append({"id": name, "still": str(tmp_path / f"{name}.png"), "duration": "8f"})
        if len(shots) > 1:
            shots[-1]["transition"] = {"kind": "dissolve", "duration": "2f"}
    board = {"stitcher": 1, "format": FORMAT, "shots": shots}
    planned = stitcher.plan(Storyboard.model_validate(board), preset="draft")
    fits: tuple[Fit, ...] = ("pad", "crop", "pad")
    items = tuple(replace(item, film_fit=fit) for item, fit in zip(planned.timeline.items, fits, strict=True))
    made = plan(replace(planned.timeline, items=items), delivery(size=(96, 160)))
    assert [len(segment.inputs) for segment in made.encoded] == [3]
    out = tmp_path / "film.mp4"
    stitcher.render(made, out, options=RenderOptions(cache=tmp_path / "cache"))
    shown = [one.astype(float) for one in gray_frames(probe(out), FrameRange(0, 20))]
    for frame, level, edge in ((3, 60, 0), (10, 200, 200), (17, 120, 0)):
        assert shown[frame][80, 48] == pytest.approx(16 + level * 219 / 255, abs=3)
        assert shown[frame][8, 8] == pytest.approx(16 + edge * 219 / 255, abs=3)


def test_a_film_of_stills_alone_is_asked_for_its_rate() -> None:
    assert "'fps' under 'format'" in refusal({"id": "a", "still": "/a.png", "duration": "1s", "clip": None})


QUARTERS = {"red": (200, 0, 0), "green": (0, 200, 0), "blue": (0, 0, 200), "white": (200, 200, 200)}
"""Of the picture, from its upper left one on, row by row."""


@pytest.fixture
def quartered(tmp_path: Path) -> Path:
    picture = np.zeros((192, 320, 3), np.uint8)
    for number, colour in enumerate(QUARTERS.values()):
        top, left = 96 * (number // 2), 160 * (number % 2)
        picture[top : top + 96, left : left + 160] = colour
    Image.fromarray(picture).save(tmp_path / "quarters.png")
    return tmp_path / "quarters.png"


def seen_in(film: Timeline, frame: int, *places: tuple[int, int]) -> list[str]:
    """The quarters that are seen at some places of a frame of a film of one still, of 160x96."""
    (item,) = film.items
    assert isinstance(item.source, StillPicture)
    picture = StillPictures(item.source, (160, 96), item.fit).at(frame).astype(int)
    return [
        min(QUARTERS, key=lambda name: int(np.abs(picture[y, x] - QUARTERS[name]).sum())) for x, y in places
    ]


CORNERS = [(6, 6), (153, 6), (6, 89), (153, 89)]


@pytest.mark.parametrize(
    ("shot", "seen"),
    [
        ({}, ["red", "green", "blue", "white"]),
        ({"rotate": 180}, ["white", "blue", "green", "red"]),
        ({"rotate": 90, "fit": "crop"}, ["blue", "red", "white", "green"]),
        ({"crop": {"left": 0.5}}, ["green", "green", "white", "white"]),
        ({"crop": {"right": 160, "bottom": 96}}, ["red", "red", "red", "red"]),
        ({"crop": {"right": 0.25}, "zoom": 1.5}, ["red", "green", "blue", "white"]),
        ({"crop": {"top": 0.5}, "rotate": 180}, ["white", "blue", "white", "blue"]),
    ],
)
def test_a_still_is_cropped_turned_and_enlarged(
    quartered: Path, shot: dict[str, Any], seen: list[str]
) -> None:
    assert seen_in(film_of(quartered, (320, 192), **shot), 0, *CORNERS) == seen


def test_the_view_moves_over_what_is_left_of_a_picture(quartered: Path) -> None:
    film = film_of(quartered, (320, 192), crop={"left": 0.5}, move={"pan": "down"})
    first, last = (seen_in(film, frame, (80, 6), (80, 89)) for frame in (0, 23))
    assert (first, last) == (["green", "green"], ["white", "white"])


def test_a_tilted_still_has_no_empty_corner(quartered: Path) -> None:
    (item,) = film_of(quartered, (320, 192), rotate=-10).items
    assert isinstance(item.source, StillPicture)
    picture = StillPictures(item.source, (160, 96), item.fit).at(0)
    assert min(picture[y, x].max() for x in (0, 159) for y in (0, 95)) > 150


def test_its_focus_is_a_point_of_what_is_left(quartered: Path) -> None:
    film = film_of(quartered, (320, 192), crop={"left": 0.5}, focus={"y": 1})
    assert seen_in(film, 0, (80, 6), (80, 89)) == ["white", "white"]


def test_what_is_done_to_a_still_is_in_its_key(quartered: Path) -> None:
    one, other = (film_of(quartered, (320, 192), crop={"left": left}).items[0].source for left in (0.1, 0.2))
    assert drawing_key("still", one) != drawing_key("still", other)


@pytest.mark.slow
def test_a_film_shows_a_still_as_it_is_seen(quartered: Path, tmp_path: Path) -> None:
    film = film_of(quartered, (320, 192), crop={"left": 0.5}, rotate=180, duration="4f", flip="vertical")
    made = stitcher.render(film, tmp_path / "film.mov", preset="master-prores-4444").paths[0]
    (first, *_) = gray_frames(probe(made), FrameRange(0, 1), size=(160, 96))
    # Turned, what was below lies above; mirrored, it lies below again.
    assert first[10, 80] < first[86, 80]

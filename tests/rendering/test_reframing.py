"""Films in other shapes than their shots: what stays in view, to the pixel, and how the window moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import stitcher
from stitcher.delivery.spec import DeliverySpec
from stitcher.media.clip import Clip
from stitcher.media.frames import gray_frames
from stitcher.media.probe import probe
from stitcher.rendering.cache import Cache
from stitcher.rendering.context import RenderContext
from stitcher.rendering.cropping import cut_away, frame_window
from stitcher.rendering.encode import encode_segment
from stitcher.rendering.encode_segments import job_of
from stitcher.rendering.item_sources import item_sources
from stitcher.rendering.plan import plan
from stitcher.storyboard.choices import Fit, Flip
from stitcher.timebase import FrameRange
from stitcher.timeline.focus import CENTRE, Focus, FocusPoint
from stitcher.timeline.model import Timeline
from tests.factories import make_clip
from tests.footage import run_ffmpeg
from tests.rendering.films import delivery, film

WIDE, TALL, SQUARE, PORTRAIT = (320, 180), (180, 320), (180, 180), (144, 180)
Spot = tuple[float, float]


def spotted(
    path: Path,
    spot: Callable[[int], Spot],
    *,
    frames: int = 6,
    size: tuple[int, int] = WIDE,
    options: str = "",
) -> Clip:
    """A clip of a soft bright spot, whose middle `spot` gives by frame, on grey with some grain."""
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]]
    raw = []
    for number in range(frames):
        x, y = spot(number)
        distance = ((columns + 0.5 - x) ** 2 + (rows + 0.5 - y) ** 2) / 2 / 5**2
        raw.append((50 + 170 * np.exp(-distance)).round().astype(np.uint8).tobytes())
    shape = f"{size[0]}x{size[1]}"
    run_ffmpeg(
        *("-f", "rawvideo", "-pix_fmt", "gray", "-s", shape, "-r", "24", "-i", "-"),
        *("-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast", "-qp", "4", *options.split()),
        str(path),
        stdin=b"".join(raw),
    )
    return probe(path)


def delivered(size: tuple[int, int], fit: Fit = "crop") -> DeliverySpec:
    made = delivery(copy=False, size=size)
    options = ("-preset", "ultrafast", "-qp", "4")
    return replace(made, picture=replace(made.picture, fit=fit, options=options, steady_rate=True))


def spots(timeline: Timeline, asked: DeliverySpec, folder: Path) -> list[Spot]:
    """Where the spot is in each picture of a film of one piece, proven as all pieces are."""
    (segment,) = (made := plan(timeline, asked)).encoded
    cache = Cache(folder / "cache")
    job = job_of(made, segment, item_sources(made, RenderContext(cache)))
    piece = encode_segment(job, cache.folder)
    found = []
    for gray in gray_frames(piece.clip, FrameRange(0, timeline.frames)):
        bright = np.clip(gray.astype(np.float64) - 80, 0, None)
        across, down = (np.arange(side) + 0.5 for side in bright.shape[::-1])
        found.append(((bright @ across).sum() / bright.sum(), (down @ bright).sum() / bright.sum()))
    return found


def at(x: float, y: float = 0.5) -> Focus:
    return Focus((FocusPoint(0, x, y),))


SHAPES = [
    pytest.param(TALL, at(0.75), (90, 160), id="9:16"),
    pytest.param(SQUARE, at(0.75), (100, 90), id="1:1, as far as the picture goes"),
    pytest.param(PORTRAIT, at(0.75), (72, 90), id="4:5"),
    pytest.param(WIDE, at(0.75), (240, 90), id="16:9, where nothing is cut"),
    pytest.param((320, 120), at(0.75, 0.0), (240, 90), id="wider, from the top"),
    pytest.param((320, 120), at(0.75, 1.0), (240, 30), id="wider, from the foot"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("size", "focus", "spot"), SHAPES)
def test_what_is_in_focus_is_seen_where_it_belongs(
    tmp_path: Path, size: tuple[int, int], focus: Focus, spot: Spot
) -> None:
    clip = spotted(tmp_path / "a.mp4", lambda _: (240, 90))
    for found in spots(film([clip], focus=focus), delivered(size), tmp_path):
        assert found == pytest.approx(spot, abs=1)


@pytest.mark.slow
def test_without_a_focus_the_middle_is_seen(tmp_path: Path) -> None:
    clip = spotted(tmp_path / "a.mp4", lambda _: (160, 90))
    assert spots(film([clip]), delivered(SQUARE), tmp_path)[0] == pytest.approx((90, 90), abs=1)


@pytest.mark.slow
@pytest.mark.parametrize(("flip", "x"), [("horizontal", 0.25), ("vertical", 0.75), ("both", 0.25)])
def test_the_focus_is_of_the_picture_as_it_is_seen(tmp_path: Path, flip: Flip, x: float) -> None:
    clip = spotted(tmp_path / "a.mp4", lambda _: (240, 90))
    timeline = film([clip], focus=at(x), flip=flip)
    assert spots(timeline, delivered(PORTRAIT), tmp_path)[0] == pytest.approx((72, 90), abs=1)


SOURCES = [
    pytest.param((320, 180), "-vf setsar=2/1", (640, 180), (480, 90), id="anamorphic"),
    pytest.param((180, 320), "", (180, 320), (45, 240), id="upright"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("stored", "options", "shown", "spot"), SOURCES)
def test_sources_of_any_shape_are_cropped_around_their_focus(
    tmp_path: Path, stored: tuple[int, int], options: str, shown: tuple[int, int], spot: Spot
) -> None:
    middle = spot[0] * stored[0] / shown[0], spot[1] * stored[1] / shown[1]
    clip = spotted(tmp_path / "a.mp4", lambda _: middle, size=stored, options=options)
    assert clip.video.shown_size == shown
    focus = at(spot[0] / shown[0], spot[1] / shown[1])
    found = spots(film([clip], focus=focus, size=(180, 100)), delivered((60, 100)), tmp_path)[0]
    assert found == pytest.approx((30, 50), abs=1.5)


@pytest.mark.slow
def test_a_turned_source_is_cropped_as_it_is_shown(tmp_path: Path) -> None:
    flat = spotted(tmp_path / "flat.mp4", lambda _: (240, 90))
    turned = tmp_path / "a.mp4"
    run_ffmpeg("-display_rotation:v:0", "90", "-i", str(flat.path), "-c", "copy", str(turned))
    clip = probe(turned)
    assert clip.video.shown_size == (180, 320)
    # Turned to the left, what was on the right is above.
    found = spots(film([clip], focus=at(0.5, 0.25)), delivered(SQUARE), tmp_path)[0]
    assert found == pytest.approx((90, 80), abs=1)


@pytest.mark.slow
@pytest.mark.parametrize("size", [pytest.param(SQUARE, id="1:1"), pytest.param(TALL, id="9:16")])
def test_a_window_moves_smoothly_and_keeps_what_it_follows(tmp_path: Path, size: tuple[int, int]) -> None:
    """A third of a pixel a frame: by whole pixels it would stand still and jump."""
    frames, step = 24, 0.3
    clip = spotted(tmp_path / "a.mp4", lambda _: (160, 90), frames=frames)
    ends = (150 / 320, (150 + step * frames) / 320)
    focus = Focus((FocusPoint(0, ends[0], 0.5), FocusPoint(frames, ends[1], 0.5)))
    across = [x for x, _ in spots(film([clip], focus=focus), delivered(size), tmp_path)]
    steps = -np.diff(across)
    scale = size[1] / WIDE[1]
    assert across[0] == pytest.approx(size[0] / 2 + 10 * scale, abs=0.5)
    assert steps.mean() == pytest.approx(step * scale, rel=0.03)
    assert np.abs(steps - steps.mean()).max() < 0.15


@pytest.mark.slow
def test_a_moving_window_is_where_it_should_be_in_every_piece(tmp_path: Path) -> None:
    clip = spotted(tmp_path / "a.mp4", lambda frame: (80 + 2 * frame, 90), frames=48)
    focus = Focus((FocusPoint(0, 80 / 320, 0.5), FocusPoint(48, 176 / 320, 0.5)))
    timeline = film([clip], focus=focus, ranges={0: FrameRange(20, 44)})
    for found in spots(timeline, delivered((100, 180)), tmp_path):
        assert found == pytest.approx((50, 90), abs=0.6)


def test_nothing_depends_on_a_focus_where_nothing_is_cut() -> None:
    clip = make_clip(size=(1280, 720))
    keys = []
    for focus in (CENTRE, at(0.2)):
        made = plan(film([clip], focus=focus), delivery(copy=False, size=(640, 360)))
        sources = item_sources(made, RenderContext(Cache(Path("/nowhere"))))
        keys.append(job_of(made, made.encoded[0], sources).key("x"))
    assert keys[0] == keys[1]


def test_a_focus_keeps_no_frame_from_being_copied_where_nothing_is_cut() -> None:
    made = plan(film([make_clip(frames=48)], focus=at(0.2)), delivery())
    assert made.encoded_frames == plan(film([make_clip(frames=48)]), delivery()).encoded_frames


@pytest.mark.parametrize(
    ("size", "fit", "own", "cut"),
    [
        pytest.param((1080, 1920), "crop", None, (0.684, 0), id="9:16"),
        pytest.param((1080, 1080), "crop", None, (0.4375, 0), id="1:1"),
        pytest.param((1920, 800), "crop", None, (0, 0.259), id="wider"),
        pytest.param((1920, 1080), "crop", None, (0, 0), id="of the same shape"),
        pytest.param((1080, 1920), "pad", None, (0, 0), id="with bars"),
        pytest.param((1080, 1920), "crop", "blur", (0, 0), id="with bars in this shot"),
    ],
)
def test_how_much_is_cut_away_is_known(
    size: tuple[int, int], fit: Fit, own: Fit | None, cut: tuple[float, float]
) -> None:
    timeline = film([make_clip(size=(1280, 720))], film_fit=own)
    assert cut_away(timeline.items[0], timeline, size, fit) == pytest.approx(cut, abs=0.002)


@pytest.mark.parametrize(
    ("focus", "left"),
    [
        pytest.param(CENTRE, 0.25, id="the middle"),
        pytest.param(at(0.4), 0.15, id="a point"),
        pytest.param(at(0.0), 0.0, id="as far as it goes"),
        pytest.param(Focus((FocusPoint(0, 0.3, 0.5), FocusPoint(20, 0.7, 0.5))), 0.25, id="on its way"),
    ],
)
def test_the_window_of_a_sheet_is_what_the_film_shows(focus: Focus, left: float) -> None:
    timeline = film([make_clip(size=(1280, 720))], focus=focus)
    window = frame_window(timeline.items[0], timeline, delivered((640, 720)).picture, 10)
    assert window == pytest.approx((left, 0, left + 0.5, 1))


@pytest.mark.slow
def test_a_plan_is_framed_as_the_storyboards_delivery_of_its_preset(tmp_path: Path) -> None:
    spotted(tmp_path / "a.mp4", lambda _: (240, 90))
    text = (
        "stitcher: 1\nshots: [{id: a, clip: a.mp4}]\n"
        "deliver: [{preset: reels, file: r.mp4, shots: {a: {fit: blur, focus: {x: 0.1}}}}]\n"
    )
    (tmp_path / "board.yaml").write_text(text)
    board = stitcher.load(tmp_path / "board.yaml")
    reels, shorts = (stitcher.plan(board, preset=name).timeline.items[0] for name in ("reels", "shorts"))
    assert (reels.film_fit, reels.focus) == ("blur", at(0.1))
    assert (shorts.film_fit, shorts.focus) == (None, CENTRE)

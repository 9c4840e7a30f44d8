"""What is drawn is what is in the file, picture by picture, or there is no file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from stitcher.errors import FfmpegFailed, InputError, Interrupted, OutputError, VerifyError
from stitcher.media.ffmpeg_process import feed
from stitcher.media.frames import frames
from stitcher.media.probe import probe
from stitcher.pictures.lossless_clip import draw_clip, draw_title_clip, lossless_suffix
from stitcher.pictures.title_page import plain_page
from stitcher.timebase import FrameRange
from stitcher.timeline.picture import Title
from tests.footage import paint_code, read_code

RATE = Fraction(24)


def coded(count: int, size: tuple[int, int] = (160, 96)) -> Iterator[np.ndarray]:
    for number in range(count):
        yield np.repeat(paint_code(1, number, size)[..., None], 3, axis=2)


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(30000, 1001), Fraction(25, 2)], ids=str)
def test_a_drawn_clip_holds_its_pictures_at_its_rate(tmp_path: Path, rate: Fraction) -> None:
    clip = probe(draw_clip(coded(13), rate, tmp_path / "drawn.mp4", expected=13))
    assert (clip.video.rate, clip.video.frames) == (rate, 13)
    assert [read_code(picture) for picture in frames(clip, FrameRange(0, 13))] == [(1, n) for n in range(13)]


def test_colours_survive_within_two_levels(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    drawn = [np.kron(rng.integers(0, 256, (9, 16, 3)), np.ones((4, 4, 1))).astype(np.uint8) for _ in range(4)]
    clip = probe(draw_clip(drawn, RATE, tmp_path / "drawn.mp4"))
    assert (clip.video.colour.matrix, clip.video.colour.range) == ("bt709", "tv")
    for before, after in zip(drawn, frames(clip, FrameRange(0, 4)), strict=True):
        assert np.abs(before.astype(int) - after).max() <= 2


@pytest.mark.parametrize("size", [(161, 97), (2, 2)], ids=str)
def test_odd_sizes_are_kept(tmp_path: Path, size: tuple[int, int]) -> None:
    pictures = [np.full((size[1], size[0], 3), 90, np.uint8)] * 3
    video = probe(draw_clip(pictures, RATE, tmp_path / "drawn.mp4")).video
    assert (video.width, video.height) == size


def test_alpha_lies_over_black_when_it_cannot_be_kept(tmp_path: Path) -> None:
    picture = np.full((32, 32, 4), 200, np.uint8)
    picture[..., 3] = 128
    clip = probe(draw_clip([picture], RATE, tmp_path / "drawn.mp4"))
    (shown,) = frames(clip, FrameRange(0, 1))
    assert shown[16, 16] == pytest.approx([100, 100, 100], abs=3)


def test_a_lower_third_keeps_its_transparency(tmp_path: Path) -> None:
    import av

    out = tmp_path / f"third{lossless_suffix(transparent=True)}"
    words = Title("A name", 6, kind="lower_third", fade_in_frames=2)
    draw_title_clip(words, RATE, plain_page(160, 90), out)
    with av.open(str(out)) as container:
        pictures = [frame.to_ndarray(format="rgba") for frame in container.decode(video=0)]
    assert len(pictures) == 6
    assert pictures[0][..., 3].max() < pictures[5][..., 3].max() == 255
    assert not pictures[5][:20, :, 3].any()


def test_a_card_is_as_long_as_its_title(tmp_path: Path) -> None:
    clip = probe(draw_title_clip(Title("End", 17), RATE, plain_page(160, 90), tmp_path / "card.mp4"))
    assert (clip.video.frames, clip.video.shown_size) == (17, (160, 90))


class _Trouble(Exception):
    pass


def test_a_painter_that_fails_leaves_no_file(tmp_path: Path) -> None:
    def failing() -> Iterator[np.ndarray]:
        yield from coded(30)
        raise _Trouble

    with pytest.raises(_Trouble):
        draw_clip(failing(), RATE, tmp_path / "drawn.mp4")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("pictures", "error"),
    [
        pytest.param([], InputError, id="none"),
        pytest.param([np.zeros((8, 8, 3))], InputError, id="floats"),
        pytest.param([np.zeros((8, 8), np.uint8)], InputError, id="grey"),
        pytest.param(
            [np.zeros((8, 8, 3), np.uint8), np.zeros((8, 9, 3), np.uint8)], InputError, id="two sizes"
        ),
    ],
)
def test_pictures_that_fit_no_clip_are_refused(
    tmp_path: Path, pictures: list[np.ndarray], error: type
) -> None:
    with pytest.raises(error):
        draw_clip(pictures, RATE, tmp_path / "drawn.mp4")
    assert list(tmp_path.iterdir()) == []


def test_another_count_than_expected_is_not_published(tmp_path: Path) -> None:
    with pytest.raises(VerifyError, match="12"):
        draw_clip(coded(11), RATE, tmp_path / "drawn.mp4", expected=12)
    assert list(tmp_path.iterdir()) == []


def test_cancelling_stops_at_once(tmp_path: Path) -> None:
    cancel = threading.Event()

    def endless() -> Iterator[np.ndarray]:
        for number, picture in enumerate(coded(100_000)):
            if number == 5:
                cancel.set()
            yield picture

    with pytest.raises(Interrupted):
        draw_clip(endless(), RATE, tmp_path / "drawn.mp4", cancel=cancel)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_an_output_error_or_ffmpegs(tmp_path: Path) -> None:
    with pytest.raises((OutputError, FfmpegFailed)):
        draw_clip(coded(2), RATE, tmp_path / "nowhere" / "drawn.mp4")


def test_ffmpeg_failing_while_fed_says_why() -> None:
    with pytest.raises(FfmpegFailed, match="Picture size 0x0 is invalid"):
        feed(
            ["-f", "rawvideo", "-i", "pipe:0", "-c:v", "no-such-codec", "-f", "null", "-"], [bytes(1000)] * 9
        )


def test_ffmpeg_that_takes_nothing_in_is_killed() -> None:
    # A mounted file of no end keeps it from ever reading the pipe.
    args = [
        "-f",
        "lavfi",
        "-i",
        "nullsrc=s=16x16",
        "-f",
        "s16le",
        "-i",
        "pipe:0",
        "-map",
        "0",
        "-f",
        "null",
        "-",
    ]
    begun = time.monotonic()
    with pytest.raises(FfmpegFailed, match="no progress"):
        feed(args, (bytes(1 << 20) for _ in range(200)), stall_s=1)
    assert time.monotonic() - begun < 20


@pytest.mark.skipif(os.name != "posix", reason="kills by signal")
def test_a_killed_feeder_publishes_nothing(tmp_path: Path) -> None:
    script = (
        "import sys, time, numpy as np; from fractions import Fraction; "
        "from stitcher.pictures.lossless_clip import draw_clip\n"
        "def slow():\n"
        "    for n in range(10_000):\n"
        "        print(n, flush=True); time.sleep(0.01); yield np.full((96, 160, 3), n % 256, np.uint8)\n"
        "draw_clip(slow(), Fraction(24), sys.argv[1])\n"
    )
    out = tmp_path / "drawn.mp4"
    with subprocess.Popen([sys.executable, "-c", script, str(out)], stdout=subprocess.PIPE) as feeder:
        assert feeder.stdout is not None
        for _ in range(20):
            feeder.stdout.readline()
        os.kill(feeder.pid, signal.SIGKILL)
    time.sleep(0.5)
    assert not out.exists()

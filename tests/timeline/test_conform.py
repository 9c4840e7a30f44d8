"""Conforming: our rule and ffmpeg's filters show the same picture at every frame."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from stitcher.media.probe import probe
from stitcher.timeline.conform import film_frames, source_picture
from tests.factories import make_clip
from tests.footage import Footage, ffmpeg_exe, read_code

SIZE = (160, 96)
UNEVEN = [1000 + stamp for stamp in (0, 500, 1000, 1700, 2300, 3600, 4000, 5000, 5200, 5700)]


def test_24_to_30_repeats_every_fourth_picture() -> None:
    clip = make_clip(frames=8, rate=24)
    assert [source_picture(clip, frame, Fraction(30)) for frame in range(film_frames(clip, Fraction(30)))] == [
        0, 1, 1, 2, 3, 4, 5, 5, 6, 7
    ]  # fmt: skip


def test_30_to_24_leaves_out_every_fifth_picture() -> None:
    clip = make_clip(frames=10, rate=30)
    shown = [source_picture(clip, frame, Fraction(24)) for frame in range(film_frames(clip, Fraction(24)))]
    assert shown == [0, 1, 3, 4, 5, 6, 8, 9]


@pytest.mark.parametrize("frame", [-1, 10])
def test_frames_outside_the_clip_have_no_picture(frame: int) -> None:
    with pytest.raises(IndexError):
        source_picture(make_clip(frames=10), frame, Fraction(24))


@pytest.mark.parametrize(
    ("footage_of", "rate", "speed"),
    [
        pytest.param({"rate": Fraction(30)}, Fraction(24), Fraction(1), id="30 to 24"),
        pytest.param({"rate": Fraction(25)}, Fraction(24), Fraction(1), id="25 to 24"),
        pytest.param({}, Fraction(60), Fraction(1), id="24 to 60"),
        pytest.param({"rate": Fraction(30000, 1001)}, Fraction(25), Fraction(1), id="29.97 to 25"),
        pytest.param({}, Fraction(24000, 1001), Fraction(1), id="24 to 23.976"),
        pytest.param({}, Fraction(24), Fraction(2), id="double speed"),
        pytest.param({}, Fraction(24), Fraction(4, 5), id="slower"),
        pytest.param({}, Fraction(60), Fraction(7, 3), id="odd speed and rate"),
        pytest.param(
            {"rate": Fraction(30), "suffix": ".mkv"}, Fraction(24), Fraction(3, 2), id="ms time stamps"
        ),
        pytest.param(
            {"frames": 10, "pts": UNEVEN, "time_base": Fraction(1, 12800)},
            Fraction(24),
            Fraction(1),
            id="variable",
        ),
    ],
)
def test_ffmpeg_shows_the_same_pictures(
    footage: Footage, footage_of: dict[str, Any], rate: Fraction, speed: Fraction
) -> None:
    clip = probe(footage.clip(3, **{"frames": 49, "size": SIZE, **footage_of}))
    count = film_frames(clip, rate, speed)
    graph = (
        f"setpts=(PTS-STARTPTS)*{speed.denominator}/{speed.numerator},"
        f"tpad=stop=-1:stop_mode=clone,fps={rate}:round=near,trim=end_frame={count}"
    )
    argv = [ffmpeg_exe(), "-v", "error", "-nostdin", "-i", str(clip.path), "-vf", graph]
    argv += ["-f", "rawvideo", "-pix_fmt", "gray", "-fps_mode", "passthrough", "-"]
    raw = subprocess.run(argv, capture_output=True, check=True).stdout
    pictures = np.frombuffer(raw, np.uint8).reshape(-1, SIZE[1], SIZE[0])
    shown = [read_code(picture)[1] for picture in pictures]
    assert shown == [source_picture(clip, frame, rate, speed) for frame in range(count)]

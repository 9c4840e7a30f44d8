from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stitcher.errors import InputError
from stitcher.media.frames import frame, frames, gray_frames, last_frame
from stitcher.media.probe import probe
from stitcher.timebase import FrameRange
from tests.footage import Footage, read_code, run_ffmpeg

KINDS: dict[str, dict[str, Any]] = {
    "h264 mp4": {},
    "h264 mkv": {"suffix": ".mkv"},
    "h264 ts": {"suffix": ".ts"},
    "h264 avi": {"suffix": ".avi"},
    "hevc mp4": {"codec": "libx265"},
    "hevc open groups": {
        "codec": "libx265",
        "options": ("-preset", "ultrafast", "-bf", "3", "-crf", "16", "-tag:v", "hvc1", "-x265-params",
                    "log-level=error:open-gop=1:keyint=24:min-keyint=24"),
    },
    "prores": {"suffix": ".mov", "codec": "prores_ks"},
    "dnxhr mxf": {"suffix": ".mxf", "codec": "dnxhd", "size": (256, 128)},
    "vp9 webm": {"suffix": ".webm", "codec": "libvpx-vp9"},
    "mpeg2 ts": {"suffix": ".ts", "codec": "mpeg2video", "options": ("-bf", "2", "-g", "15", "-q:v", "2")},
    "gen4": {"frames": 121, "size": (160, 96), "cuts": (26, 45),
             "options": ("-preset", "veryfast", "-crf", "16", "-bf", "3",
                         "-x264-params", "keyint=250:min-keyint=126:scenecut=700")},
    "rotated": {"rotation": 90},
    "upside down": {"rotation": 180},
    "ten bits": {"suffix": ".mkv", "codec": "libx265", "pix_fmt": "yuv420p10le"},
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_frame_is_the_one_asked_for(footage: Footage, kind: str) -> None:
    clip = probe(footage.clip(3, **{"frames": 80, **KINDS[kind]}))
    count = clip.video.frames
    for wanted in (0, 1, 13, 23, 24, 25, 49, 66, count - 1):
        assert read_code(frame(clip, wanted)) == (3, wanted)
        (gray,) = gray_frames(clip, FrameRange(wanted, wanted + 1))
        assert read_code(gray) == (3, wanted)
    assert read_code(last_frame(clip)) == (3, count - 1)
    codes = [read_code(picture)[1] for picture in gray_frames(clip, FrameRange(0, count))]
    assert codes == list(range(count))
    codes = [read_code(picture)[1] for picture in frames(clip, FrameRange(50, 60))]
    assert codes == list(range(50, 60))


def test_frames_behind_an_edit_list_are_counted_from_the_first_shown(
    footage: Footage, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.mp4"
    run_ffmpeg("-ss", "2.5", "-i", str(footage.clip(3, frames=150)), "-c", "copy", str(cut))
    clip = probe(cut)
    assert clip.video.frames == 90
    for wanted in (0, 1, 60, 89):
        assert read_code(frame(clip, wanted)) == (3, 60 + wanted)


def test_frames_of_variable_rate_are_counted_not_timed(footage: Footage) -> None:
    pts = [0, 512, 1024, 2048, 2560, 5120, 5632, 6144]
    clip = probe(footage.clip(6, frames=8, pts=pts, time_base=Fraction(1, 12800)))
    assert [read_code(picture)[1] for picture in frames(clip, FrameRange(0, 8))] == list(range(8))


@pytest.mark.parametrize("rotation", [0, 90, 270])
def test_pictures_come_upright_and_as_rgb(footage: Footage, rotation: int) -> None:
    clip = probe(footage.clip(3, size=(160, 96), rotation=rotation))
    picture = frame(clip, 5)
    assert picture.shape == ((160, 96, 3) if rotation else (96, 160, 3))
    assert picture.dtype == np.uint8
    assert picture.flags.c_contiguous


def test_luma_is_scaled_to_the_size_asked_for(footage: Footage) -> None:
    clip = probe(footage.clip(3, level=100, size=(160, 96)))
    (small,) = gray_frames(clip, FrameRange(4, 5), size=(40, 24))
    assert small.shape == (24, 40)
    assert abs(float(small.mean()) - 100) < 1


def flat(
    tmp_path: Path, yuv: tuple[int, int, int], arguments: tuple[str, ...], pix_fmt: str = "yuv420p"
) -> Path:
    raw = tmp_path / "raw"
    raw.write_bytes(bytes([yuv[0]]) * 4096 + bytes([yuv[1]]) * 1024 + bytes([yuv[2]]) * 1024)
    path = tmp_path / "flat.mkv"
    run_ffmpeg("-f", "rawvideo", "-pix_fmt", pix_fmt, "-s", "64x64", "-r", "24", "-i", str(raw), "-c:v", "ffv1",
               *arguments, str(path))  # fmt: skip
    return path


def expected(yuv: tuple[int, int, int], kr: float, kb: float, *, full: bool) -> np.ndarray:
    y, u, v = yuv
    luma, blue, red = (y / 255, (u - 128) / 255, (v - 128) / 255) if full else (
        (y - 16) / 219, (u - 128) / 224, (v - 128) / 224)  # fmt: skip
    r, b = luma + 2 * (1 - kr) * red, luma + 2 * (1 - kb) * blue
    g = (luma - kr * r - kb * b) / (1 - kr - kb)
    return np.clip(np.array([r, g, b]) * 255, 0, 255)


BT709, BT601, BT2020 = (0.2126, 0.0722), (0.299, 0.114), (0.2627, 0.0593)


@pytest.mark.parametrize(
    ("arguments", "matrix", "weights", "full"),
    [
        ((), None, BT709, False),
        (("-vf", "setparams=colorspace=bt709"), None, BT709, False),
        (("-vf", "setparams=colorspace=smpte170m"), None, BT601, False),
        (("-vf", "setparams=colorspace=bt2020nc"), None, BT2020, False),
        (("-vf", "setparams=range=pc", "-color_range", "pc"), None, BT709, True),
        ((), "smpte170m", BT601, False),
        (("-vf", "setparams=colorspace=smpte170m"), "bt709", BT709, False),
    ],
    ids=["untagged", "bt709", "bt601", "bt2020", "full range", "told bt601", "told over the tag"],
)
@pytest.mark.parametrize("yuv", [(63, 102, 200), (150, 140, 110), (81, 90, 200)])
def test_colours_are_right_to_one_level(
    tmp_path: Path,
    yuv: tuple[int, int, int],
    arguments: tuple[str, ...],
    matrix: str | None,
    weights: tuple[float, float],
    full: bool,
) -> None:
    clip = probe(flat(tmp_path, yuv, arguments))
    picture = frame(clip, 0, matrix=matrix)
    wrong = np.abs(picture.reshape(-1, 3).astype(float) - expected(yuv, *weights, full=full)).max()
    assert wrong <= 1.05


def test_clips_can_be_decoded_side_by_side(footage: Footage) -> None:
    clips = [probe(footage.clip(number, frames=49)) for number in (3, 4, 5)]
    wanted = FrameRange(0, 49)
    for n, pictures in enumerate(zip(*(gray_frames(clip, wanted) for clip in clips), strict=True)):
        assert [read_code(picture) for picture in pictures] == [(3, n), (4, n), (5, n)]


def test_an_unknown_matrix_is_refused_by_name(footage: Footage) -> None:
    with pytest.raises(InputError, match="ictcp"):
        frame(probe(footage.clip(3)), 0, matrix="ictcp")


@pytest.mark.parametrize("wanted", [FrameRange(-1, 1), FrameRange(40, 50), FrameRange(49, 50)], ids=str)
def test_a_range_outside_the_clip_is_refused(footage: Footage, wanted: FrameRange) -> None:
    with pytest.raises(InputError, match="frames 0 to 48"):
        list(frames(probe(footage.clip(3)), wanted))


def test_an_empty_range_has_no_pictures(footage: Footage) -> None:
    assert list(frames(probe(footage.clip(3)), FrameRange(5, 5))) == []


@pytest.mark.timeout(60)
def test_many_ranges_of_a_codec_that_hides_pictures_are_had_without_a_standstill(footage: Footage) -> None:
    # Frame threads and Python's lock once waited for each other here.
    clip = probe(footage.clip(5, frames=97, codec="libvpx-vp9", suffix=".webm"))
    chance = random.Random(3)
    for _ in range(12):
        start = chance.randrange(30, 90)
        stop = chance.randrange(start + 1, min(97, start + 6) + 1)
        found = [read_code(gray) for gray in gray_frames(clip, FrameRange(start, stop))]
        assert found == [(5, number) for number in range(start, stop)]

"""The local upscaler keeps what its formats can hold, and says beforehand what they cannot."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stitcher.generation.edit_and_upscale_requests import upscaled_size
from stitcher.generation.events import Event
from stitcher.generation.local_upscale import LocalUpscaler
from stitcher.generation.options import GenerateOptions
from stitcher.generation.upscale_run import upscale
from stitcher.generation.upscalers import cut_piece
from stitcher.media.clip import Clip, Colour
from stitcher.media.frames import frame
from stitcher.media.probe import probe
from stitcher.storyboard.load import load
from stitcher.storyboard.model import Upscale
from stitcher.timebase import FrameRange
from tests.factories import make_clip
from tests.footage import Footage, read_code, run_ffmpeg

HLG = Colour("tv", "bt2020", "arib-std-b67", "bt2020nc")
TAGGED = "setparams=colorspace=bt2020nc:color_primaries=bt2020:color_trc=arib-std-b67:range=tv"
QUIET = ("-x265-params", "log-level=error")


def source(path: Path, *arguments: str) -> Clip:
    pictures = ("-f", "lavfi", "-i", "testsrc2=s=160x96:r=24000/1001", "-frames:v", "6")
    run_ffmpeg(*pictures, *arguments, str(path))
    return probe(path)


def enlarged(clip: Clip, folder: Path) -> Clip:
    target = folder / "large.mp4"
    LocalUpscaler().enlarge(
        clip, target, upscaled_size(clip.video.shown_size, "192p"), Upscale(by="local", to="192p")
    )
    return probe(target)


KINDS: dict[str, tuple[str, tuple[str, ...], str, str]] = {
    "8 bits": (".mp4", ("-c:v", "libx264", "-pix_fmt", "yuv420p"), "h264", "yuv420p"),
    "4:2:2": (".mov", ("-c:v", "libx264", "-pix_fmt", "yuv422p"), "h264", "yuv422p"),
    "4:4:4": (".mkv", ("-c:v", "libx264", "-pix_fmt", "yuv444p"), "h264", "yuv444p"),
    "full range": (".mp4", ("-c:v", "libx264", "-pix_fmt", "yuvj420p"), "h264", "yuvj420p"),
    "10 bits": (".mp4", ("-c:v", "libx265", *QUIET, "-pix_fmt", "yuv420p10le"), "hevc", "yuv420p10le"),
    "hlg": (
        ".mp4",
        ("-vf", f"format=yuv420p10le,{TAGGED}", "-c:v", "libx265", *QUIET),
        "hevc",
        "yuv420p10le",
    ),
    "prores": (".mov", ("-c:v", "prores_ks", "-pix_fmt", "yuv422p10le"), "hevc", "yuv422p10le"),
    "rgb": (".mkv", ("-c:v", "ffv1", "-pix_fmt", "bgr0"), "h264", "yuv444p"),
    "gray": (".mkv", ("-c:v", "ffv1", "-pix_fmt", "gray"), "h264", "yuv420p"),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_pictures_keep_their_bits_colours_and_rate(tmp_path: Path, kind: str) -> None:
    suffix, arguments, codec, pixels = KINDS[kind]
    clip = source(tmp_path / f"clip{suffix}", *arguments)
    large = enlarged(clip, tmp_path)
    assert (large.video.codec, large.video.pixel_format) == (codec, pixels)
    assert (large.video.frames, large.video.rate) == (6, Fraction(24000, 1001))
    if kind not in ("rgb", "gray"):
        had = clip.video.colour
        assert large.video.colour in (had, replace(had, range=None if had.range == "tv" else had.range))
    assert (large.video.colour == HLG) == (kind == "hlg")
    before = frame(clip, 3).astype(float)
    small = Image.fromarray(frame(large, 3)).resize((160, 96), Image.Resampling.BOX)
    assert np.abs(np.array(small).astype(float).mean((0, 1)) - before.mean((0, 1))).max() < 1.5


@pytest.mark.slow
def test_what_is_transparent_or_not_square_is_enlarged_as_it_is_shown(tmp_path: Path) -> None:
    clip = source(
        tmp_path / "clip.mov",
        *("-vf", "format=yuva444p10le,geq=lum=940:cb=512:cr=512:a=512,setsar=4/3"),
        *("-c:v", "prores_ks", "-profile:v", "4", "-pix_fmt", "yuva444p10le"),
    )
    large = enlarged(clip, tmp_path)
    assert (large.video.width, large.video.height, large.video.sample_aspect) == (428, 192, 1)
    assert abs(float(frame(large, 3).mean()) - 127) < 3
    cut_piece(clip, FrameRange(2, 5), tmp_path / "piece.mp4")
    piece = probe(tmp_path / "piece.mp4")
    assert (piece.video.frames, piece.video.sample_aspect, piece.video.width) == (
        3,
        1,
        clip.video.shown_size[0],
    )
    assert abs(float(frame(piece, 1).mean()) - 127) < 3


@pytest.mark.slow
def test_transparent_rgb_is_enlarged_over_black(tmp_path: Path) -> None:
    half = ("-vf", "format=argb,geq=r=200:g=100:b=40:a=128")
    large = enlarged(source(tmp_path / "clip.mov", *half, "-c:v", "qtrle", "-pix_fmt", "argb"), tmp_path)
    assert np.abs(frame(large, 3).astype(float).mean((0, 1)) - np.array([100, 50, 20])).max() < 2


@pytest.mark.slow
def test_a_clip_whose_pictures_change_their_size_is_enlarged_frame_for_frame(tmp_path: Path) -> None:
    parts = ["160x96", "80x48"]
    for n, size in enumerate(parts):
        made = ("-f", "lavfi", "-i", f"testsrc2=s={size}:r=24", "-frames:v", "6", "-c:v", "libvpx")
        run_ffmpeg(*made, str(tmp_path / f"{n}.webm"))
    (tmp_path / "list.txt").write_text("file '0.webm'\nfile '1.webm'\n")
    run_ffmpeg("-f", "concat", "-i", str(tmp_path / "list.txt"), "-c", "copy", str(tmp_path / "call.webm"))
    large = enlarged(probe(tmp_path / "call.webm"), tmp_path)
    assert (large.video.frames, large.video.width, large.video.height) == (12, 320, 192)
    small = np.array(Image.fromarray(frame(large, 8)).resize((80, 48), Image.Resampling.BOX))
    assert np.abs(small.astype(float) - frame(probe(tmp_path / "1.webm"), 2)).mean() < 8


@pytest.mark.slow
def test_the_stream_that_is_shown_is_the_one_enlarged(footage: Footage, tmp_path: Path) -> None:
    inputs = [word for n in (1, 2) for word in ("-i", str(footage.clip(n, frames=8)))]
    marks = ("-disposition:v:0", "0", "-disposition:v:1", "default")
    run_ffmpeg(*inputs, "-map", "0:v", "-map", "1:v", "-c", "copy", *marks, str(tmp_path / "two.mkv"))
    large = enlarged(probe(tmp_path / "two.mkv"), tmp_path)
    assert read_code(frame(large, 5)) == (2, 5)


@pytest.mark.parametrize(
    ("clip", "lost"),
    [
        (make_clip(), ()),
        (make_clip(pixel_format="yuv444p12le"), ()),
        (make_clip(pixel_format="yuva444p12le"), ("transparency is laid over black",)),
        (make_clip(pixel_format="gbrp16le"), ("16 bits are made 12",)),
    ],
    ids=["nothing", "nothing of 12 bits", "alpha", "bits"],
)
def test_what_is_lost_is_known_beforehand(clip: Clip, lost: tuple[str, ...]) -> None:
    assert LocalUpscaler().lost(clip) == lost


def test_fields_are_lost() -> None:
    clip = make_clip()
    woven = replace(clip, video=replace(clip.video, field_order="tt"))
    assert LocalUpscaler().lost(woven) == ("interlaced pictures are made progressive",)


@pytest.mark.slow
def test_what_is_lost_is_said_before_the_work_and_after_it(tmp_path: Path) -> None:
    source(tmp_path / "clip.mkv", "-c:v", "ffv1", "-pix_fmt", "yuva420p")
    (tmp_path / "b.yaml").write_text(
        "stitcher: 1\nupscale: {by: local, to: 192p}\nshots:\n  - {id: a, clip: clip.mkv}\n"
    )
    heard: list[Event] = []
    made = upscale(load(tmp_path / "b.yaml"), options=GenerateOptions(progress=heard.append))
    assert (heard[0].stage, heard[0].note) == ("sending", "transparency is laid over black")
    assert made.notes == ("Shot a: in its enlarged picture transparency is laid over black.",)
    assert upscale(load(tmp_path / "b.yaml")).notes == ()

"""What a clip's header says of its colours, the film made of it says too, whatever had to be encoded."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import stitcher
from stitcher.formats.colour import MATRICES, PRIMARIES, TRANSFERS
from stitcher.media.clip import Colour
from stitcher.media.probe import probe
from stitcher.rendering.cache import Cache
from stitcher.rendering.context import RenderContext
from stitcher.rendering.mux import mux
from stitcher.rendering.mux_job import MuxJob, PacketRun
from stitcher.timebase import FrameRange
from tests.footage import Footage, run_ffmpeg

CODECS = {
    "h264": (".mp4", ("-c:v", "libx264", "-preset", "ultrafast"), "yuv420p"),
    "hevc": (".mp4", ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error"), "yuv420p"),
    "av1": (".mp4", ("-c:v", "libsvtav1", "-preset", "12"), "yuv420p"),
    "vp9": (".webm", ("-c:v", "libvpx-vp9", "-cpu-used", "8"), "yuv420p"),
    "prores": (".mov", ("-c:v", "prores_ks"), "yuv422p10le"),
    "dnxhd": (".mov", ("-c:v", "dnxhd", "-profile:v", "dnxhr_hq"), "yuv422p"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("codec", "primaries", "transfer", "matrix"),
    [
        ("h264", "bt709", "log100", "bt709"),
        ("h264", "ebu3213", "bt709", "bt709"),
        ("h264", "bt709", "bt709", "ycgco"),
        ("h264", "bt2020", "bt2020-12", "bt2020c"),
        ("hevc", "bt709", "bt709", "ycgco"),
        ("hevc", "ebu3213", "bt470m", "fcc"),
        ("hevc", "bt2020", "smpte2084", "ictcp"),
        ("hevc", "smpte432", "arib-std-b67", "bt2020nc"),
        ("av1", "smpte432", "bt709", "bt709"),
        ("av1", "bt2020", "bt2020-12", "bt2020c"),
        ("vp9", "bt470bg", "bt470bg", "bt470bg"),
        ("vp9", "ebu3213", "iec61966-2-4", "bt709"),
        ("vp9", "bt2020", "arib-std-b67", "bt2020nc"),
        ("vp9", "smpte240m", "smpte240m", "smpte240m"),
        ("prores", "smpte432", "iec61966-2-1", "bt709"),
        ("dnxhd", "bt709", "iec61966-2-4", "bt709"),
        ("dnxhd", "bt709", "bt470m", "fcc"),
    ],
)
def test_code_points_survive_a_blend(
    tmp_path: Path, codec: str, primaries: str, transfer: str, matrix: str
) -> None:
    suffix, options, pixels = CODECS[codec]
    painted = primaries
    if codec in ("h264", "hevc") and not PRIMARIES[primaries].in_x264:
        options += ("-bsf:v", f"{codec}_metadata=colour_primaries={PRIMARIES[primaries].number}")
        painted = "unknown"
    clip = tmp_path / f"a{suffix}"
    tags = f"range=tv:color_primaries={painted}:color_trc={transfer}:colorspace={matrix}"
    run_ffmpeg(
        *("-f", "lavfi", "-i", "testsrc2=s=256x128:r=24", "-frames:v", "3"),
        *("-vf", f"format={pixels},setparams={tags}", *options, str(clip)),
    )
    said = probe(clip).video.colour
    assert (said.primaries, said.transfer, said.matrix) == (primaries, transfer, matrix)
    board = stitcher.assemble([clip, clip], transition="dissolve", duration="1f")
    (made,) = stitcher.render(
        board, tmp_path / f"film{suffix}", options=stitcher.RenderOptions(cache=tmp_path / "cache")
    ).paths
    assert probe(made).video.colour == said


def _colours() -> list[Colour]:
    """As few descriptions as hold every code point there is a name for."""
    full = [(name, "bt709", "bt709") for name in PRIMARIES]
    full += [("bt709", name, "bt709") for name in TRANSFERS] + [("bt709", "bt709", name) for name in MATRICES]
    return [Colour("tv", *names) for names in full] + [Colour("pc", "bt709", "bt709", "bt709")]


def test_gaps_are_filled_as_the_pictures_are_understood(footage: Footage, tmp_path: Path) -> None:
    run = PacketRun(probe(footage.clip(1, frames=2)), FrameRange(0, 2))
    context = RenderContext(Cache.at(tmp_path / "cache"))
    for colour in (Colour(), Colour(transfer="smpte2084"), Colour(primaries="smpte432")):
        out = tmp_path / "film.mp4"
        mux(MuxJob((run,), "mp4", Fraction(24), colour), out, context)
        assert probe(out).video.colour == colour.filled()


@pytest.mark.parametrize("container", ["mp4", "mov", "mkv", "webm"])
def test_every_code_point_survives_into_every_container(
    footage: Footage, tmp_path: Path, container: str
) -> None:
    """Said by the container alone: the pictures themselves are not tagged. MOV has no range, and of VP9's
    matrix and range its stream has the last word."""
    codec = "libvpx-vp9" if container == "webm" else "libx264"
    clip = probe(footage.clip(1, frames=2, suffix=f".{container}", codec=codec))
    assert clip.video.colour.matrix is None
    context = RenderContext(Cache.at(tmp_path / "cache"))
    run = PacketRun(clip, FrameRange(0, 2))
    out = tmp_path / f"film.{container}"
    unheard: dict[str, dict[str, Any]] = {"mov": {"range": None}, "webm": {"matrix": None, "range": "tv"}}
    for colour in _colours():
        mux(MuxJob((run,), container, Fraction(24), colour), out, context)
        assert probe(out).video.colour == replace(colour, **unheard.get(container, {}))

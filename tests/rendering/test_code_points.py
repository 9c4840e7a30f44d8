"""What a clip's header says of its colours, the film made of it says too, whatever had to be encoded."""

from __future__ import annotations

from pathlib import Path

import pytest
from av.video.reformatter import ColorPrimaries, Colorspace, ColorTrc

import stitcher
from stitcher.media.code_points import MATRICES, PRIMARIES, TRANSFERS, name_of
from stitcher.media.probe import probe
from tests.footage import run_ffmpeg

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
        ("h264", "bt709", "bt709", "ycgco"),
        ("h264", "bt2020", "bt2020-12", "bt2020c"),
        ("hevc", "bt709", "bt709", "ycgco"),
        ("hevc", "bt2020", "smpte2084", "ictcp"),
        ("hevc", "smpte432", "arib-std-b67", "bt2020nc"),
        ("av1", "smpte432", "bt709", "bt709"),
        ("av1", "bt2020", "bt2020-12", "bt2020c"),
        ("vp9", "bt470bg", "bt470bg", "bt470bg"),
        ("vp9", "ebu3213", "iec61966-2-4", "bt709"),
        ("prores", "smpte432", "iec61966-2-1", "bt709"),
        ("dnxhd", "bt709", "iec61966-2-4", "bt709"),
        ("dnxhd", "bt709", "bt470m", "fcc"),
    ],
)
def test_code_points_survive_a_blend(
    tmp_path: Path, codec: str, primaries: str, transfer: str, matrix: str
) -> None:
    suffix, options, pixels = CODECS[codec]
    clip = tmp_path / f"a{suffix}"
    tags = f"range=tv:color_primaries={primaries}:color_trc={transfer}:colorspace={matrix}"
    run_ffmpeg(
        *("-f", "lavfi", "-i", "testsrc2=s=256x128:r=24", "-frames:v", "3"),
        *("-vf", f"format={pixels},setparams={tags}", *options, str(clip)),
    )
    said = probe(clip).video.colour
    assert (said.primaries, said.transfer, said.matrix) == (primaries, transfer, matrix)
    board = stitcher.assemble([clip, clip], transition="dissolve", duration="1f")
    (made,) = stitcher.render(board, tmp_path / f"film{suffix}", cache=tmp_path / "cache").paths
    assert probe(made).video.colour == said


def test_the_tables_are_those_of_ffmpeg() -> None:
    assert PRIMARIES["bt2020"] == ColorPrimaries.BT2020
    assert (TRANSFERS["smpte2084"], TRANSFERS["arib-std-b67"]) == (ColorTrc.SMPTE2084, ColorTrc.ARIB_STD_B67)
    assert MATRICES["smpte170m"] == 6
    assert MATRICES["bt709"] == Colorspace.ITU709


@pytest.mark.parametrize("names", [PRIMARIES, TRANSFERS, MATRICES])
def test_each_number_has_one_name(names: dict[str, int]) -> None:
    assert [name_of(number, names) for number in names.values()] == list(names)
    assert name_of(2, names) is None
    assert name_of(99, names) is None

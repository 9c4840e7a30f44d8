"""Clips of one container in films of another: each container has its own code for the same pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from stitcher.errors import OutputError
from stitcher.media.probe import probe
from tests.footage import Footage
from tests.rendering.films import CUT, dissolve, film
from tests.rendering.test_film import assert_right, made

_SOURCES: dict[str, tuple[str, tuple[str, ...] | None, tuple[str, ...]]] = {
    "mjpeg": ("mjpeg", None, (".avi", ".mov", ".mp4", ".mkv")),
    "mpeg2video": ("mpeg2video", ("-q:v", "2"), (".avi", ".mov", ".mp4", ".mkv", ".mpg", ".ts", ".mxf")),
    "prores": ("prores_ks", None, (".mov", ".mkv", ".mxf")),
    "dnxhd": ("dnxhd", None, (".mov", ".mkv", ".mxf", ".avi")),
    "h264": ("libx264", None, (".avi", ".mkv")),
    "hevc": ("libx265", None, (".mkv", ".ts")),
    "dv": ("dvvideo", (), (".avi",)),
    "vp9": ("libvpx-vp9", None, (".webm",)),
}


@pytest.mark.slow
@pytest.mark.parametrize(("codec", "suffix"), [(c, s) for c, (_, _, all_) in _SOURCES.items() for s in all_])
def test_clips_go_into_every_container_that_takes_their_codec(
    footage: Footage, tmp_path: Path, codec: str, suffix: str
) -> None:
    encoder, options, _ = _SOURCES[codec]
    if encoder == "libx265" and suffix not in (".mp4", ".mov"):
        options = ("-preset", "ultrafast", "-crf", "16", "-x265-params", "log-level=error")
    size = (720, 576) if codec == "dv" else (256, 144)
    rate = 25 if codec == "dv" else 24
    clips = [
        probe(footage.clip(n, frames=10, suffix=suffix, codec=encoder, options=options, size=size, rate=rate))
        for n in (1, 2)
    ]
    timeline = film([*clips, clips[0]], [CUT, dissolve(3)], rate=clips[0].video.average_rate)
    written = 0
    for target in (".mov", ".mp4", ".mkv", ".webm"):
        out = tmp_path / f"film{target}"
        try:
            made(timeline, out)
        except OutputError:
            # Refused by name, before anything is made.
            assert not out.exists()
            continue
        assert_right(out, timeline, (1, 2, 1))
        written += 1
    assert written >= 1

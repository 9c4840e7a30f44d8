"""Argument lists of encoded segments, where a run would need hardware that machines of tests lack."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stitcher.media.probe import probe
from stitcher.render.graph import encode_arguments
from stitcher.render.job import EncodeJob, Feed
from stitcher.timebase import FrameRange
from tests.footage import Footage
from tests.render.films import delivery


@pytest.mark.parametrize(
    ("encoder", "pixel_format", "uploads"),
    [("h264_vaapi", "nv12", True), ("h264_nvenc", "yuv420p", False), ("libx264", "yuv420p", False)],
)
def test_frames_are_uploaded_where_the_encoder_takes_no_others(
    footage: Footage, encoder: str, pixel_format: str, uploads: bool
) -> None:
    clip = probe(footage.clip(1, frames=25))
    picture = replace(delivery().picture, encoder=encoder, pixel_format=pixel_format, options=())
    job = EncodeJob((Feed(clip, FrameRange(0, 5)),), picture, 5, (1280, 720))
    arguments = encode_arguments(job, "out.mp4")
    graph = arguments[arguments.index("-filter_complex") + 1]
    assert ("hwupload" in graph) is uploads
    assert ("-init_hw_device" in arguments) is uploads
    assert ("-pix_fmt" in arguments) is not uploads
    if uploads:
        assert graph.index(f"format={pixel_format}") < graph.index("hwupload")
        assert arguments.index("-init_hw_device") < arguments.index("-i")

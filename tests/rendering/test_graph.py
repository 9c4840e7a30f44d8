"""Segments of many shots, frame by frame, and argument lists where a run would need hardware that tests lack."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from stitcher.media.clip import Clip
from stitcher.media.frames import gray_frames
from stitcher.media.probe import probe
from stitcher.rendering.cache import Cache
from stitcher.rendering.context import RenderContext
from stitcher.rendering.encode import encode_segment
from stitcher.rendering.encode_segments import job_of
from stitcher.rendering.graph import encode_arguments
from stitcher.rendering.item_sources import item_sources
from stitcher.rendering.job import EncodeInput, EncodeJob
from stitcher.rendering.plan import plan
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Title, Transition
from tests.footage import Footage, Unreadable, read_code
from tests.rendering.films import CUT, MATCH, delivery, dissolve, film

JOINS = (CUT, MATCH, dissolve(3), dissolve(2, "wipeleft"), dissolve(2, "fadeblack"))
PAIRS = tuple(join for pair in itertools.product(JOINS, JOINS) for join in (*pair, CUT))
"""Each kind of join before each other one."""


@pytest.mark.slow
@pytest.mark.parametrize("rate", [Fraction(24), Fraction(30000, 1001)], ids=["24", "29.97"])
@pytest.mark.parametrize(
    ("joins", "shortest"),
    [
        pytest.param((CUT, dissolve(3)), 7, id="a cut before a dissolve"),
        pytest.param((dissolve(3), MATCH, dissolve(2, "wipeup")), 7, id="a match between blends"),
        pytest.param((CUT, dissolve(1), CUT, dissolve(1), CUT), 1, id="shots of one frame"),
        pytest.param(PAIRS, 7, id="each kind before each"),
    ],
)
def test_any_row_of_joins_is_encoded_in_one_run(
    footage: Footage, tmp_path: Path, rate: Fraction, joins: tuple[Transition, ...], shortest: int
) -> None:
    """As presets that give bits out over time do, which are not cut into pieces at every join."""
    clips: list[Clip | Title] = [
        probe(footage.clip(1 + n % 6, frames=9, rate=rate)) for n in range(len(joins) + 1)
    ]
    if shortest == 1:
        ranges = {n: FrameRange(3, 4) for n in range(1, len(joins))}
    else:
        ranges = {}
        # A title among them is a source like any other.
        clips[-1] = Title("End", shortest)
    timeline = film(clips, joins, rate=rate, ranges=ranges)
    steady = delivery(copy=False, size=(160, 96), rate=rate)
    steady = replace(steady, picture=replace(steady.picture, steady_rate=True))
    (segment,) = (made := plan(timeline, steady)).encoded

    cache = Cache(tmp_path / "cache")
    job = job_of(made, segment, item_sources(made, RenderContext(cache)))
    piece = encode_segment(job, cache.folder)

    assert piece.clip.video.frames == timeline.frames
    shown = list(gray_frames(piece.clip, FrameRange(0, timeline.frames)))
    for n, item in enumerate(timeline.items):
        before = timeline.transitions[n - 1].frames if n else 0
        after = timeline.transitions[n].frames if n < len(joins) else 0
        for offset in range(before, len(item.source_range) - after):
            picture = shown[item.record_start + offset]
            if isinstance(item.source, Title):
                with pytest.raises(Unreadable):
                    read_code(picture)
            else:
                assert read_code(picture) == (1 + n % 6, item.source_range.start + offset), (n, offset)


@pytest.mark.parametrize(
    ("encoder", "pixel_format", "uploads"),
    [("h264_vaapi", "nv12", True), ("h264_nvenc", "yuv420p", False), ("libx264", "yuv420p", False)],
)
def test_frames_are_uploaded_where_the_encoder_takes_no_others(
    footage: Footage, encoder: str, pixel_format: str, uploads: bool
) -> None:
    clip = probe(footage.clip(1, frames=25))
    picture = replace(delivery().picture, encoder=encoder, pixel_format=pixel_format, options=())
    job = EncodeJob((EncodeInput(clip, FrameRange(0, 5)),), picture, 5, (1280, 720))
    arguments = encode_arguments(job, "out.mp4")
    graph = arguments[arguments.index("-filter_complex") + 1]
    assert ("hwupload" in graph) is uploads
    assert ("-init_hw_device" in arguments) is uploads
    assert ("-pix_fmt" in arguments) is not uploads
    if uploads:
        assert graph.index(f"format={pixel_format}") < graph.index("hwupload")
        assert arguments.index("-init_hw_device") < arguments.index("-i")

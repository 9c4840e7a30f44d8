"""Filter graphs of segments: many shots frame by frame, and command lines as golden text."""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from stitcher.media.clip import Clip, Colour
from stitcher.media.frames import gray_frames
from stitcher.media.probe import probe
from stitcher.rendering.cache import Cache
from stitcher.rendering.context import RenderContext
from stitcher.rendering.encode import encode_segment
from stitcher.rendering.encode_segments import job_of
from stitcher.rendering.graph import encode_arguments
from stitcher.rendering.item_sources import item_sources
from stitcher.rendering.job import EncodeInput, EncodeJob, Overlay
from stitcher.rendering.plan import plan
from stitcher.storyboard.transition_kinds import DISSOLVE, transition_kind
from stitcher.timebase import FrameRange
from stitcher.timeline.picture import Title, Transition
from tests.factories import make_clip
from tests.footage import Footage, Unreadable, read_code
from tests.golden import assert_golden
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


SDR = Colour("tv", "bt709", "bt709", "bt709")
HDR = Colour("tv", "bt2020", "smpte2084", "bt2020nc")
HALF: dict[str, Any] = {"size": (320, 192), "frames": 48, "colour": SDR}
HEAD, LATER = FrameRange(0, 12), FrameRange(30, 42)


def _input(seen: FrameRange = HEAD, *, clip: dict[str, Any] | None = None, **options: Any) -> EncodeInput:
    return EncodeInput(make_clip(**(HALF | (clip or {}))), seen, **options)


GRAPHS: dict[str, tuple[EncodeInput, ...]] = {
    "a clip as it is": (_input(),),
    "from a later frame": (_input(LATER),),
    "past the last picture": (_input(FrameRange(44, 56)),),
    "two clips, cut": (_input(), _input(LATER)),
    "two clips, dissolved": (_input(), _input(LATER, overlap=6, transition=DISSOLVE)),
    "two clips, wiped": (_input(), _input(LATER, overlap=6, transition=transition_kind("wipeleft"))),
    "two clips, dipped to black": (
        _input(),
        _input(LATER, overlap=6, transition=transition_kind("fadeblack")),
    ),
    "another rate, nearest pictures": (_input(clip={"rate": 30}),),
    "another rate, blended pictures": (_input(clip={"rate": 30}, conform="blend"),),
    "half the speed": (_input(speed=Fraction(1, 2)),),
    "another shape, cropped": (_input(clip={"size": (320, 320)}),),
    "another shape, padded": (_input(clip={"size": (320, 320)}, fit="pad"),),
    "another shape, blurred": (_input(clip={"size": (320, 320)}, fit="blur"),),
    "pixels that are not square": (_input(clip={"sample_aspect": Fraction(4, 3)}),),
    "text over it": (
        _input(overlays=(Overlay(make_clip(**HALF, path="/text.mov", pixel_format="yuva444p"), 4),)),
    ),
    "HDR, tone-mapped": (_input(clip={"colour": HDR, "pixel_format": "yuv420p10le", "bit_depth": 10}),),
    "another matrix": (_input(clip={"colour": replace(SDR, matrix="smpte170m")}),),
    "RGB": (_input(clip={"pixel_format": "gbrp", "colour": replace(SDR, matrix="gbr", range="pc")}),),
    "alpha over black": (_input(clip={"pixel_format": "yuva444p"}),),
}


def test_command_lines_of_segments_are_as_in_the_golden_file() -> None:
    picture = replace(
        delivery(size=(320, 192), colour=SDR).picture, options=("-preset", "medium", "-crf", "18")
    )
    cases = {}
    for name, inputs in GRAPHS.items():
        frames = sum(len(one.source_range) - one.overlap for one in inputs)
        cases[name] = encode_arguments(EncodeJob(inputs, picture, frames, (320, 192)), "/out.mp4")
    hevc = replace(
        picture, codec="hevc", encoder="hevc_vaapi", pixel_format="nv12", codec_tag="hvc1", options=()
    )
    cases["a device's encoder"] = encode_arguments(EncodeJob((_input(),), hevc, 12, (320, 192)), "/out.mp4")
    small = replace(picture, width=160, height=160)
    cases["a deliverable of another shape"] = encode_arguments(
        EncodeJob((_input(),), small, 12, (320, 192)), "/out.mp4"
    )
    assert_golden(Path(__file__).parent / "golden" / "graph.txt", cases)

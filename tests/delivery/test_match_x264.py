"""x264 options for pictures like a stream's own, as golden text; that they have its parameter sets, by encoding."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from stitcher.delivery.match_x264 import FOR_SEAMS, FOR_STRETCHES, matching_x264_options, quick_x264_options
from stitcher.media.clip import Colour, VideoStream
from tests.factories import make_clip
from tests.golden import assert_golden

MEDIUM = (
    "options: cabac=1 ref=3 deblock=1:0:0 analyse=0x3:0x113 me=hex subme=7 psy=1 psy_rd=1.00:0.00 "
    "mixed_ref=1 me_range=16 chroma_me=1 trellis=1 8x8dct=1 cqm=0 deadzone=21,11 fast_pskip=1 "
    "chroma_qp_offset=-2 threads=3 lookahead_threads=1 sliced_threads=0 nr=0 decimate=1 interlaced=0 "
    "bluray_compat=0 constrained_intra=0 bframes=3 b_pyramid=2 b_adapt=1 b_bias=0 direct=1 weightb=1 "
    "open_gop=0 weightp=2 keyint=250 keyint_min=24 scenecut=40 intra_refresh=0 rc_lookahead=40 rc=crf "
    "mbtree=1 crf=18.0 qcomp=0.60 qpmin=0 qpmax=69 qpstep=4 ip_ratio=1.40 aq=1:1.00"
)
MEDIUM_SETS = bytes.fromhex(
    "0164000affe100186764000aacd9428db011000003000100000300300f12259601000668ebe08cb22cfdf8f800"
)
MEAN_BITRATE = (
    "options: cabac=1 ref=5 deblock=1:0:0 analyse=0x3:0x113 me=hex subme=8 psy=1 psy_rd=1.00:0.00 "
    "mixed_ref=1 me_range=16 chroma_me=1 trellis=2 8x8dct=1 cqm=0 deadzone=21,11 fast_pskip=1 "
    "chroma_qp_offset=-2 threads=3 lookahead_threads=1 sliced_threads=0 nr=0 decimate=1 interlaced=0 "
    "bluray_compat=0 constrained_intra=0 bframes=3 b_pyramid=2 b_adapt=1 b_bias=0 direct=3 weightb=1 "
    "open_gop=0 weightp=2 keyint=250 keyint_min=24 scenecut=40 intra_refresh=0 rc_lookahead=50 rc=abr "
    "mbtree=1 bitrate=500 ratetol=1.0 qcomp=0.60 qpmin=0 qpmax=69 qpstep=4 ip_ratio=1.40 aq=1:1.00"
)
MEAN_BITRATE_SETS = bytes.fromhex(
    "01640014ffe1001867640014acd9828db011000003000100000300300f14299a01000568e97b2c8bfdf8f800"
)


def stream(settings: str, sets: bytes, **changes: object) -> VideoStream:
    video = make_clip(size=(160, 96), parameter_sets=sets).video
    return replace(video, encoder_settings=settings, level=10, **changes)  # type: ignore[arg-type]  # fields by name


def hurried(video: VideoStream) -> tuple[str, ...]:
    return quick_x264_options(matching_x264_options(video), video, FOR_SEAMS)


def test_options_that_match_a_source_are_as_in_the_golden_file() -> None:
    medium = stream(MEDIUM, MEDIUM_SETS)
    tagged = replace(medium, colour=Colour("tv", "bt709", "bt709", "bt709"))
    options = matching_x264_options(medium)
    large = replace(medium, width=3840, height=2160)
    assert_golden(
        Path(__file__).parent / "golden" / "match_x264.txt",
        {
            "medium at CRF 18": options,
            "the same, tagged BT.709": matching_x264_options(tagged),
            "the same at another size": matching_x264_options(medium, resized=True),
            "for stretches": quick_x264_options(options, medium, FOR_STRETCHES),
            "for seams": quick_x264_options(options, medium, FOR_SEAMS),
            "for seams of large pictures": quick_x264_options(options, large, FOR_SEAMS),
            "a mean bitrate": matching_x264_options(stream(MEAN_BITRATE, MEAN_BITRATE_SETS)),
            "a mean bitrate, for seams": hurried(stream(MEAN_BITRATE, MEAN_BITRATE_SETS)),
            "an encoder that does not describe itself": matching_x264_options(stream("", MEDIUM_SETS)),
            "an encoder that does not describe itself, for seams": hurried(stream("", MEDIUM_SETS)),
            "neither settings nor sets": matching_x264_options(stream("", b"")),
        },
    )

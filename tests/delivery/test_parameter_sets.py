"""Pictures encoded to stand beside copied ones carry the source's own parameter sets, byte for byte."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from stitcher.delivery.match_encoder import matching_encoder_options
from stitcher.delivery.match_x264 import parse_settings, x264_params
from stitcher.delivery.parameter_sets import read_avc
from stitcher.delivery.spec import PictureSpec
from stitcher.media.clip import VideoStream
from stitcher.media.probe import probe
from tests.delivery.material import encode, lavfi, read
from tests.factories import make_clip

PLAIN = "format=yuv420p"
BT709 = "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
SOURCE = "testsrc2=s=160x96:r=24:d=0.6"

X264: dict[str, tuple[list[str], str, str]] = {
    "medium at 18": (["-crf", "18"], SOURCE, PLAIN),
    "ultrafast is baseline": (["-preset", "ultrafast"], SOURCE, PLAIN),
    "veryslow at a broken crf": (["-preset", "veryslow", "-crf", "17.5"], SOURCE, PLAIN),
    "film": (["-preset", "slow", "-tune", "film"], SOURCE, PLAIN),
    "stillimage lowers chroma": (["-tune", "stillimage"], SOURCE, PLAIN),
    "animation": (["-tune", "animation"], SOURCE, PLAIN),
    "main profile": (["-profile:v", "main"], SOURCE, PLAIN),
    "no B pictures": (["-bf", "0"], SOURCE, PLAIN),
    "no pyramid": (["-x264-params", "b-pyramid=0"], SOURCE, PLAIN),
    "mean bitrate": (["-b:v", "500k"], SOURCE, PLAIN),
    "fixed quantiser": (["-qp", "20"], SOURCE, PLAIN),
    "signalled buffer": (
        ["-b:v", "500k", "-maxrate", "500k", "-bufsize", "500k", "-x264-params", "nal-hrd=vbr"],
        SOURCE,
        PLAIN,
    ),
    "stitchable": (["-x264-params", "stitchable=1"], SOURCE, PLAIN),
    "flat matrices of another kind": (["-x264-params", "cqm=jvt"], SOURCE, PLAIN),
    "constant rate flagged": (["-x264-params", "force-cfr=1"], SOURCE, PLAIN),
    "a level above need": (["-level", "4.1"], SOURCE, PLAIN),
    "intra only": (["-g", "1"], SOURCE, PLAIN),
    "29.97": ([], "testsrc2=s=160x96:r=30000/1001:d=0.6", PLAIN),
    "a time base of its own": (["-enc_time_base", "1/12288"], SOURCE, PLAIN),
    "no sample aspect": ([], SOURCE, f"{PLAIN},setsar=0"),
    "tagged": ([], SOURCE, f"{PLAIN},{BT709}"),
    "tagged by halves": ([], SOURCE, f"{PLAIN},setparams=colorspace=bt709"),
    "full range": ([], SOURCE, "format=yuvj420p"),
    "10 bit": ([], SOURCE, "format=yuv420p10le"),
    "4:2:2": ([], SOURCE, "format=yuv422p"),
    "4:4:4": ([], SOURCE, "format=yuv444p"),
    "cropped size": ([], "testsrc2=s=162x98:r=24:d=0.6", PLAIN),
}
# A signalled buffer and matrices of another kind cannot be guessed from the sets alone.
TOLD_BY_SETS = (
    *(
        "medium at 18",
        "ultrafast is baseline",
        "veryslow at a broken crf",
        "stillimage lowers chroma",
        "no pyramid",
    ),
    *("mean bitrate", "intra only", "no sample aspect", "tagged", "4:4:4"),
)


def again(video: VideoStream, out: Path) -> bytes:
    encoder, options = matching_encoder_options(video)
    picture = PictureSpec(
        video.codec,
        encoder,
        options,
        video.pixel_format,
        video.width,
        video.height,
        video.average_rate,
        video.colour,
    )
    return read(encode(picture, out, frames=6, muxer="mov", source="mandelbrot"), "mov").extradata


@pytest.mark.parametrize(("arguments", "source", "graph"), X264.values(), ids=X264)
def test_x264_sets_come_out_equal(tmp_path: Path, arguments: list[str], source: str, graph: str) -> None:
    clip = probe(lavfi(tmp_path / "source.mp4", ["-c:v", "libx264", *arguments], source=source, graph=graph))
    assert again(clip.video, tmp_path / "again.mp4") == clip.video.parameter_sets


@pytest.mark.parametrize("name", TOLD_BY_SETS)
def test_x264_sets_come_out_equal_from_a_stream_that_lost_its_settings(tmp_path: Path, name: str) -> None:
    arguments, source, graph = X264[name]
    clip = probe(lavfi(tmp_path / "source.mp4", ["-c:v", "libx264", *arguments], source=source, graph=graph))
    bare = replace(clip.video, encoder_settings="")
    assert again(bare, tmp_path / "again.mp4") == clip.video.parameter_sets


X265: dict[str, tuple[list[str], str]] = {
    "medium": (["-crf", "20"], PLAIN),
    "ultrafast": (["-preset", "ultrafast"], PLAIN),
    "fastdecode": (["-preset", "ultrafast", "-tune", "fastdecode"], PLAIN),
    "10 bit": (["-preset", "ultrafast"], "format=yuv420p10le"),
    "4:4:4": (["-preset", "ultrafast"], "format=yuv444p"),
    "tagged": (["-preset", "ultrafast"], f"{PLAIN},{BT709}"),
    "no sample aspect": (["-preset", "ultrafast"], f"{PLAIN},setsar=0"),
}


def hevc_sets(record: bytes) -> list[bytes]:
    """VPS, SPS and PPS of an `hvcC` record; its SEI tells what differs from run to run."""
    at, sets = 23, []
    for _ in range(record[22]):
        kind, count, at = record[at] & 63, record[at + 1] << 8 | record[at + 2], at + 3
        for _ in range(count):
            size = record[at] << 8 | record[at + 1]
            if kind in (32, 33, 34):
                sets.append(record[at + 2 : at + 2 + size])
            at += 2 + size
    return sets


@pytest.mark.parametrize(("arguments", "graph"), X265.values(), ids=X265)
def test_x265_sets_come_out_equal(tmp_path: Path, arguments: list[str], graph: str) -> None:
    made = ["-c:v", "libx265", "-x265-params", "log-level=error", *arguments, "-tag:v", "hvc1"]
    clip = probe(lavfi(tmp_path / "source.mp4", made, source=SOURCE, graph=graph))
    assert hevc_sets(again(clip.video, tmp_path / "again.mp4")) == hevc_sets(clip.video.parameter_sets)


INTRA = {
    "apco": ["-c:v", "prores_ks", "-profile:v", "0", "-pix_fmt", "yuv422p10le"],
    "apcs": ["-c:v", "prores_ks", "-profile:v", "1", "-pix_fmt", "yuv422p10le"],
    "apcn": ["-c:v", "prores_ks", "-profile:v", "2", "-pix_fmt", "yuv422p10le"],
    "apch": ["-c:v", "prores_ks", "-profile:v", "3", "-pix_fmt", "yuv422p10le"],
    "ap4h": ["-c:v", "prores_ks", "-profile:v", "4", "-pix_fmt", "yuv444p10le"],
    "dnxhr lb": ["-c:v", "dnxhd", "-profile:v", "dnxhr_lb", "-pix_fmt", "yuv422p"],
    "dnxhr sq": ["-c:v", "dnxhd", "-profile:v", "dnxhr_sq", "-pix_fmt", "yuv422p"],
    "dnxhr hqx": ["-c:v", "dnxhd", "-profile:v", "dnxhr_hqx", "-pix_fmt", "yuv422p10le"],
    "dnxhr 444": ["-c:v", "dnxhd", "-profile:v", "dnxhr_444", "-pix_fmt", "yuv444p10le"],
    "mjpeg": ["-c:v", "mjpeg", "-q:v", "3", "-pix_fmt", "yuvj420p"],
}


@pytest.mark.parametrize("arguments", INTRA.values(), ids=INTRA)
def test_intra_codecs_keep_their_profile_and_tag(tmp_path: Path, arguments: list[str]) -> None:
    clip = probe(
        lavfi(tmp_path / "source.mov", arguments, source="testsrc2=s=320x192:r=24:d=0.2", graph="null")
    )
    video = clip.video
    encoder, options = matching_encoder_options(video)
    picture = PictureSpec(
        video.codec, encoder, options, video.pixel_format, 320, 192, Fraction(24), video.colour
    )
    facts = read(encode(picture, tmp_path / "again.mov", frames=2, muxer="mov"), "mov")
    assert (facts.tag, facts.profile, facts.pixel_format) == (
        video.codec_tag,
        video.profile,
        video.pixel_format,
    )


class TestSettings:
    def test_the_reported_chroma_offset_is_undone(self) -> None:
        settings = parse_settings("options: psy=1 psy_rd=1.00:0.25 subme=8 trellis=2 chroma_qp_offset=-4")
        assert x264_params(settings)["chroma-qp-offset"] == "0"

    def test_a_text_without_options_says_nothing(self) -> None:
        assert parse_settings("x264 - core 164") == {}

    @pytest.mark.parametrize("text", ["options: direct=9", "options: analyse=0x3", "options: deadzone=1"])
    def test_a_damaged_description_is_not_followed(self, text: str) -> None:
        video = replace(make_clip().video, encoder_settings=text)
        assert "-crf" in matching_encoder_options(video)[1]

    @pytest.mark.parametrize("record", [b"", b"\x01", b"\x01avcC", b"\0\0\1\x67", bytes(64)])
    def test_unreadable_sets_say_nothing(self, record: bytes) -> None:
        assert read_avc(record) is None

"""Films of clips whose clocks begin late: every frame is the one planned, in every container."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from stitcher.media.clip import Clip
from stitcher.media.probe import probe
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Timeline
from tests.footage import Footage, run_ffmpeg
from tests.rendering.films import CUT, dissolve, film
from tests.rendering.test_film import assert_right, made

STARTS = ("0", "0.083", "0.4", "3600")
AT_ZERO = ("0",)
NO_EDIT_LIST = ("-use_editlist", "0")
FRAGMENTS = ("-movflags", "frag_keyframe+empty_moov")

CODECS: dict[str, dict[str, Any]] = {
    "h264": {"options": ("-preset", "veryfast", "-g", "12", "-bf", "2", "-sc_threshold", "0")},
    "h264-low-delay": {"options": ("-preset", "ultrafast", "-g", "12", "-bf", "0")},
    "hevc": {
        "codec": "libx265",
        "options": (
            *("-preset", "ultrafast", "-tag:v", "hvc1", "-x265-params"),
            "log-level=error:keyint=12:min-keyint=12:bframes=3:open-gop=0",
        ),
    },
    "open-hevc": {
        "codec": "libx265",
        "options": (
            *("-preset", "ultrafast", "-tag:v", "hvc1", "-x265-params"),
            "log-level=error:keyint=12:min-keyint=12:bframes=3:open-gop=1",
        ),
    },
    "vp9": {
        "codec": "libvpx-vp9",
        "options": ("-deadline", "realtime", "-cpu-used", "8", "-crf", "20", "-b:v", "0", "-g", "12"),
        "suffix": ".webm",
    },
    "prores": {"codec": "prores_ks", "suffix": ".mov"},
    "mjpeg": {"codec": "mjpeg", "suffix": ".mov"},
    "interlaced": {
        "codec": "mpeg2video",
        "options": ("-q:v", "2", "-g", "12", "-bf", "2"),
        "suffix": ".ts",
        "interlaced": True,
    },
    "mpeg2": {"codec": "mpeg2video", "options": ("-q:v", "2", "-g", "12", "-bf", "2"), "suffix": ".ts"},
}


def started(footage: Footage, codec: str, name: str, start: str, wrapping: tuple[str, ...] = ()) -> Clip:
    """The codec's clip, wrapped so that its clock begins at `start` seconds."""
    source = footage.clip(1, frames=49, **CODECS[codec])
    suffix = Path(name).suffix
    path = footage.folder / f"clock-{codec}-{Path(name).stem}-{start}{suffix}"
    if not path.exists():
        scratch = path.with_name(f".{path.name}{suffix}")
        run_ffmpeg("-i", str(source), "-c", "copy", "-output_ts_offset", start, *wrapping, str(scratch))
        if wrapping == FRAGMENTS:
            shift_fragments(scratch, Fraction(start))
        scratch.replace(path)
    return probe(path)


def shift_fragments(path: Path, seconds: Fraction) -> None:
    """Add to the decode time of each fragment, as a live recording that is joined late has it."""
    data = bytearray(path.read_bytes())
    scale = struct.unpack_from(">I", data, data.index(b"mdhd") + 16)[0]
    for at in positions(data, b"tfdt"):
        assert data[at + 4] == 1, "a version without 64 bits"
        (time,) = struct.unpack_from(">Q", data, at + 8)
        struct.pack_into(">Q", data, at + 8, time + int(seconds * scale))
    path.write_bytes(data)


def positions(data: bytes | bytearray, mark: bytes) -> Iterator[int]:
    at = data.find(mark)
    while at >= 0:
        yield at
        at = data.find(mark, at + 1)


def late_film(clips: list[Clip], rate: Fraction = Fraction(24)) -> Timeline:
    """Each clip twice, in the middle of it, beside a cut and beside a dissolve, at either end."""
    row = [*clips, *reversed(clips)]
    joins = [dissolve(5) if n % 2 else CUT for n in range(len(row) - 1)]
    ranges = {n: FrameRange(1 + 15 * (n % 3), 19 + 15 * (n % 3)) for n in range(len(row))}
    return film(row, joins, ranges=ranges, rate=rate)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("codec", "name", "wrapping", "starts"),
    [
        pytest.param("h264", "x.mov", (), STARTS, id="h264 in mov"),
        pytest.param("h264", "x.mp4", (), STARTS, id="h264 in mp4"),
        pytest.param("h264", "bare.mp4", NO_EDIT_LIST, ("0.083", "0"), id="h264 in mp4 without edit list"),
        pytest.param("h264", "fragments.mp4", FRAGMENTS, STARTS, id="h264 in fragments"),
        pytest.param("h264", "x.mkv", (), STARTS, id="h264 in mkv"),
        pytest.param("h264", "x.ts", (), STARTS, id="h264 in ts"),
        pytest.param("h264", "x.flv", (), STARTS, id="h264 in flv"),
        pytest.param("h264-low-delay", "x.avi", (), AT_ZERO, id="h264 in avi"),
        pytest.param("hevc", "x.mp4", (), STARTS, id="hevc in mp4"),
        pytest.param("open-hevc", "x.mkv", (), STARTS, id="open hevc in mkv"),
        pytest.param("vp9", "x.webm", (), STARTS, id="vp9 in webm"),
        pytest.param("vp9", "x.mp4", (), STARTS, id="vp9 in mp4"),
        pytest.param("prores", "x.mov", (), STARTS, id="prores in mov"),
        pytest.param("mjpeg", "x.mkv", (), STARTS, id="mjpeg in mkv"),
        pytest.param("mpeg2", "x.mxf", (), AT_ZERO, id="mpeg2 in mxf"),
        pytest.param("mpeg2", "x.mkv", (), STARTS, id="mpeg2 in mkv"),
    ],
)
def test_every_frame_is_the_planned_one_whenever_the_clock_begins(
    footage: Footage,
    tmp_path: Path,
    codec: str,
    name: str,
    wrapping: tuple[str, ...],
    starts: tuple[str, ...],
) -> None:
    clips = [started(footage, codec, name, start, wrapping) for start in starts]
    timeline = late_film(clips)
    preset = "master-copy" if codec in ("h264", "h264-low-delay", "vp9", "prores") else "draft"
    out = tmp_path / f"film{'.mov' if codec == 'prores' else '.webm' if codec == 'vp9' else '.mp4'}"
    made(timeline, out, preset=preset)
    assert_right(out, timeline, [1] * len(timeline.items))


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "speed"), [(Fraction(30), Fraction(1)), (Fraction(24), Fraction(3, 2))])
def test_late_clips_are_conformed_from_their_own_first_picture(
    footage: Footage, tmp_path: Path, rate: Fraction, speed: Fraction
) -> None:
    clips = [
        started(footage, "h264", "x.mp4", "0.4"),
        started(footage, "h264", "x.mkv", "3600"),
        started(footage, "h264", "x.ts", "0.4"),
        started(footage, "h264", "x.avi", "0"),
        started(footage, "h264-low-delay", "x.avi", "0"),
        started(footage, "interlaced", "x.ts", "3600"),
        started(footage, "interlaced", "x.mkv", "3600"),
    ]
    timeline = film(clips, ranges={n: FrameRange(15, 31) for n in range(7)}, rate=rate, speed=speed)
    made(timeline, tmp_path / "film.mp4", preset="draft")
    assert_right(tmp_path / "film.mp4", timeline, [1] * 7)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rate", "suffix"), [("24", ".mp4"), ("24", ".ts"), ("30000/1001", ".mov"), ("60", ".mp4")]
)
def test_matroska_rewrapped_keeps_its_rate_and_its_frames(
    footage: Footage, tmp_path: Path, rate: str, suffix: str
) -> None:
    """Its milliseconds stay behind in the other container's finer ticks."""
    recorded = footage.clip(1, frames=36, rate=Fraction(rate), suffix=".mkv", **CODECS["h264"])
    run_ffmpeg("-i", str(recorded), "-c", "copy", str(rewrapped := tmp_path / f"rewrapped{suffix}"))
    clip = probe(rewrapped)
    assert clip.video.rate == Fraction(rate)
    timeline = film([clip, clip], [dissolve(6)], rate=Fraction(rate), ranges={0: FrameRange(3, 36)})
    made(timeline, out := tmp_path / "film.mp4")
    assert_right(out, timeline, [1, 1])

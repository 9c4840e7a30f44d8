"""How long the last picture is shown, as the packets and the container of each kind of file tell it."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import pytest

from stitcher.errors import MediaRefused
from stitcher.media.last_frame_duration import Timed, last_seconds
from stitcher.media.limits import Limits
from stitcher.media.probe import probe, probe_sound
from tests.footage import Footage, run_ffmpeg, tone

MS = Fraction(1, 1000)
PLAIN = ("-preset", "ultrafast", "-g", "24", "-bf", "0")


def row(*packets: tuple[int, int, int]) -> list[Timed]:
    """Packets of (pts, dts, duration), all of them shown."""
    return [Timed(*packet, shown=True) for packet in packets]


EVEN = row((0, 0, 40), (40, 40, 40), (80, 80, 1000))
UNEVEN = row((0, 0, 1000), (1000, 1000, 2000), (3000, 3000, 4000))
SLIDES = row((0, 0, 2670), (2670, 2670, 40))
REORDERED = row((0, -2670, 2670), (2670, 0, 2670), (8000, 2670, 2660), (5340, 5330, 40))
"""Distances of decode times: the last shown is not the last stored."""


@pytest.mark.parametrize(
    ("packets", "demuxer", "rate", "stated", "expected"),
    [
        pytest.param(EVEN, "mov", 25, None, Fraction(1), id="held"),
        pytest.param(EVEN, "matroska", 25, None, Fraction(1), id="held in matroska"),
        pytest.param(EVEN[:2], "mov", 25, None, None, id="as long as the others"),
        pytest.param(row((0, 0, 40), (40, 40, 41)), "matroska", 25, None, None, id="rounded to ticks"),
        pytest.param(row((0, 0, 40), (40, 40, 10)), "mov", 25, None, None, id="cut short by less than is seen"),
        pytest.param(SLIDES, "mov", Fraction(100, 267), None, Fraction(1, 25), id="a slide cut short"),
        pytest.param(UNEVEN, "mov", None, None, Fraction(4), id="stills"),
        pytest.param(UNEVEN[:2], "mov", None, Fraction(5), Fraction(4), id="uneven, and the track says more"),
        pytest.param(REORDERED, "mov", None, Fraction("8.04"), Fraction(1, 25), id="reordered, the track tells"),
        pytest.param(row((0, 0, 0), (10, 10, 0), (40, 40, 0)), "matroska", None, None, None, id="nothing tells"),
        pytest.param(row((0, 0, 1), (10, 10, 1), (40, 40, 1)), "matroska", None, None, None, id="a tick is no word"),
        pytest.param(EVEN[:2], "avi", 25, Fraction(2), Fraction("1.96"), id="empty chunks"),
        pytest.param(EVEN[:2], "avi", 25, Fraction("0.081"), None, id="a container that rounds"),
        pytest.param([*EVEN[:2], Timed(80, 80, 40, shown=False)], "mov", 25, None, None, id="hidden behind it"),
    ],
)  # fmt: skip
def test_the_last_picture_lasts_as_long_as_the_file_says(
    packets: list[Timed],
    demuxer: str,
    rate: Fraction | int | None,
    stated: Fraction | None,
    expected: Fraction | None,
) -> None:
    even = Fraction(rate) if rate is not None else None
    assert last_seconds(packets, demuxer, time_base=MS, rate=even, stated_end=stated) == expected


def rewritten(source: Path, out: Path, duration: str, *options: str) -> Path:
    """The file with other durations of its packets, by the expression that ffmpeg's `setts` evaluates."""
    run_ffmpeg(
        *("-i", str(source), "-c", "copy", "-bsf:v", f"setts=pts=PTS:dts=DTS:duration='{duration}'"),
        *(*options, str(out)),
    )
    return out


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("x.mp4", ()),
        ("x.mov", ()),
        ("bare.mp4", ("-use_editlist", "0")),
        ("fragments.mp4", ("-movflags", "frag_keyframe+empty_moov")),
        ("x.mkv", ()),
        ("x.avi", ()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("bframes", [False, True], ids=["", "reordered"])
def test_a_picture_held_at_the_end_is_part_of_the_clip(
    footage: Footage, tmp_path: Path, name: str, options: tuple[str, ...], bframes: bool
) -> None:
    """A screen recording of which nothing moves in the last three seconds."""
    source = footage.clip(1, frames=48, options=None if bframes else PLAIN)
    # What is stored last and what is shown last are two packets where pictures are reordered.
    held = rewritten(source, tmp_path / name, "if(gte(PTS,47*512)+eq(N,47),DURATION*73,DURATION)", *options)
    clip = probe(held)
    assert (clip.video.rate, clip.video.frames) == (24, 48)
    assert clip.duration == pytest.approx(5, abs=0.002)


@pytest.mark.parametrize("name", ["x.mp4", "x.mkv", "x.webm"])
def test_stills_last_as_long_as_each_of_them_does(footage: Footage, tmp_path: Path, name: str) -> None:
    codec = {"codec": "libvpx-vp9", "suffix": ".webm"} if name == "x.webm" else {}
    source = footage.clip(
        1, frames=3, pts=(0, 1000, 3000), time_base=MS, options=("-bf", "0") if not codec else None, **codec
    )
    seconds = "if(eq(N,0),1,if(eq(N,1),2,4))/TB"
    clip = probe(rewritten(source, tmp_path / name, seconds))
    assert (clip.video.rate, clip.duration) == (None, 7)


def test_an_avi_that_repeats_its_last_picture_by_empty_chunks_lasts_to_the_last_of_them(
    footage: Footage, tmp_path: Path
) -> None:
    source = footage.clip(1, suffix=".avi", frames=48, codec="mjpeg")
    repeating = tmp_path / "repeating.avi"
    repeating.write_bytes(emptied(source.read_bytes(), 39))
    clip = probe(repeating)
    assert (clip.video.rate, clip.video.frames, clip.duration) == (24, 39, 2)


def emptied(avi: bytes, kept: int) -> bytes:
    """The AVI with only the first `kept` chunks filled."""
    at = avi.index(b"movi") + 4
    head, chunks, index, number = avi[: at - 4], bytearray(), bytearray(), 0
    while avi[at : at + 2] == b"00":
        (size,) = struct.unpack_from("<I", avi, at + 4)
        held = size if number < kept else 0
        index += avi[at : at + 4] + struct.pack("<3I", 0x10, len(chunks) + 4, held)
        chunks += avi[at : at + 4] + struct.pack("<I", held) + avi[at + 8 : at + 8 + held + (held & 1)]
        at, number = at + 8 + size + (size & 1), number + 1
    head = head[:-4] + struct.pack("<I", len(chunks) + 4)
    whole = head + b"movi" + chunks + b"idx1" + struct.pack("<I", len(index)) + index
    return whole[:4] + struct.pack("<I", len(whole) - 8) + whole[8:]


@pytest.mark.parametrize("name", ["x.mkv", "x.webm"])
def test_a_clock_that_begins_at_any_hour_makes_no_clip_long(
    footage: Footage, tmp_path: Path, name: str
) -> None:
    codec = {"codec": "libvpx-vp9", "suffix": ".webm"} if name == "x.webm" else {}
    source = footage.clip(1, frames=48, **codec)
    late = tmp_path / name
    run_ffmpeg("-i", str(source), "-c", "copy", "-output_ts_offset", "100000", str(late))
    assert probe(late).duration == 2
    with pytest.raises(MediaRefused, match="above the cap of 1 seconds"):
        probe(late, limits=Limits(max_seconds=1))


def test_a_sound_s_clock_may_begin_at_any_hour_too(footage: Footage, tmp_path: Path) -> None:
    late = tmp_path / "late.mka"
    wav = footage.wav("tone", tone(3))
    run_ffmpeg("-i", str(wav), "-c:a", "flac", "-output_ts_offset", "100000", str(late))
    assert probe_sound(late).stream.duration == pytest.approx(3, abs=0.01)
    with pytest.raises(MediaRefused, match="above the cap of 2 seconds"):
        probe_sound(late, limits=Limits(max_seconds=2))


def test_pictures_that_an_edit_list_made_early_are_not_held_at_the_end() -> None:
    packets = [Timed(512 * n, 512 * n, 512, True) for n in range(4)]
    stated = Fraction(512 * 4 + 389, 12288)
    assert (
        last_seconds(packets, "mov", time_base=Fraction(1, 12288), rate=Fraction(24), stated_end=stated)
        is None
    )

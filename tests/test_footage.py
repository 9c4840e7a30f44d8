"""The ruler before it measures: coded footage reads back as what was painted."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest

from tests.footage import GEN4_CUTS, Footage, Unreadable, blend_weight, paint_code, read_code


def lumas(path: Any) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]


@pytest.mark.parametrize(
    "size", [(64, 36), (160, 90), (160, 96), (96, 160), (161, 91), (640, 360)], ids=lambda s: f"{s[0]}x{s[1]}"
)
def test_a_painted_code_reads_back(size: tuple[int, int]) -> None:
    assert [read_code(paint_code(200, n, size)) for n in (0, 1, 120, 40000)] == [
        (200, n) for n in (0, 1, 120, 40000)
    ]


@pytest.mark.parametrize(
    ("suffix", "options"),
    [
        pytest.param(".mp4", {}, id="h264"),
        pytest.param(".mp4", {"pix_fmt": "yuv420p10le"}, id="h264-10bit"),
        pytest.param(".mp4", {"codec": "libx265", "frames": 25}, id="hevc"),
        pytest.param(".mov", {"codec": "prores_ks", "frames": 5}, id="prores"),
        pytest.param(".mov", {"codec": "mjpeg", "frames": 5}, id="mjpeg"),
        pytest.param(".mkv", {"audio": "click"}, id="mkv-with-sound"),
        pytest.param(".webm", {"codec": "libvpx-vp9", "frames": 9, "audio": "tone"}, id="webm"),
        pytest.param(".mp4", {"rate": Fraction(30000, 1001)}, id="ntsc"),
        pytest.param(".mp4", {"sample_aspect": Fraction(4, 3)}, id="anamorphic"),
    ],
)
def test_every_frame_of_a_clip_reads_back(footage: Footage, suffix: str, options: dict[str, Any]) -> None:
    path = footage.clip(3, suffix=suffix, **options)
    assert [read_code(luma) for luma in lumas(path)] == [(3, n) for n in range(options.get("frames", 49))]


def test_clips_are_untagged_unless_asked(footage: Footage) -> None:
    with av.open(str(footage.clip(1))) as container:
        context = container.streams.video[0].codec_context
        assert (context.color_range, context.colorspace, context.color_primaries, context.color_trc) == (
            0,
            2,
            2,
            2,
        )
    tagged = footage.clip(1, colour=("tv", "bt709", "bt709", "bt709"))
    with av.open(str(tagged)) as container:
        context = container.streams.video[0].codec_context
        assert (context.color_range, context.colorspace, context.color_primaries, context.color_trc) == (
            1,
            1,
            1,
            1,
        )


def test_gen4_groups_have_i_pictures_that_are_no_idr(footage: Footage) -> None:
    with av.open(str(footage.gen4(5))) as container:
        stream = container.streams.video[0]
        assert stream.time_base == Fraction(1, 12288)
        intra, idr = list[int](), list[int]()
        for packet in container.demux(stream):
            if packet.size:
                nal = bytes(packet)
                at, kinds = 0, []
                while at + 4 < len(nal):
                    kinds.append(nal[at + 4] & 31)
                    at += 4 + int.from_bytes(nal[at : at + 4], "big")
                if 5 in kinds:
                    assert packet.pts is not None
                    idr.append(packet.pts // 512)
            for frame in packet.decode():
                if frame.pict_type == av.video.frame.PictureType.I:
                    assert frame.pts is not None
                    intra.append(frame.pts // 512)
    assert idr == [0]
    assert sorted(intra) == [0, *GEN4_CUTS]


def test_a_chained_clip_opens_with_the_last_frame_before_it(footage: Footage) -> None:
    first, second = footage.chain(2, 7, frames=25)
    assert read_code(lumas(first)[-1]) == read_code(lumas(second)[0]) == (7, 24)
    assert read_code(lumas(second)[1]) == (8, 1)


def test_given_time_stamps_are_kept(footage: Footage) -> None:
    stamps = (0, 512, 1536, 1600, 4000)
    path = footage.clip(2, frames=5, pts=stamps, time_base=Fraction(1, 12800))
    with av.open(str(path)) as container:
        seen = [(frame.pts or 0) * Fraction(str(frame.time_base)) for frame in container.decode(video=0)]
    assert [round(float(t) * 12800) for t in seen] == list(stamps)


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_rotated_clip_is_upright_once_turned(footage: Footage, rotation: int) -> None:
    path = footage.clip(4, frames=3, rotation=rotation)
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    # PyAV gives counter-clockwise degrees.
    assert -frames[0].rotation % 360 == rotation
    upright = [np.rot90(frame.to_ndarray(format="gray"), k=-rotation // 90) for frame in frames]
    assert [read_code(luma) for luma in upright] == [(4, 0), (4, 1), (4, 2)]


def test_a_blend_is_no_code_and_its_weight_is_measured() -> None:
    earlier, later = paint_code(1, 40), paint_code(2, 3)
    mixed = (earlier * 0.75 + later * 0.25).astype(np.uint8)
    with pytest.raises(Unreadable):
        read_code((earlier * 0.5 + later * 0.5).astype(np.uint8))
    assert blend_weight(mixed, earlier, later) == pytest.approx(0.25, abs=0.01)


def test_codes_survive_scaling_and_padding(footage: Footage, tmp_path: Any) -> None:
    from tests.footage import run_ffmpeg

    shown = tmp_path / "shown.mkv"
    run_ffmpeg("-i", str(footage.clip(6, frames=5)), "-vf", "scale=240:144,pad=320:180:-1:-1", str(shown))
    assert [read_code(luma) for luma in lumas(shown)] == [(6, n) for n in range(5)]

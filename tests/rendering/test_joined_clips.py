"""Clips that are stream-copied joins: their parts bring along parameter sets, or sizes, of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from stitcher.errors import MediaRefused
from stitcher.media.frames import frame, last_frame
from stitcher.media.probe import probe
from stitcher.media.strict_decode import strict_decode
from stitcher.timebase import FrameRange
from tests.footage import Footage, join_copied, join_hevc, read_code
from tests.media.two_headers import join_with_headers
from tests.rendering.films import CUT, dissolve, film
from tests.rendering.test_film import codes, made

_X264 = ("-preset", "ultrafast", "-g", "12", "-sc_threshold", "0")
_X265 = ("-preset", "ultrafast", "-x265-params", "log-level=error:keyint=12:min-keyint=12:open-gop=0")
_SECOND: dict[str, dict[str, Any]] = {
    "references": {"options": (*_X264, "-crf", "28", "-refs", "1", "-bf", "0")},
    "quality alone": {"options": (*_X264, "-crf", "30", "-bf", "2")},
    "size": {"options": (*_X264, "-crf", "16", "-bf", "2"), "size": (320, 192)},
    "hevc": {"codec": "libx265", "options": (*_X265, "-crf", "30", "-tag:v", "hvc1"), "size": (128, 80)},
    "vp8": {"codec": "libvpx", "options": ("-b:v", "1M", "-g", "12"), "size": (320, 192)},
    "vp9": {"codec": "libvpx-vp9", "options": ("-cpu-used", "8", "-b:v", "0", "-crf", "20"), "size": (320, 192)},
    "mpeg2": {"codec": "mpeg2video", "options": ("-q:v", "2", "-g", "6"), "size": (320, 192)},
    "mjpeg": {"codec": "mjpeg", "size": (320, 192)},
    "prores": {"codec": "prores_ks", "size": (320, 192)},
}  # fmt: skip
_ONLY_SIZE = ("vp8", "vp9", "mpeg2", "mjpeg", "prores")
_FIRST: dict[str, dict[str, Any]] = {
    "hevc": {"codec": "libx265", "options": (*_X265, "-crf", "16", "-tag:v", "hvc1")},
    **{name: {k: v for k, v in _SECOND[name].items() if k != "size"} for name in _ONLY_SIZE},
}
_H264_FIRST: dict[str, Any] = {"options": (*_X264, "-crf", "16", "-refs", "3", "-bf", "2")}


def parts(footage: Footage, kind: str) -> tuple[Path, Path]:
    suffix = {"vp8": ".webm", "vp9": ".webm", "mjpeg": ".mov", "prores": ".mov", "mpeg2": ".mkv"}.get(
        kind, ".mp4"
    )
    first = footage.clip(1, frames=24, suffix=suffix, **_FIRST.get(kind, _H264_FIRST))
    second = footage.clip(2, frames=24, suffix=suffix, **_SECOND[kind])
    return first, second


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "suffix", "copied"),
    [
        ("references", ".mp4", 48),
        ("references", ".mkv", 48),
        ("quality alone", ".mov", 48),
        ("size", ".mp4", 48),
        ("size", ".mkv", 48),
        ("hevc", ".mp4", 48),
        ("vp8", ".webm", 0),
        ("vp9", ".webm", 0),
        ("mjpeg", ".mov", 48),
        ("prores", ".mov", 48),
    ],
)
def test_every_frame_of_a_joined_clip_is_right(
    footage: Footage, tmp_path: Path, kind: str, suffix: str, copied: int
) -> None:
    first, second = parts(footage, kind)
    join = join_hevc if kind == "hevc" else join_copied
    joined = probe(join(tmp_path / f"joined{suffix}", first, second))
    assert joined.duration == 2
    clips = [joined, probe(first)]
    out = tmp_path / f"film{'.mkv' if suffix in ('.webm', '.avi', '.mkv') else suffix}"
    # The second clip's frames carry its own numbers, from 0.
    cut = film(clips)
    done = made(cut, out)
    assert done.copied_frames == copied
    found = codes(out)
    assert found == [(1, n) for n in range(24)] + [(2, n) for n in range(24)] + [(1, n) for n in range(24)]
    assert strict_decode(out, probe(out).container) == 72
    if kind in ("references", "size", "hevc", "vp9"):
        made(film(clips, [dissolve(6)]), out)
        found = codes(out)
        assert found[:42] == [(1, n) for n in range(24)] + [(2, n) for n in range(18)]
        assert found[48:] == [(1, n) for n in range(6, 24)]
        # The visible range begins behind the change, at a key picture without sets of its own and elsewhere.
        made(film(clips, [CUT], ranges={0: FrameRange(38, 48)}), out)
        assert codes(out) == [(2, n) for n in range(14, 24)] + [(1, n) for n in range(24)]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["quality alone", "size"])
def test_a_clip_with_a_header_for_each_part_is_a_joined_one(
    footage: Footage, tmp_path: Path, kind: str
) -> None:
    first, second = parts(footage, kind)
    joined = probe(join_with_headers(tmp_path / "joined.mp4", first, second))
    assert joined.video.set_changes == (24,)
    out = tmp_path / "film.mp4"
    done = made(film([joined, probe(first)]), out)
    assert done.copied_frames == 48
    assert codes(out) == [(1, n) for n in range(24)] + [(2, n) for n in range(24)] + [
        (1, n) for n in range(24)
    ]
    made(film([joined, probe(first)], [CUT], ranges={0: FrameRange(38, 48)}), out)
    assert codes(out) == [(2, n) for n in range(14, 24)] + [(1, n) for n in range(24)]


def test_pictures_of_another_size_come_in_the_size_the_clip_begins_with(
    footage: Footage, tmp_path: Path
) -> None:
    clip = probe(join_copied(tmp_path / "joined.mp4", *parts(footage, "size")))
    assert frame(clip, 40).shape == last_frame(clip).shape == (96, 160, 3)
    assert read_code(last_frame(clip)) == (2, 23)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "suffix"), [("vp8", ".webm"), ("size", ".mp4")])
def test_pictures_of_another_shape_come_whole_between_bars(
    footage: Footage, tmp_path: Path, kind: str, suffix: str
) -> None:
    """As of a telephone that was turned while it recorded."""
    first, _ = parts(footage, kind)
    options = {**_SECOND[kind], "size": (192, 320)}
    upright = footage.clip(2, frames=24, suffix=suffix, **options)
    clip = probe(join_copied(tmp_path / f"joined{suffix}", first, upright))
    made(film([clip]), out := tmp_path / "film.mp4")
    wanted = np.zeros((96, 160, 3))
    small = Image.fromarray(frame(probe(upright), 20)).resize((56, 96), Image.Resampling.LANCZOS)
    wanted[:, 52:108] = np.asarray(small)
    for shown in (frame(probe(out), 44), frame(clip, 44)):
        assert shown[:, :50].max() < 8
        assert shown[:, 110:].max() < 8
        assert np.abs(shown - wanted).mean() < 6


def test_mpeg2_that_changes_its_size_is_refused_by_name(footage: Footage, tmp_path: Path) -> None:
    with pytest.raises(MediaRefused, match="changes the size of its pictures at frame 24"):
        probe(join_copied(tmp_path / "joined.mkv", *parts(footage, "mpeg2")))

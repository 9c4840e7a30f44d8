"""An ffmpeg is tried before it is trusted with a film."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stitcher.errors import FfmpegMissing
from stitcher.media import ffmpeg, ffmpeg_check
from stitcher.media.probe_cache import cache_folder


def test_the_bundled_program_can_make_films() -> None:
    ffmpeg_check.try_out(ffmpeg.find())


def test_a_success_is_remembered_and_a_failure_is_not(stand_in: Callable[[str], None]) -> None:
    ffmpeg_check.check(ffmpeg.find())
    assert len(list((cache_folder() / "trials").rglob("*"))) == 2
    stand_in("echo 'Unrecognized option fps_mode' >&2; exit 1")
    for _ in range(2):
        with pytest.raises(FfmpegMissing, match=r"Unrecognized option fps_mode.*7\.1 or later"):
            ffmpeg_check.check(ffmpeg.find())
    assert len(list((cache_folder() / "trials").rglob("*"))) == 2


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("head -c 256 /dev/zero", "lose pictures, 1 of 28 came out"),
        ("head -c 7168 /dev/zero", "show other pictures"),
        ("exit 3", "ended with 3"),
    ],
)
def test_what_comes_out_is_looked_at(stand_in: Callable[[str], None], body: str, said: str) -> None:
    stand_in(body)
    with pytest.raises(FfmpegMissing, match=said):
        ffmpeg_check.check(ffmpeg.find())


def test_a_missing_part_is_named_with_what_needs_it() -> None:
    parts = {
        "encoder": ["libx264", "no1"],
        "filter": ["xfade", "no2"],
        "muxer": ["mp4", "mov", "matroska", "no3"],
    }
    said = r"The preset x needs the encoder no1 and the filter no2 and the muxer no3, which ffmpeg"
    with pytest.raises(FfmpegMissing, match=said):
        ffmpeg_check.check_parts(ffmpeg.find(), parts, "The preset x")

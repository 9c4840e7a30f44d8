"""Of several picture streams the one a player shows is taken, wherever pictures are."""

from __future__ import annotations

from pathlib import Path

import pytest

from stitcher.media.frames import last_frame
from stitcher.media.probe import probe
from stitcher.media.strict_decode import strict_decode
from tests.footage import Footage, read_code, run_ffmpeg
from tests.rendering.films import CUT, dissolve, film
from tests.rendering.test_film import assert_right, made


def two(footage: Footage, folder: Path, suffix: str, default: int | None) -> Path:
    """Clip 1 and clip 2 as the two picture streams of one file, one of them marked as default."""
    path = folder / f"two{suffix}"
    marks = [word for n in (0, 1) for word in (f"-disposition:v:{n}", "default" if n == default else "0")]
    inputs = [word for n in (1, 2) for word in ("-i", str(footage.clip(n, frames=20 + n)))]
    run_ffmpeg(*inputs, "-map", "0:v", "-map", "1:v", "-c", "copy", *marks, str(path))
    return path


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
@pytest.mark.parametrize(
    ("default", "shown"), [(0, 1), (1, 2), (None, 1)], ids=["first", "second", "none marked"]
)
def test_the_stream_marked_as_default_is_the_picture(
    footage: Footage, tmp_path: Path, suffix: str, default: int | None, shown: int
) -> None:
    if default is None and suffix != ".mkv":
        default = 0  # MP4 and MOV mark the first where nobody marks any
    path = two(footage, tmp_path, suffix, default)
    clip = probe(path)
    assert (clip.video.frames, clip.video.other_pictures) == (20 + shown, 1)
    assert read_code(last_frame(clip)) == (shown, 19 + shown)
    assert strict_decode(path, clip.container) == clip.video.frames


def test_a_cover_is_no_picture_stream(footage: Footage, tmp_path: Path) -> None:
    cover, path = tmp_path / "cover.png", tmp_path / "covered.mp4"
    run_ffmpeg("-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1", str(cover))
    clip = str(footage.clip(1, frames=21))
    marks = ("-disposition:v:0", "attached_pic", "-disposition:v:1", "0")
    run_ffmpeg("-i", str(cover), "-i", clip, "-map", "0:v", "-map", "1:v", "-c", "copy", *marks, str(path))
    assert (probe(path).video.frames, probe(path).video.other_pictures) == (21, 0)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
@pytest.mark.parametrize("preset", ["master-copy", "draft"])
def test_a_film_shows_the_default_stream_copied_and_encoded(
    footage: Footage, tmp_path: Path, suffix: str, preset: str
) -> None:
    clip = probe(two(footage, tmp_path, suffix, 1))
    timeline = film([clip, clip, clip], [CUT, dissolve(4)])
    result = made(timeline, tmp_path / "film.mp4", preset=preset)
    assert_right(result.paths[0], timeline, [2, 2, 2])
    assert "picture-streams" in [one.kind for one in result.plan.conversions]

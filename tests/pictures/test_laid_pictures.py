"""Overlays on pictures made in Python lie where ffmpeg lays them, on contact sheets and in MoviePy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stitcher.pictures.contact_sheet import contact_sheet
from stitcher.pictures.moviepy_clip import to_moviepy
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Timeline
from stitcher.timeline.picture import PictureFade, PictureOverlay, StillPicture, Title
from tests.rendering.films import film

ORANGE = (250, 120, 30)


def under_a_logo(tmp_path: Path, *, over_film: bool, **how: object) -> Timeline:
    """A black film of 24 frames, 160x96, with an orange picture of half its opacity in the middle of its frames."""
    Image.new("RGBA", (32, 16), (*ORANGE, 128)).save(tmp_path / "logo.png")
    still = StillPicture(tmp_path / "logo.png", "a", (32, 16), 1)
    one = PictureOverlay(still, 8, 8, position=(0.5, 0.5), **how)  # type: ignore[arg-type]  # any other field
    timeline = film([Title("", 24)], size=(160, 96))
    if over_film:
        return replace(timeline, overlays=(one,))
    return replace(timeline, items=(replace(timeline.items[0], overlays=(one,)),))


def middles(timeline: Timeline) -> list[list[float]]:
    clip = to_moviepy(timeline)
    return [list(map(float, clip.get_frame(frame / 24)[48, 80])) for frame in (7, 8, 15, 16)]


@pytest.mark.parametrize("over_film", [True, False])
def test_moviepy_shows_an_overlay_in_its_frames(tmp_path: Path, *, over_film: bool) -> None:
    half = pytest.approx([level * 128 / 255 for level in ORANGE], abs=1)
    assert middles(under_a_logo(tmp_path, over_film=over_film)) == [[0, 0, 0], half, half, [0, 0, 0]]


def test_moviepy_shows_its_fades_and_those_of_the_film(tmp_path: Path) -> None:
    timeline = under_a_logo(tmp_path, over_film=True, fade_in_frames=1)
    timeline = replace(timeline, fades=(PictureFade(FrameRange(12, 24), "out"),))
    reds = [middle[0] for middle in middles(timeline)]
    full = 250 * 128 / 255
    assert reds == pytest.approx([0, full / 2, full * 8 / 12, 0], abs=1)


def test_a_contact_sheet_of_a_delivery_that_cuts_nothing_away_shows_overlays(tmp_path: Path) -> None:
    timeline = under_a_logo(tmp_path, over_film=True)
    sheets = [
        np.asarray(Image.open(contact_sheet(timeline, tmp_path / f"{name}.png", window=window)[0]))
        for name, window in (("plain", None), ("whole", lambda _, frame: (0.0, 0.0, 1.0, 1.0)))
    ]
    assert (sheets[0] == sheets[1]).all()


@pytest.mark.parametrize("over_film", [True, False])
def test_a_contact_sheet_shows_an_overlay_and_names_it(tmp_path: Path, *, over_film: bool) -> None:
    timeline = under_a_logo(tmp_path, over_film=over_film)
    bare = replace(timeline, overlays=(), items=tuple(replace(item, overlays=()) for item in timeline.items))
    with_it, without = (
        np.asarray(Image.open(contact_sheet(one, tmp_path / f"{number}.png")[0]).convert("RGB"), int)
        for number, one in enumerate((timeline, bare))
    )
    drawn = np.abs(with_it - without).max(axis=2) > 20
    orange = drawn & (with_it[..., 0] > 100) & (with_it[..., 2] < 40)
    # Of first, middle and last picture only the middle one, frame 11, has it; 32 of 160 pixels are 53 of 264.
    assert np.ptp(np.nonzero(orange)[1]) + 1 == pytest.approx(53, abs=2)
    assert (drawn & ~orange).any()

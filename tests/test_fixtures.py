"""The fixture footage is what its README says, and can be painted again."""

from __future__ import annotations

import importlib
import itertools
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from stitcher.media.frames import frame, last_frame
from stitcher.media.probe import probe

FIXTURES = Path(__file__).parents[1] / "fixtures"
HARBOUR = FIXTURES / "harbour"
SHOTS = ("dawn", "channel", "storm", "night")


@pytest.fixture(scope="module")
def paint() -> Iterator[ModuleType]:
    sys.path.insert(0, str(FIXTURES))
    try:
        yield importlib.import_module("paint")
    finally:
        sys.path.remove(str(FIXTURES))
        for name in ("paint", "sky", "sprites", "texture", "world"):
            sys.modules.pop(name, None)


def difference(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(int) - other).mean())


@pytest.mark.parametrize("name", SHOTS)
def test_shots_are_like_gen4_files(name: str) -> None:
    clip = probe(HARBOUR / f"{name}.mp4")
    video = clip.video
    assert (video.codec, video.profile, video.pixel_format) == ("h264", "High", "yuv420p")
    assert (video.width, video.height, video.rate, video.frames) == (1280, 720, Fraction(24), 121)
    assert video.time_base == Fraction(1, 12288)
    assert video.colour.untagged
    assert video.colour.range is None
    assert clip.audio == ()
    assert [key.packet for key in video.keys if key.kind == "idr"] == [0]
    head = clip.path.read_bytes()
    assert head.index(b"mdat") < head.index(b"moov")


@pytest.mark.parametrize(("earlier", "later"), list(itertools.pairwise(SHOTS)))
def test_each_shot_opens_with_the_last_picture_before_it(earlier: str, later: str) -> None:
    before, after = probe(HARBOUR / f"{earlier}.mp4"), probe(HARBOUR / f"{later}.mp4")
    doubled = difference(last_frame(before), frame(after, 0))
    moved = difference(frame(after, 0), frame(after, 1))
    assert doubled < 0.8 * moved


@pytest.mark.slow
def test_the_scene_can_be_painted_again(paint: ModuleType) -> None:
    painted = paint.frame(300)
    assert np.array_equal(painted, paint.frame(300))
    assert difference(painted, frame(probe(HARBOUR / "storm.mp4"), 60)) < 3


@pytest.mark.slow
def test_the_start_image_is_the_first_picture(paint: ModuleType) -> None:
    from PIL import Image

    with Image.open(HARBOUR / "harbour.jpg") as still:
        assert difference(np.asarray(still), paint.frame(0)) < 3


def test_the_fixtures_stay_small() -> None:
    assert sum(path.stat().st_size for path in HARBOUR.iterdir()) <= 6_000_000


def test_every_file_has_its_origin_written_down() -> None:
    told = (FIXTURES / "README.md").read_text(encoding="utf-8")
    for path in HARBOUR.iterdir():
        if not path.name.startswith("."):
            assert f"`{path.name}`" in told, path.name

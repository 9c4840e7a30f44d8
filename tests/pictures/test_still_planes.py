"""Stills drawn as planes: the same pictures as in RGB, in the order they were asked for."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from stitcher.errors import MediaMissing
from stitcher.pictures.still_planes import StillPlanes
from stitcher.pictures.stills import StillPictures
from stitcher.timebase import FrameRange
from stitcher.timeline.picture import StillPicture

SIZE = (160, 96)
WEIGHTS = np.array([0.2126, 0.7152, 0.0722])


def still(folder: Path, **move: Any) -> StillPicture:
    """A coloured picture without hard edges, larger than it is drawn."""
    across, down = np.meshgrid(np.linspace(0, 9, 400), np.linspace(0, 6, 240))
    colours = np.stack([np.sin(across + down), np.cos(across), np.sin(2 * down)], axis=2)
    path = folder / "waves.png"
    Image.fromarray((127.5 + 120 * colours).astype(np.uint8)).save(path)
    return StillPicture(path, "0" * 64, (400, 240), 9, **move)


def planes_of(picture: bytes, spacing: tuple[int, int]) -> list[np.ndarray]:
    width, height = SIZE
    coarse = (height // spacing[1], width // spacing[0])
    shapes = [(height, width), coarse, coarse]
    found, at = [], 0
    for shape in shapes:
        count = shape[0] * shape[1]
        found.append(np.frombuffer(picture, np.uint8, count, at).reshape(shape).astype(float))
        at += count
    assert at == len(picture)
    return found


def averaged(plane: np.ndarray, spacing: tuple[int, int]) -> np.ndarray:
    across, down = spacing
    return plane.reshape(plane.shape[0] // down, down, plane.shape[1] // across, across).mean(axis=(1, 3))


@pytest.mark.parametrize("spacing", [(2, 2), (2, 1), (1, 1)])
@pytest.mark.parametrize("fit", ["crop", "pad"])
def test_planes_are_those_of_the_picture_in_rgb(tmp_path: Path, spacing: tuple[int, int], fit: Any) -> None:
    one = still(tmp_path, zoom=1.3, pan="left")
    rgb = StillPictures(one, SIZE, fit).at(4).astype(float)
    luma = rgb @ WEIGHTS
    blue, red = (rgb[..., 2] - luma) / 1.8556, (rgb[..., 0] - luma) / 1.5748
    (picture,) = StillPlanes(one, SIZE, fit, spacing).drawn(FrameRange(4, 5))
    y, u, v = planes_of(picture, spacing)
    assert np.abs(y - (16 + luma * 219 / 255)).max() < 2.5
    assert np.abs(u - averaged(128 + blue * 224 / 255, spacing)).max() < 2.5
    assert np.abs(v - averaged(128 + red * 224 / 255, spacing)).max() < 2.5


def test_pictures_drawn_at_the_same_time_come_in_order(tmp_path: Path) -> None:
    drawing = StillPlanes(still(tmp_path, zoom=1.5), SIZE, "crop", (2, 2))
    together = list(drawing.drawn(FrameRange(1, 9)))
    assert together == [next(drawing.drawn(FrameRange(frame, frame + 1))) for frame in range(1, 9)]
    assert len(set(together)) == 8


def test_drawing_can_end_early(tmp_path: Path) -> None:
    drawing = StillPlanes(still(tmp_path), SIZE, "crop", (2, 2)).drawn(FrameRange(0, 9))
    assert len(next(drawing)) == 160 * 96 * 3 // 2
    drawing.close()  # type: ignore[attr-defined]  # a generator


@pytest.mark.parametrize("move", [{"zoom": 1.15}, {"zoom": 1.06, "pan": "left"}])
def test_a_slow_move_of_planes_has_no_step_above_its_mean(tmp_path: Path, move: dict[str, Any]) -> None:
    across, down = np.meshgrid(np.arange(640), np.arange(360))
    blob = 255 * np.exp(-((across - 520) ** 2 + (down - 276) ** 2) / (2 * 10.0**2))
    Image.fromarray(blob.astype(np.uint8)).save(tmp_path / "mark.png")
    one = StillPicture(tmp_path / "mark.png", "0" * 64, (640, 360), 50, **move)
    drawing = StillPlanes(one, (160, 90), "crop", (2, 2))
    places = []
    for frame in range(50):
        level = drawing.luma(frame, (160, 90)).astype(float) - 16
        rows, columns = np.indices(level.shape)
        places.append(np.array([(level * columns).sum(), (level * rows).sum()]) / level.sum())
    steps = [float(np.hypot(*(two - one))) for one, two in pairwise(places)]
    assert max(steps) <= 1.2 * float(np.mean(steps))


def test_a_picture_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(MediaMissing):
        StillPlanes(StillPicture(tmp_path / "a.png", "0" * 64, (8, 8), 1), SIZE, "crop", (2, 2))

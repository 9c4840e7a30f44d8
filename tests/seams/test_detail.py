"""Fine structure of pictures: grain apart from sharpness, and black bars apart from dark scenes."""

from __future__ import annotations

import numpy as np
import pytest

from stitcher.seams.detail import NO_BARS, bars_of, detail_of

CHANCE = np.random.default_rng(5)
SMOOTH = np.add.outer(np.linspace(60, 160, 180), np.linspace(0, 40, 320))
EDGES = SMOOTH + 40 * (np.indices(SMOOTH.shape).sum(axis=0) // 12 % 2)


def _picture(levels: np.ndarray, grain: float = 0.0) -> np.ndarray:
    return np.clip(levels + CHANCE.normal(0, grain, levels.shape) + 0.5, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("grain", [1.0, 2.0, 4.0])
def test_grain_is_the_deviation_of_noise(grain: float) -> None:
    assert detail_of(_picture(SMOOTH, grain)).grain == pytest.approx(grain, rel=0.15)


def test_edges_are_sharpness_and_hardly_grain() -> None:
    plain, edges = detail_of(_picture(SMOOTH, 1.0)), detail_of(_picture(EDGES, 1.0))
    assert edges.sharpness > 5 * plain.sharpness
    assert edges.grain < 1.6 * plain.grain


def _framed(rows: int = 0, columns: int = 0, level: int = 16) -> np.ndarray:
    luma = _picture(SMOOTH[:108, :192])
    if rows:
        luma[:rows] = luma[-rows:] = level
    if columns:
        luma[:, :columns] = luma[:, -columns:] = level
    return luma


def test_bars_are_found_on_both_sides() -> None:
    assert bars_of(_framed(rows=13)) == pytest.approx((13 / 108, 13 / 108, 0, 0))
    assert bars_of(_framed(columns=24)) == pytest.approx((0, 0, 0.125, 0.125))


NO_BAR = (
    pytest.param(_framed(), id="a full picture"),
    pytest.param(_framed(rows=13, level=60), id="gray bars are a frame"),
    pytest.param(np.full((108, 192), 16, np.uint8), id="black"),
    pytest.param(np.concatenate([np.full((20, 192), 16, np.uint8), _framed()[20:]]), id="a night sky"),
)


@pytest.mark.parametrize("luma", NO_BAR)
def test_what_is_dark_is_no_bar(luma: np.ndarray) -> None:
    assert bars_of(luma) == NO_BARS

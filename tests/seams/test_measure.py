"""Doubled frames: found where a chained clip repeats one, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from stitcher.media.probe import probe
from stitcher.seams.measure import doubled_frame, judge
from tests.footage import Footage

SHAPE = (108, 192)


def _scene(shift: float, seed: int = 1) -> np.ndarray:
    """A soft texture moved sideways by `shift` pixels."""
    rng = np.random.default_rng(seed)
    waves = [(rng.uniform(0.02, 0.3), rng.uniform(-0.2, 0.2), rng.uniform(0, 6)) for _ in range(24)]
    x, y = np.arange(SHAPE[1])[None, :] + shift, np.arange(SHAPE[0])[:, None]
    total = sum(np.sin(fx * x + fy * y + phase) for fx, fy, phase in waves)
    return np.asarray(110 + 14 * total)


def _grain(picture: np.ndarray, seed: int, level: float = 0.5) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, level, SHAPE)
    return np.clip(np.round(picture + noise), 0, 255).astype(np.uint8)


def _clip(shifts: list[float], first_seed: int, level: float = 0.5, lift: float = 0) -> list[np.ndarray]:
    return [_grain(_scene(shift) + lift, first_seed + n, level) for n, shift in enumerate(shifts)]


@pytest.mark.parametrize(
    ("before", "after", "doubled"),
    [
        pytest.param([0, 1, 2, 3, 4, 5], [5, 6, 7, 8, 9, 10], True, id="motion with a doubled frame"),
        pytest.param([0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11], False, id="motion that goes on"),
        pytest.param([0, 1, 2, 3, 4, 5], [40, 41, 42, 43, 44, 45], False, id="another place"),
        pytest.param([0, 0.2, 0.4, 0.6, 0.8, 1], [1, 1.2, 1.4, 1.6, 1.8, 2], True, id="slow motion, doubled"),
        pytest.param([5] * 6, [5] * 6, False, id="still scene"),
        pytest.param([0, 1, 2, 3, 4, 5], [5] * 6, False, id="moves into a still"),
        pytest.param([5] * 6, [5, 6, 7, 8, 9, 10], False, id="still that begins to move"),
        pytest.param([0, 1, 2, 3, 4, 5], [5, 5.3, 6, 7, 8, 9], True, id="a take that starts slowly"),
        pytest.param([0, 0, 1, 1, 2, 2], [3, 3, 4, 4, 5, 5], False, id="animated on twos"),
        pytest.param([0, 1, 1, 2, 2, 3], [3, 4, 4, 5, 5, 6], False, id="on twos, cut within a pair"),
        pytest.param([5], [5, 6, 7, 8], False, id="a single picture"),
    ],
)
def test_a_doubled_frame_stands_out_from_its_neighbours(
    before: list[float], after: list[float], doubled: bool
) -> None:
    assert judge(_clip(before, 10), _clip(after, 50)).doubled is doubled


def test_a_brighter_twin_is_still_a_twin() -> None:
    assert judge(_clip([0, 1, 2, 3, 4, 5], 10), _clip([5, 6, 7, 8, 9], 50, lift=3)).doubled


@pytest.mark.parametrize("level", [2, 6])
def test_grain_alone_is_no_motion(level: float) -> None:
    assert not judge(_clip([5] * 6, 10, level), _clip([5] * 6, 50, level)).doubled


def test_a_chained_clip_is_recognised_in_files(footage: Footage) -> None:
    earlier, later = map(probe, footage.chain(2, frames=25))
    found = doubled_frame(earlier, 24, later, 0)
    assert found.doubled
    assert found.seam_difference < 0.01 * found.neighbour_difference


def test_a_seam_is_where_the_range_ends_and_not_the_file(footage: Footage) -> None:
    earlier, later = map(probe, footage.chain(2, frames=25))
    assert not doubled_frame(earlier, 23, later, 0).doubled
    assert not doubled_frame(earlier, 24, later, 1).doubled


def test_a_still_clip_has_no_doubled_frame(footage: Footage) -> None:
    still = probe(footage.clip(1, frames=25, still=True))
    found = doubled_frame(still, 24, still, 0)
    assert found.still
    assert not found.doubled


def test_what_differs_by_much_is_no_twin_however_wild_the_clips_are() -> None:
    rng = np.random.default_rng(5)
    strobe = [rng.integers(0, 256, SHAPE, np.uint8) for _ in range(12)]
    almost = np.clip(strobe[5].astype(int) + rng.integers(-40, 41, SHAPE), 0, 255).astype(np.uint8)
    found = judge(strobe[:6], [almost, *strobe[6:11]])
    assert found.neighbour_difference is not None
    assert found.seam_difference < 0.4 * found.neighbour_difference
    assert not found.doubled


def test_clips_of_other_scenes_are_told_apart_without_their_neighbours(footage: Footage) -> None:
    one, other = (probe(footage.clip(n, frames=25)) for n in (1, 2))
    found = doubled_frame(one, 24, other, 0)
    assert not found.doubled
    assert not found.still
    assert found.neighbour_difference is None

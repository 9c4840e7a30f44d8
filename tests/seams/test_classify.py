"""Repeated pictures: found where a clip repeats them, nowhere else, and doubted where it cannot be told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pytest

from stitcher.seams.classify import SeamVerdict
from stitcher.seams.classify import classify_seam as judge_lazily

SHAPE = (108, 192)


def classify_seam(before: Sequence[np.ndarray], after: Sequence[np.ndarray]) -> SeamVerdict:
    return judge_lazily(before, lambda count: after[:count])


def _scene(shift: float, seed: int = 1) -> np.ndarray:
    """A soft texture moved sideways by `shift` pixels."""
    rng = np.random.default_rng(seed)
    waves = [(rng.uniform(0.02, 0.3), rng.uniform(-0.2, 0.2), rng.uniform(0, 6)) for _ in range(24)]
    fx, fy, phase = np.array(waves).T
    across = np.outer(fx, np.arange(SHAPE[1]) + shift) + phase[:, None]
    down = np.outer(np.arange(SHAPE[0]), fy)
    # The sum of sin(across + down) over all waves.
    total = np.cos(down) @ np.sin(across) + np.sin(down) @ np.cos(across)
    return np.asarray(110 + 14 * total)


def _grain(picture: np.ndarray, seed: int, level: float = 0.5) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, level, SHAPE)
    return np.clip(np.round(picture + noise), 0, 255).astype(np.uint8)


def _clip(shifts: list[float], first_seed: int, level: float = 0.5, lift: float = 0) -> list[np.ndarray]:
    return [_grain(_scene(shift) + lift, first_seed + n, level) for n, shift in enumerate(shifts)]


UNSURE = None


@pytest.mark.parametrize(
    ("before", "after", "repeats"),
    [
        pytest.param([0, 1, 2, 3, 4, 5], [5, 6, 7, 8, 9, 10], 1, id="motion with a doubled frame"),
        pytest.param([0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11], 0, id="motion that goes on"),
        pytest.param([0, 1, 2, 3, 4, 5], [40, 41, 42, 43, 44, 45], 0, id="another place"),
        pytest.param([0, 0.2, 0.4, 0.6, 0.8, 1], [1, 1.2, 1.4, 1.6, 1.8, 2], 1, id="slow motion, doubled"),
        pytest.param([5] * 6, [5] * 6, UNSURE, id="still scene"),
        pytest.param([0, 1, 2, 3, 4, 5], [5] * 6, UNSURE, id="moves into a still"),
        pytest.param([5] * 6, [5, 6, 7, 8, 9, 10], UNSURE, id="still that begins to move"),
        pytest.param([0, 1, 2, 3, 4, 5], [5, 5.3, 6, 7, 8, 9], 1, id="a take that starts slowly"),
        pytest.param([0, 0, 1, 1, 2, 2], [3, 3, 4, 4, 5, 5], UNSURE, id="animated on twos"),
        pytest.param([0, 1, 1, 2, 2, 3], [3, 4, 4, 5, 5, 6], UNSURE, id="on twos, cut within a pair"),
        pytest.param([5], [5, 6, 7, 8], UNSURE, id="a single picture"),
    ],
)
def test_a_doubled_frame_stands_out_from_its_neighbours(
    before: list[float], after: list[float], repeats: int | None
) -> None:
    assert classify_seam(_clip(before, 10), _clip(after, 50)).repeats == repeats


def test_a_brighter_twin_is_still_a_twin() -> None:
    assert classify_seam(_clip([0, 1, 2, 3, 4, 5], 10), _clip([5, 6, 7, 8, 9], 50, lift=3)).repeats == 1


@pytest.mark.parametrize("level", [2, 6])
def test_grain_alone_is_no_motion(level: float) -> None:
    assert classify_seam(_clip([5] * 6, 10, level), _clip([5] * 6, 50, level)).repeats is UNSURE


def _long(shifts: Iterable[float], seed: int, level: float = 0.5) -> list[np.ndarray]:
    return _clip(list(shifts), seed, level)


BEFORE = np.arange(-17, 1)


@pytest.mark.parametrize("count", [2, 5, 16])
def test_several_repeated_pictures_are_counted(count: int) -> None:
    after = np.arange(1 - count, 20 - count)
    assert classify_seam(_long(BEFORE, 10), _long(after, 50)).repeats == count


@pytest.mark.parametrize("pace", [0.05, 0.1, 0.3])
def test_a_double_is_found_in_noise_that_is_larger_than_the_motion(pace: float) -> None:
    before, after = BEFORE * pace, np.arange(9) * pace
    assert classify_seam(_long(before, 10, level=1.5), _long(after, 50, level=1.5)).repeats == 1


@pytest.mark.parametrize("pace", [0.05, 0.1, 0.3])
def test_slow_motion_that_goes_on_loses_nothing(pace: float) -> None:
    before, after = BEFORE * pace, np.arange(1, 10) * pace
    assert classify_seam(_long(before, 10, level=1.5), _long(after, 50, level=1.5)).repeats == 0


def test_a_clip_that_speeds_up_into_the_seam_is_no_riddle() -> None:
    before = -np.cumsum(np.maximum(0.2, 1 - 0.06 * np.arange(18)))[::-1]
    before -= before[-1]
    assert classify_seam(_long(before, 10), _long(np.arange(9.0), 50)).repeats == 1
    assert classify_seam(_long(before, 10), _long(np.arange(1.0, 10.0), 50)).repeats == 0


def test_motion_that_rests_at_the_seam_is_doubted() -> None:
    coming = np.cumsum([0.0, 0.06, 0.18, 0.3, 0.42, 0.54, 0.66, 0.78, 0.9, 1.0, 1.0, 1.0, 1.0])
    assert classify_seam(_long(-coming[::-1], 10), _long(coming[1:], 50)).repeats is UNSURE


def test_a_softer_lighter_twin_is_a_twin() -> None:
    before, after = _long(BEFORE * 0.3, 10), _long(np.arange(9) * 0.3, 50)
    soft = after[0].astype(float)
    soft[:, 1:-1] = (2 * soft[:, 1:-1] + soft[:, :-2] + soft[:, 2:]) / 4
    soft[1:-1] = (2 * soft[1:-1] + soft[:-2] + soft[2:]) / 4
    after[0] = np.clip(soft + 2, 0, 255).astype(np.uint8)
    assert classify_seam(before, after).repeats == 1


def test_pictures_held_by_a_raised_rate_are_doubted() -> None:
    # Every fifth picture of 24 in 30 is the one before it, the seam's among them.
    way = np.array([n - n // 5 for n in range(40)], float)
    assert way[20] == way[19]
    assert classify_seam(_long(way[2:20], 10), _long(way[20:29], 50)).repeats is UNSURE


def test_somebody_else_in_the_same_set_is_no_twin() -> None:
    before, after = _long(BEFORE * 0.5, 10), _long(np.arange(9) * 0.5, 50)
    for picture in after:
        picture[40:60, 60:80] = 255 - picture[40:60, 60:80]
    assert classify_seam(before, after).repeats == 0


def test_no_more_pictures_are_asked_for_than_needed() -> None:
    asked: list[int] = []

    def after(count: int) -> Sequence[np.ndarray]:
        asked.append(count)
        return _long([40.0] * count, 50)

    assert judge_lazily(_long(BEFORE, 10), after).repeats == 0
    assert asked == [1]


def test_a_doubt_is_told_in_numbers() -> None:
    assert "levels across the cut" in classify_seam(_clip([5] * 6, 10), _clip([5] * 6, 50)).reason


def test_what_differs_by_much_is_no_twin_however_wild_the_clips_are() -> None:
    rng = np.random.default_rng(5)
    strobe = [rng.integers(0, 256, SHAPE, np.uint8) for _ in range(12)]
    almost = np.clip(strobe[5].astype(int) + rng.integers(-40, 41, SHAPE), 0, 255).astype(np.uint8)
    assert classify_seam(strobe[:6], [almost, *strobe[6:11]]).repeats == 0

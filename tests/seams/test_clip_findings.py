"""What is wrong with the pictures of a clip, told by its own motion."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from stitcher.seams.clip_findings import clip_findings
from stitcher.seams.clip_measure import ClipMeasure
from stitcher.seams.detail import NO_BARS, Detail

STEADY = np.full(47, 2.0)
DETAIL = Detail(8.0, 1.0)


def _clip(moved: np.ndarray) -> ClipMeasure:
    count = len(moved) + 1
    steps = tuple(float(one) for one in moved)
    return ClipMeasure(
        (100.0,) * count, (220,) * count, steps, steps, ((0.0, 0.0),) * (count - 1),
        DETAIL, DETAIL, (0.0, 0.0), (0.0, 0.0), NO_BARS,
    )  # fmt: skip


def _held(start: int, stop: int) -> np.ndarray:
    moved = STEADY.copy()
    moved[start:stop] = 0.01
    return moved


def _told(clip: ClipMeasure) -> list[tuple[str, float, int]]:
    return [(one.kind, one.value, one.frame) for one in clip_findings(clip, Fraction(24), "door")]


HOLDS = (
    pytest.param(_held(0, 12), [("frozen-head", 0.5, 0)], id="a frozen first half second"),
    pytest.param(_held(35, 47), [("frozen-tail", 0.5, 35)], id="a frozen last half second"),
    pytest.param(_held(20, 26), [("hold", 0.25, 20)], id="a hold"),
    pytest.param(_held(20, 23), [], id="three pictures are no hold"),
    pytest.param(STEADY, [], id="steady"),
    pytest.param(STEADY * 0.01, [], id="a still scene"),
    pytest.param(STEADY * np.linspace(1, 0, 47), [], id="comes to rest"),
    pytest.param(STEADY * np.linspace(0, 1, 47) ** 2, [], id="starts softly"),
    pytest.param(2 * np.abs(np.cos(np.arange(47) / 7)), [], id="sways"),
)


@pytest.mark.parametrize(("moved", "told"), HOLDS)
def test_pictures_are_held_where_motion_ends_or_begins_at_once(
    moved: np.ndarray, told: list[tuple[str, float, int]]
) -> None:
    assert _told(_clip(moved)) == told


@pytest.mark.parametrize(
    ("turn", "new", "value"), [(2, 1, 12.0), (3, 2, 8.0), (3, 1, 16.0), (5, 4, 4.8)], ids=str
)
def test_pictures_that_are_shown_twice_in_a_rhythm_are_a_cadence(turn: int, new: int, value: float) -> None:
    moved = np.where(np.arange(47) % turn < new, 2.0, 0.1) + np.random.default_rng(1).uniform(0, 0.3, 47)
    assert _told(_clip(moved)) == [("cadence", value, 0)]


def test_light_that_goes_up_and_down_is_flicker() -> None:
    clip = replace(_clip(STEADY), light=tuple(100 + 1.5 * (-1) ** n for n in range(48)))
    assert [kind for kind, _, _ in _told(clip)] == ["flicker"]


def test_one_flash_and_a_slow_change_are_no_flicker() -> None:
    flash = replace(_clip(STEADY), light=tuple(160.0 if n == 20 else 100 + n for n in range(48)))
    assert _told(flash) == []


def test_black_pictures_are_counted_and_placed() -> None:
    clip = replace(_clip(STEADY), brightest=tuple(16 if 10 <= n < 13 else 220 for n in range(48)))
    assert _told(clip) == [("black", 3, 10)]


def test_a_black_clip_is_no_clip_with_black_pictures() -> None:
    assert _told(replace(_clip(STEADY), brightest=(16,) * 48)) == []

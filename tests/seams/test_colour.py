"""Steps of colour: ΔE2000 as published, and mistakes of matrix and range told from drift."""

from __future__ import annotations

import numpy as np
import pytest

from stitcher.seams.colour import delta_e, lab_of, mistake, step

# Sharma, Wu, Dalal: The CIEDE2000 Color-Difference Formula (2005), table 1.
PUBLISHED = (
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0),
    ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
)


@pytest.mark.parametrize(("one", "other", "distance"), PUBLISHED)
def test_delta_e_is_the_published_one(
    one: tuple[float, ...], other: tuple[float, ...], distance: float
) -> None:
    assert float(delta_e(np.array(one), np.array(other))) == pytest.approx(distance, abs=1e-4)


def test_white_is_white() -> None:
    assert np.allclose(lab_of(np.array([255.0, 255.0, 255.0])), (100, 0, 0), atol=1e-6)


GRID = np.random.default_rng(3).uniform(40, 210, (9, 16, 3))


def _read_by(made: tuple[float, float], read: tuple[float, float]) -> np.ndarray:
    """The grid, its luma and chroma made by one matrix's weights of red and blue, and read by another's."""

    def decoded(weights: tuple[float, float]) -> np.ndarray:
        red, blue = weights
        luma = np.array([red, 1 - red - blue, blue])
        return np.linalg.inv(
            np.stack(
                [luma, (np.eye(3)[2] - luma) / (2 * (1 - blue)), (np.eye(3)[0] - luma) / (2 * (1 - red))]
            )
        )

    return np.clip(GRID @ (decoded(read) @ np.linalg.inv(decoded(made))).T, 0, 255)


BT709, BT601 = (0.2126, 0.0722), (0.299, 0.114)
MISTAKES = (
    pytest.param(
        _read_by(BT601, BT709), ("matrix", "made for BT.601 and read by BT.709"), id="601 read by 709"
    ),
    pytest.param(
        _read_by(BT709, BT601), ("matrix", "made for BT.709 and read by BT.601"), id="709 read by 601"
    ),
    pytest.param(
        np.clip((GRID - 16) * 255 / 219, 0, 255), ("range", "full levels read as limited"), id="stretched"
    ),
    pytest.param(GRID * 219 / 255 + 16, ("range", "limited levels read as full"), id="squeezed"),
    pytest.param(GRID + np.array((3, 1, -4)), None, id="a drift"),
    pytest.param(GRID * 1.04 - 5, None, id="more contrast"),
    pytest.param(GRID, None, id="the same"),
)


@pytest.mark.parametrize(("later", "told"), MISTAKES)
def test_mistakes_are_told_from_drift(later: np.ndarray, told: tuple[str, str] | None) -> None:
    noise = np.random.default_rng(4).normal(0, 0.3, GRID.shape)
    assert mistake(GRID, later + noise) == told


def test_a_step_is_told_channel_by_channel() -> None:
    assert step(GRID, GRID + np.array((3, 0, -2))) == pytest.approx((3, 0, -2))

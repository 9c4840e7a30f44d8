"""How much fine detail a picture has, how much grain, and where black bars lie. Pure.

Two measures keep apart what looks alike: detail is the energy of the finest band, of edges as of grain; grain is the
*median* of what is left of diagonal differences, which edges hardly move because few pixels lie on them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stitcher.seams.scales import Luma

_STRIDE = 3
"""Of so many rows one is looked at."""
_BLACK = 20
_FLAT = 3
_EDGE = 24


@dataclass(frozen=True, slots=True)
class Detail:
    """The fine structure of a picture."""

    sharpness: float
    """Energy of the highest frequencies: root mean square, levels."""
    grain: float
    """Standard deviation of noise, levels."""


def detail_of(luma: Luma) -> Detail:
    """The fine structure of a picture in its own size, `(height, width)` with black at 0."""
    rows = luma[1:-1:_STRIDE].astype(np.int16)
    below = luma[2::_STRIDE][: len(rows)].astype(np.int16)
    above = luma[:-2:_STRIDE][: len(rows)].astype(np.int16)
    down = 2 * rows - below - above
    across = 2 * rows[:, 1:-1] - rows[:, 2:] - rows[:, :-2]
    energy = (_mean_square(down) + _mean_square(across)) / 2
    diagonal = rows[:, 1:] - rows[:, :-1] - below[:, 1:] + below[:, :-1]
    # Four samples of noise added up have twice its deviation; the median of sizes is 0.6745 of that. Whole numbers
    # have their median found between its neighbours.
    return Detail(float(np.sqrt(energy)), _median_size(diagonal) / (2 * 0.6745))


def _mean_square(change: NDArray[np.int16]) -> float:
    flat = change.astype(np.float32).ravel()
    return float(np.dot(flat, flat) / flat.size)


def _median_size(change: NDArray[np.int16]) -> float:
    """The median of sizes of whole numbers, as if each were spread evenly over its half up and down."""
    counts = np.bincount(np.minimum(np.abs(change), 255).ravel(), minlength=256)
    half, below = counts.sum() / 2, np.cumsum(counts)
    number = int(np.searchsorted(below, half))
    before = below[number - 1] if number else 0
    inside = (half - before) / counts[number]
    return float(inside / 2) if number == 0 else float(number - 0.5 + inside)


Bars = tuple[float, float, float, float]
"""Black above, below, on the left and on the right, as shares of the picture."""
NO_BARS: Bars = (0.0, 0.0, 0.0, 0.0)


def bars_of(luma: Luma) -> Bars:
    """The black bars of a small picture: flat, of one height on both sides, and with an edge to what they enclose."""
    found = []
    for lines in (luma, luma.T):
        dark = (lines.max(axis=1) <= _BLACK + 4) & (np.ptp(lines, axis=1) <= _FLAT)
        first = int(np.argmin(dark))
        last = int(np.argmin(dark[::-1]))
        # The line between may be mixed of both.
        alike = first > 0 and abs(first - last) <= 1 and first + last < 0.6 * len(lines)
        inner = lines[first + 1].mean() if alike else 0
        other = lines[len(lines) - last - 2].mean() if alike else 0
        seen = alike and max(inner, other) > _BLACK + _EDGE and min(inner, other) > _BLACK + 8
        found.append((first / len(lines), last / len(lines)) if seen else (0.0, 0.0))
    (top, bottom), (left, right) = found
    return (top, bottom, left, right)

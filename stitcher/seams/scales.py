"""An image pyramid of the pictures around a seam, and how two differ once what re-rendering alters is out.

A generator renders its start frame again: a little softer or sharper, lighter or darker, with more or less
contrast. None of that moves anything, so the weight of each band of detail is left out of differences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from stitcher.seams.motion import Flow, softened

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stitcher.seams.motion import Levels

    Luma = NDArray[np.uint8]

BLOCKS = ((6, 8), (6, 8), (3, 6), (3, 4))
"""Rows and columns of blocks whose motion is looked at, for each size; the first is the size compared."""


@dataclass(frozen=True)
class Scale:
    """The pictures on both sides of a seam at one size, their mean brightness taken out."""

    before: Sequence[Levels]
    """Up to the last before the cut."""
    after: Sequence[Levels]
    """From the first after the cut on."""
    blocks: tuple[int, int]

    @cached_property
    def cut(self) -> Levels:
        """What changes at the cut."""
        return changed(self.after[0], self.before[-1])

    def flow(self, picture: Levels) -> Flow:
        """The slopes of a picture at this size."""
        rows, columns = self.blocks if picture.shape[1] >= picture.shape[0] else self.blocks[::-1]
        return Flow(picture, (min(rows, picture.shape[0]), min(columns, picture.shape[1])))


def shrunk(pictures: Sequence[Luma]) -> tuple[Sequence[Levels], ...]:
    """Pictures at the size compared and three times halved, their mean brightness taken out."""
    levels: list[Sequence[Levels]] = [[_level(picture.astype(np.float32)) for picture in pictures]]
    while len(levels) < len(BLOCKS):
        levels.append([halved(picture) for picture in levels[-1]])
    return tuple(levels)


def size(change: Levels) -> float:
    """Root mean square of a difference, levels."""
    flat = change.ravel()
    return float(np.sqrt(np.dot(flat, flat) / flat.size))


def changed(later: Levels, earlier: Levels) -> Levels:
    """What `later` has that `earlier` has not, when each band of detail may weigh what it likes."""
    fine, middle = softened(earlier), softened(softened(earlier), 2)
    coarse = softened(middle, min(4, min(earlier.shape) // 4))
    bands = np.stack([np.ones_like(earlier), earlier - fine, fine - middle, middle - coarse, coarse])
    rows = bands.reshape(len(bands), -1)
    products = (rows @ rows.T).astype(np.float64)
    # A band a picture does not have must not be divided by.
    steady = products + np.diag(np.diag(products) * 1e-4 + 1e-6)
    change = later - earlier
    weights = np.linalg.solve(steady, rows @ change.ravel()).astype(np.float32)
    return np.asarray(change - (weights @ rows).reshape(change.shape))


def _level(picture: Levels) -> Levels:
    return np.asarray(picture - picture.mean())


def halved(picture: Levels) -> Levels:
    """The picture at half its size; an odd last row or column is left out."""
    even = picture[: picture.shape[0] // 2 * 2, : picture.shape[1] // 2 * 2]
    return np.asarray((even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / np.float32(4))

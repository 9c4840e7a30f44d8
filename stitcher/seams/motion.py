"""Motion between pictures (optical flow), block by block, by the gradients of one of them.

Where a picture has moved by little, it differs from what it was by its slope times the way: a difference that is
made of motion lies along the slopes, while coding noise, grain, softness and brightness do not. So the part of a
difference that lies along them, block by block, is motion even where noise is several times as large.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Levels = NDArray[np.float32]
    Ways = tuple[NDArray[np.float32], NDArray[np.float32]]

_RIDGE = 0.02
"""Keeps blocks without slopes from claiming any way; a share of the mean slope."""


def softened(picture: Levels, reach: int = 1) -> Levels:
    """The picture through a 1-2-1 kernel whose taps are `reach` pixels apart."""
    result = picture
    for _ in range(2):
        rows = result * np.float32(0.5)
        quarter = result * np.float32(0.25)
        rows[reach:] += quarter[:-reach]
        rows[:-reach] += quarter[reach:]
        rows[:reach] += quarter[:1]
        rows[-reach:] += quarter[-1:]
        result = rows.T
    return np.ascontiguousarray(result)


class Flow:
    """The slopes of one picture, in blocks; differences of pictures near it are read as motion against them.

    A way is a pair of arrays, `blocks` in shape: pixels to the left and upwards.
    """

    def __init__(self, picture: Levels, blocks: tuple[int, int]) -> None:
        self._height, self._width = (
            size // count * count for size, count in zip(picture.shape, blocks, strict=True)
        )
        # Sums of blocks are products with ones, which is the quickest way there is.
        self._down = np.kron(np.eye(blocks[0]), np.ones(self._height // blocks[0])).astype(np.float32)
        self._across = np.kron(np.eye(blocks[1]), np.ones(self._width // blocks[1])).astype(np.float32).T
        soft = softened(picture)
        x, y = np.zeros_like(soft), np.zeros_like(soft)
        x[:, 1:-1] = (soft[:, 2:] - soft[:, :-2]) / 2
        y[1:-1] = (soft[2:] - soft[:-2]) / 2
        self._x, self._y = x[: self._height, : self._width], y[: self._height, : self._width]
        self._xx, self._xy, self._yy = (
            self._summed(one) for one in (self._x**2, self._x * self._y, self._y**2)
        )
        ridge = _RIDGE * (self._xx.mean() + self._yy.mean()) + 1e-6
        self._xx, self._yy = self._xx + ridge, self._yy + ridge
        self._area = self._xx * self._yy - self._xy**2

    def way(self, change: Levels) -> Ways:
        """How far each block has moved, for a difference of two pictures."""
        return self._solved(self._seen(change))

    def size(self, change: Levels) -> float:
        """What motion makes of a difference: root mean square, levels."""
        x, y = self._seen(change)
        way = self._solved((x, y))
        return float(np.sqrt(max(0.0, float((way[0] * x + way[1] * y).sum()) / self._x.size)))

    def along(self, change: Levels, way: Ways) -> tuple[float, float]:
        """How often `way` a difference is, and its standard error, told from how the blocks disagree."""
        x, y = self._seen(change)
        met = way[0] * x + way[1] * y
        whole = self._xx * way[0] ** 2 + 2 * self._xy * way[0] * way[1] + self._yy * way[1] ** 2
        total = float(whole.sum())
        if total < 1e-9:
            return 0.0, float("inf")
        times = float(met.sum()) / total
        return times, float(np.sqrt(((met - times * whole) ** 2).sum())) / total

    def shift(self, change: Levels) -> tuple[float, float]:
        """How far the whole picture has moved, in pixels to the right and down."""
        x, y = (float(one.sum()) for one in self._seen(change))
        xx, xy, yy = (float(one.sum()) for one in (self._xx, self._xy, self._yy))
        area = max(xx * yy - xy**2, 1e-6)
        return -(yy * x - xy * y) / area, -(xx * y - xy * x) / area

    def _seen(self, change: Levels) -> Ways:
        part = change[: self._height, : self._width]
        return self._summed(self._x * part), self._summed(self._y * part)

    def _solved(self, seen: Ways) -> Ways:
        x, y = seen
        return (self._yy * x - self._xy * y) / self._area, (self._xx * y - self._xy * x) / self._area

    def _summed(self, picture: Levels) -> NDArray[np.float32]:
        return np.asarray(self._down @ picture @ self._across)

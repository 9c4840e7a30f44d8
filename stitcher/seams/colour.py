"""Steps of colour between pictures that should be alike: per channel, as ΔE2000, and which mistake they are. Pure.

Pictures are grids of mean colours, `(rows, columns, 3)` full-range RGB levels. A grading that drifts shifts and scales
channels each by itself; a clip read by the wrong matrix mixes them in a way that is known beforehand; one read in the
wrong range is stretched or squeezed by a known amount. Each is held against what is seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Grid = NDArray[np.float64]

Mistake = Literal["matrix", "range"]


def _rgb_of_yuv(red: float, blue: float) -> Grid:
    green = 1 - red - blue
    return np.array(
        [
            [1, 0, 2 * (1 - red)],
            [1, -2 * (1 - blue) * blue / green, -2 * (1 - red) * red / green],
            [1, 2 * (1 - blue), 0],
        ]
    )


_BT709, _BT601 = _rgb_of_yuv(0.2126, 0.0722), _rgb_of_yuv(0.299, 0.114)
_MATRICES = (_BT709 @ np.linalg.inv(_BT601), _BT601 @ np.linalg.inv(_BT709))
_RANGES = ((255 / 219, -16 * 255 / 219), (219 / 255, 16.0))
_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = _XYZ.sum(axis=1)
_FEW = 0.7
"""Levels (root mean square) below which no kind of mistake is told."""


def lab_of(rgb: Grid) -> Grid:
    """CIE L*a*b* (D65) of sRGB levels, 0 to 255."""
    share = np.clip(rgb, 0, 255) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    xyz = linear @ _XYZ.T / _WHITE
    root = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = np.moveaxis(root, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def delta_e(one: Grid, other: Grid) -> Grid:
    """CIEDE2000 between L*a*b* colours, one by one."""
    light, red, blue = np.moveaxis(one, -1, 0)
    light_2, red_2, blue_2 = np.moveaxis(other, -1, 0)
    mean = (np.hypot(red, blue) + np.hypot(red_2, blue_2)) / 2
    stretch = 1.5 - 0.5 * np.sqrt(mean**7 / (mean**7 + 25.0**7))
    chroma, chroma_2 = np.hypot(red * stretch, blue), np.hypot(red_2 * stretch, blue_2)
    hue = np.degrees(np.arctan2(blue, red * stretch)) % 360
    hue_2 = np.degrees(np.arctan2(blue_2, red_2 * stretch)) % 360
    gray = chroma * chroma_2 == 0
    turn = np.where(gray, 0.0, (hue_2 - hue + 180) % 360 - 180)
    mean_hue = np.where(gray, hue + hue_2, (hue + turn / 2) % 360)
    mean_light, mean_chroma = (light + light_2) / 2, (chroma + chroma_2) / 2

    def cosine(degrees: Grid) -> Grid:
        return np.asarray(np.cos(np.radians(degrees)))

    weight = (
        1
        - 0.17 * cosine(mean_hue - 30)
        + 0.24 * cosine(2 * mean_hue)
        + 0.32 * cosine(3 * mean_hue + 6)
        - 0.20 * cosine(4 * mean_hue - 63)
    )
    off = (mean_light - 50) ** 2
    lights = (light_2 - light) / (1 + 0.015 * off / np.sqrt(20 + off))
    chromas = (chroma_2 - chroma) / (1 + 0.045 * mean_chroma)
    hues = 2 * np.sqrt(chroma * chroma_2) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * mean_chroma * weight)
    twist = (
        -2
        * np.sqrt(mean_chroma**7 / (mean_chroma**7 + 25.0**7))
        * np.sin(np.radians(60 * np.exp(-(((mean_hue - 275) / 25) ** 2))))
    )
    return np.asarray(np.sqrt(lights**2 + chromas**2 + hues**2 + twist * chromas * hues))


def step(earlier: Grid, later: Grid) -> tuple[float, float, float]:
    """How many levels brighter the later picture is in red, green and blue."""
    red, green, blue = (later - earlier).mean(axis=(0, 1))
    return float(red), float(green), float(blue)


def distance(earlier: Grid, later: Grid) -> float:
    """ΔE2000 between two pictures: the median over their grid, so that what moves in a part of it counts little."""
    return float(np.median(delta_e(lab_of(earlier), lab_of(later))))


def mistake(earlier: Grid, later: Grid) -> tuple[Mistake, str] | None:
    """Which mistake the difference of two pictures of the same is, and how it came about; `None` for none known."""
    seen = _size(later - earlier)
    if seen < _FEW:
        return None
    free = _size(later - _fitted(earlier, later))
    words = (("BT.601", "BT.709"), ("BT.709", "BT.601"))
    left = [_size(later - np.clip(earlier @ matrix.T, 0, 255)) for matrix in _MATRICES]
    best = int(np.argmin(left))
    if left[best] < 0.5 * seen and left[best] < 0.6 * free:
        made, read = words[best]
        return "matrix", f"made for {made} and read by {read}"
    left = [_size(later - np.clip(gain * earlier + offset, 0, 255)) for gain, offset in _RANGES]
    best = int(np.argmin(left))
    # A fit that is free comes nearer at any rate; a mistake of range is as near.
    if left[best] < 0.5 * seen and left[best] < 1.3 * free + 0.3 and seen > 3 * _FEW:
        return "range", "limited levels read as full" if best else "full levels read as limited"
    return None


def _fitted(earlier: Grid, later: Grid) -> Grid:
    """The earlier picture with the gain and the offset of each channel that bring it nearest to the later."""
    mean, mean_2 = earlier.mean(axis=(0, 1)), later.mean(axis=(0, 1))
    spread = np.square(earlier - mean).sum(axis=(0, 1)) + 1e-6
    gain = ((earlier - mean) * (later - mean_2)).sum(axis=(0, 1)) / spread
    return np.asarray(mean_2 + gain * (earlier - mean))


def _size(change: Grid) -> float:
    return float(np.sqrt(np.square(change).mean()))

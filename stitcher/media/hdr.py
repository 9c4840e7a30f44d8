"""Tone mapping, HDR pictures as SDR ones: the film's own, for pictures that do not go through ffmpeg's filters.

It does what `zscale=transfer=linear:npl=203`, `zscale=primaries=bt709`, `tonemap=mobius:desat=0:peak=10` and
`zscale=transfer=bt709` do one after the other, so that a still of a clip looks like the film it is in. PyAV has no
`zscale`. Pure.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from stitcher.media.clip import Colour

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

WHITE_NITS = 203
"""Where SDR white lies in HDR (ITU-R BT.2408)."""

TONE_PEAK = 10
"""How many times as bright as SDR white the brightest light is that tone mapping keeps apart from what is above."""

_HLG_NITS = 1000
_KEPT = 0.3
"""Light up to this share of white is left as it is."""

_WHITE_POINT = (0.3127, 0.329)
_BT709 = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
_PRIMARIES = {
    "bt2020": ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    "smpte432": ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
    "bt709": _BT709,
}


def tone_mapped(signal: NDArray[np.uint16], colour: Colour) -> NDArray[np.uint8]:
    """HDR R'G'B' of 16 bits, `(height, width, 3)`, as SDR R'G'B' of 8 bits for a display of BT.709 and gamma 2.4."""
    light = _light(colour.transfer or "")[signal]
    light = light @ _to_bt709(colour.primaries or "bt2020").T
    brightest = np.maximum(light.max(axis=2, keepdims=True), 1e-6)
    light *= _mobius(brightest) / brightest
    shown = np.clip(light, 0, 1) ** np.float32(1 / 2.4)
    return (shown * 255 + np.float32(0.5)).astype(np.uint8)


@cache
def _light(transfer: str) -> Floats:
    """For each signal of 16 bits the light it stands for, in multiples of SDR white."""
    signal = np.linspace(0, 1, 65536)
    if transfer == "arib-std-b67":
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
        # Each colour by itself, as zimg does it where it may be quick.
        nits = _HLG_NITS * scene**1.2
    else:
        power = signal ** (32 / 2523)
        nits = 10_000 * (np.maximum(power - 3424 / 4096, 0) / (2413 / 128 - 2392 / 128 * power)) ** (
            16384 / 2610
        )
    return (nits / WHITE_NITS).astype(np.float32)


def _mobius(light: Floats) -> Floats:
    """Light bent so that `TONE_PEAK` becomes 1, by the curve of ffmpeg's `tonemap`."""
    keep, peak = _KEPT, TONE_PEAK
    a = -keep * keep * (peak - 1) / (keep * keep - 2 * keep + peak)
    b = (keep * keep - 2 * keep * peak + peak) / (peak - 1)
    bent = (b * b + 2 * b * keep + keep * keep) / (b - a) * (light + a) / (light + b)
    return np.where(light <= keep, light, bent).astype(np.float32)


@cache
def _to_bt709(primaries: str) -> Floats:
    """The matrix that makes linear light of these primaries that of BT.709; primaries not known count as BT.2020."""
    there = _to_xyz(_PRIMARIES.get(primaries, _PRIMARIES["bt2020"]))
    return (np.linalg.inv(_to_xyz(_BT709)) @ there).astype(np.float32)


def _to_xyz(primaries: tuple[tuple[float, float], ...]) -> NDArray[np.float64]:
    def xyz(point: tuple[float, float]) -> list[float]:
        x, y = point
        return [x / y, 1, (1 - x - y) / y]

    columns = np.array([xyz(point) for point in primaries]).T
    return columns * np.linalg.solve(columns, np.array(xyz(_WHITE_POINT)))

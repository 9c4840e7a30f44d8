"""HDR pictures as SDR ones: the film's own tone mapping, for pictures that do not go through ffmpeg's filters.

What it does is what `zscale=transfer=linear:npl=203`, `zscale=primaries=bt709`, `tonemap=mobius:desat=0` and
`zscale=transfer=bt709` do one after the other, so that a still of a clip looks like the film it is in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

WHITE_NITS = 203
"""Where SDR white lies in HDR (ITU-R BT.2408)."""

TONE_PEAK = 10
"""How many times as bright as SDR white the brightest light is that tone mapping keeps apart from what is above."""

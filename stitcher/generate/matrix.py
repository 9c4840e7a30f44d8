"""Which colour matrix a take was made with: the one under which its first frame is the picture it started from.

Gen-4 files do not say. One hop read with the wrong matrix is a small shift; ten are the drift people see.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stitcher.media.clip import Clip

if TYPE_CHECKING:
    from stitcher.media.frames import Picture

USUAL = "bt709"
OTHER = "smpte170m"
_SURE = 0.02
"""Levels by which one must be nearer than the other: grey pictures are the same under both."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A matrix, and how near the first frame is to the start picture under it."""

    matrix: str
    """FFmpeg's name."""
    difference: float | None
    """Mean distance in levels of 8 bits; `None` where there was nothing to compare."""


def decide_matrix(clip: Clip, start: Path | None) -> Verdict:
    """The matrix of a take: what the file says; else the one that brings frame 0 nearest to `start`; else BT.709.

    Raises `MediaError` for a take or picture that cannot be decoded.
    """
    from stitcher.media import frames

    if start is None:
        return Verdict(clip.video.colour.matrix or USUAL, None)
    wanted = _picture(start, clip)
    said = clip.video.colour.matrix
    if said is not None:
        return Verdict(said, _distance(frames.frame(clip, 0), wanted))
    usual = _distance(frames.frame(clip, 0, matrix=USUAL), wanted)
    other = _distance(frames.frame(clip, 0, matrix=OTHER), wanted)
    return Verdict(OTHER, other) if other + _SURE < usual else Verdict(USUAL, usual)


def _picture(path: Path, clip: Clip) -> Picture:
    import numpy as np
    from PIL import Image, ImageOps

    from stitcher.media.frames import open_still

    picture = open_still(path).convert("RGB")
    size = (clip.video.width, clip.video.height)
    if picture.size != size:
        picture = ImageOps.fit(picture, size, Image.Resampling.LANCZOS)
    return np.asarray(picture)


def _distance(one: Picture, other: Picture) -> float:
    import numpy as np

    if one.shape != other.shape:
        return 255.0
    return float(np.abs(one.astype(np.int16) - other).mean())

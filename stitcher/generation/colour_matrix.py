"""Which colour matrix a take was made with: the one under which its first frame is the picture it started from.

Gen-4 files do not say. One hop read with the wrong matrix is a small shift; ten are the drift people see.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stitcher.generation.take import Take
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


def likely_matrix(take: Take, takes: Iterable[Take]) -> str:
    """The matrix a take probably has where its own pictures do not tell: that of the take it is an edit of; else the
    first that was decided for its model; else BT.709.
    """
    decided = [
        other for other in takes if other.id != take.id and other.is_picture and other.matrix is not None
    ]
    if take.purpose == "edit":
        for other in reversed(decided):
            theirs = (other.provider, other.shot, other.purpose, other.number)
            if theirs == (take.provider, take.shot, "take", take.source_number):
                return other.matrix or USUAL
    same_model = (other for other in decided if other.model == take.model and other.start_sha256 is not None)
    return next((other.matrix or USUAL for other in same_model), USUAL)


def decide_matrix(clip: Clip, start: Path | None, likely: str = USUAL) -> Verdict:
    """The matrix of a take: what the file says; else the one that brings frame 0 nearest to `start`; else `likely`.

    Raises `MediaError` for a take or picture that cannot be decoded.
    """
    from stitcher.media import frames

    if start is None:
        return Verdict(clip.video.colour.matrix or likely, None)
    expected = _picture(start, clip)
    said = clip.video.colour.matrix
    if said is not None:
        return Verdict(said, _distance(frames.frame(clip, 0), expected))
    unlikely = USUAL if likely == OTHER else OTHER
    usual = _distance(frames.frame(clip, 0, matrix=likely), expected)
    other = _distance(frames.frame(clip, 0, matrix=unlikely), expected)
    return Verdict(unlikely, other) if other + _SURE < usual else Verdict(likely, usual)


def _picture(path: Path, clip: Clip) -> Picture:
    import numpy as np
    from PIL import Image, ImageOps

    from stitcher.media.stills import open_still

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

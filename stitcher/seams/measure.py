"""Whether the picture after a cut repeats the one before it.

A generated take opens with the frame it was started from, so at a chained seam one picture is shown twice. That
is told from what the clips themselves do: two neighbours of a moving clip differ by some amount, and a repeated
picture by far less. Small differences alone prove nothing: in a still scene every picture repeats the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from stitcher.media.clip import Clip
from stitcher.media.frames import clean_start, gray_frames
from stitcher.timebase import FrameRange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Luma = NDArray[np.uint8]

WINDOW = 6
"""Pictures looked at on each side of a seam."""

CLEARLY_BELOW = 0.4
"""A doubled frame differs from its twin by less than this share of what neighbours differ by (4 dB)."""

STILL = 0.05
"""Neighbours that differ by less (mean square, 8-bit levels, at the size compared) show no motion to judge by."""

TWIN = 100.0
"""Pictures that differ by more (10 levels, root mean square) are no twins, however much their neighbours differ."""

_WIDTH, _HEIGHT = 192, 108


@dataclass(frozen=True, slots=True)
class DoubledFrame:
    """What was found at a seam. Differences are mean squares of 8-bit luma levels, brightness evened out."""

    doubled: bool
    seam_difference: float
    """Between the last picture before the cut and the first after it."""
    neighbour_difference: float | None
    """What neighbouring pictures differ by on the calmer side; 0 where one side has a single picture, `None` where
    the pictures at the seam differ by so much that no others were looked at."""

    @property
    def still(self) -> bool:
        """Whether a side hardly moves, so that no frame can be called doubled."""
        return self.neighbour_difference is not None and self.neighbour_difference < STILL


def doubled_frame(earlier: Clip, last_picture: int, later: Clip, first_picture: int) -> DoubledFrame:
    """Whether `later` opens, at `first_picture`, with the picture `earlier` ends with at `last_picture`.

    Pictures count from 0 in display order. Only pictures that are seen are looked at: up to `last_picture` and
    from `first_picture` on. Raises what decoding raises.
    """
    before = FrameRange(max(0, last_picture + 1 - WINDOW), last_picture + 1)
    after = FrameRange(first_picture, min(later.video.frames, first_picture + WINDOW))
    first = _picture(later, first_picture)
    # Most cuts are plainly cuts. Where the last picture is quickly had without those before it, it is asked for alone.
    if clean_start(earlier, last_picture) > clean_start(earlier, before.start):
        seam = difference(_picture(earlier, last_picture), first)
        if seam > TWIN:
            return DoubledFrame(False, seam, None)
    ending = list(_pictures(earlier, before))
    seam = difference(ending[-1], first)
    return DoubledFrame(False, seam, None) if seam > TWIN else judge(ending, list(_pictures(later, after)))


def judge(before: Sequence[Luma], after: Sequence[Luma]) -> DoubledFrame:
    """The verdict on pictures of one size, in order; the seam is between `before[-1]` and `after[0]`."""
    seam = difference(before[-1], after[0])
    neighbours = min(_level(before), _level(after))
    doubled = neighbours >= STILL and seam <= min(TWIN, CLEARLY_BELOW * neighbours)
    return DoubledFrame(doubled, seam, neighbours)


def difference(one: Luma, other: Luma) -> float:
    """Mean square difference of two pictures once their mean brightness is the same.

    A generator may render its start frame a little lighter or darker, which does not make it another picture.
    """
    apart = one.astype(np.float32) - other.astype(np.float32)
    return float(apart.var())


def _level(pictures: Sequence[Luma]) -> float:
    """What neighbours differ by: the second least, so that one held picture does not hide a moving clip.

    In animation on twos or threes at least two of the differences are nothing, and so is the level: a picture
    that is held anyway does not show that the seam doubled it.
    """
    found = sorted(difference(one, other) for one, other in pairwise(pictures))
    if not found:
        return 0.0
    return found[min(1, len(found) - 1)]


def _picture(clip: Clip, number: int) -> Luma:
    return next(_pictures(clip, FrameRange(number, number + 1)))


def _pictures(clip: Clip, wanted: FrameRange) -> Iterator[Luma]:
    size = (_HEIGHT, _WIDTH) if clip.video.rotation in (90, 270) else (_WIDTH, _HEIGHT)
    return gray_frames(clip, wanted, size=size)

"""Whether the picture after a cut repeats the one before it.

A generated take opens with the frame it was started from, so at a chained seam one picture is shown twice. That
is told from what the clips themselves do: two neighbours of a moving clip differ by some amount, and a repeated
picture by far less. Small differences alone prove nothing: in a still scene every picture repeats the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
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

_FEW = 3
"""Pictures of the later clip that are looked at first: two differences bound the second least of any number."""

_WIDTH, _HEIGHT = 192, 108


@dataclass(frozen=True, slots=True)
class DoubledFrame:
    """What was found at a seam. Differences are mean squares of 8-bit luma levels, brightness evened out."""

    doubled: bool
    seam_difference: float
    """Between the last picture before the cut and the first after it."""
    neighbour_difference: float
    """What neighbouring pictures differ by on the calmer side; 0 where one side has a single picture. Where the
    seam differs by too much for any level there may be, it is the highest there may be."""

    @property
    def still(self) -> bool:
        """Whether a side hardly moves, so that no frame can be called doubled."""
        return self.neighbour_difference < STILL


def doubled_frame(earlier: Clip, last_picture: int, later: Clip, first_picture: int) -> DoubledFrame:
    """Whether `later` opens, at `first_picture`, with the picture `earlier` ends with at `last_picture`.

    Pictures count from 0 in display order. Only pictures that are seen are looked at: up to `last_picture` and
    from `first_picture` on. Raises what decoding raises.
    """
    before = FrameRange(max(0, last_picture + 1 - WINDOW), last_picture + 1)
    after = FrameRange(first_picture, min(later.video.frames, first_picture + WINDOW))
    opening = _pictures(later, after)
    few = list(islice(opening, _FEW))
    # Most cuts are plainly cuts. Where the last picture is quickly had without those before it, it is asked for alone.
    if clean_start(earlier, last_picture) > clean_start(earlier, before.start):
        last = next(_pictures(earlier, FrameRange(last_picture, last_picture + 1)))
        if (apart := _plainly_apart(last, few)) is not None:
            return apart
    ending = list(_pictures(earlier, before))
    return _plainly_apart(ending[-1], few) or judge(ending, [*few, *opening])


def _plainly_apart(last: Luma, opening: Sequence[Luma]) -> DoubledFrame | None:
    """The verdict `judge` is bound to come to whatever else it sees, or `None`.

    The second least of some differences is never less than the second least of these and more.
    """
    seam = difference(last, opening[0])
    most = max((difference(one, other) for one, other in pairwise(opening)), default=0.0)
    return DoubledFrame(False, seam, most) if seam > CLEARLY_BELOW * most else None


def judge(before: Sequence[Luma], after: Sequence[Luma]) -> DoubledFrame:
    """The verdict on pictures of one size, in order; the seam is between `before[-1]` and `after[0]`."""
    seam = difference(before[-1], after[0])
    neighbours = min(_level(before), _level(after))
    doubled = neighbours >= STILL and seam <= CLEARLY_BELOW * neighbours
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


def _pictures(clip: Clip, wanted: FrameRange) -> Iterator[Luma]:
    size = (_HEIGHT, _WIDTH) if clip.video.rotation in (90, 270) else (_WIDTH, _HEIGHT)
    return gray_frames(clip, wanted, size=size)

"""Repeated frames: how many pictures the clip after a cut has again of the clip before it, told from the files.

A generated take opens with the frame it was started from, so at a chained seam one picture is shown twice; a take
made by extending another repeats several. No more pictures are decoded than the verdict needs.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from stitcher.media.clip import Clip
from stitcher.media.frame_decoder import clean_start
from stitcher.media.frames import gray_frames
from stitcher.seams.classify import PICTURES_BEFORE, REACH, SeamVerdict, classify_seam, plainly_apart
from stitcher.timebase import FrameRange

if TYPE_CHECKING:
    from stitcher.seams.scales import Luma

_WIDTH, _HEIGHT = 192, 108


def measure(earlier: Clip, last_picture: int, later: Clip, first_picture: int) -> SeamVerdict:
    """How many pictures `later` repeats, from `first_picture` on, of those `earlier` ends with at `last_picture`.

    Pictures count from 0 in display order. Only pictures that are seen are looked at: up to `last_picture` and
    from `first_picture` on. Raises what decoding raises.
    """
    before = FrameRange(max(0, last_picture + 1 - PICTURES_BEFORE), last_picture + 1)
    after = FrameRange(first_picture, min(later.video.frames, first_picture + REACH))
    coming = _pictures(later, after)
    seen: list[Luma] = [next(coming)]
    try:
        # Most cuts are plainly cuts. Where the last picture is quickly had without those before it, it is asked for
        # alone.
        if clean_start(earlier, last_picture) > clean_start(earlier, before.start):
            (last,) = _pictures(earlier, FrameRange(last_picture, last_picture + 1))
            if verdict := plainly_apart(last, seen[0]):
                return verdict

        def first(count: int) -> Sequence[Luma]:
            seen.extend(islice(coming, max(0, count - len(seen))))
            return seen[:count]

        return classify_seam(list(_pictures(earlier, before)), first)
    finally:
        coming.close()


def _pictures(clip: Clip, pictures: FrameRange) -> Generator[Luma]:
    size = (_HEIGHT, _WIDTH) if clip.video.rotation in (90, 270) else (_WIDTH, _HEIGHT)
    yield from gray_frames(clip, pictures, size=size)

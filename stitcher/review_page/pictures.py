"""The pictures of a review page: shots, and both sides of seams with their difference, taken from the film it shows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stitcher.media.clip import Clip
from stitcher.media.files import write_whole
from stitcher.media.frames import frames
from stitcher.media.stills import jpeg_bytes
from stitcher.pictures.seam_picture import seam_picture
from stitcher.review_page.contents import Reading, SeamEntry, ShownPicture
from stitcher.timebase import FrameRange
from stitcher.timeline.model import Timeline

Rgb = NDArray[np.uint8]

FOLDER = "pictures"
_AMPLIFIED = 8
"""How many times differences are drawn, so that a step of few levels is seen."""


def shot_picture(film: Clip, page: Path, number: int, frame: int) -> ShownPicture:
    """Write the frame of the film that stands for a shot."""
    (shown,) = frames(film, FrameRange(frame, frame + 1))
    return ShownPicture(_written(page, f"shot-{number:03}", shown), frame)


def seam_entry(timeline: Timeline, film: Clip, page: Path, number: int) -> SeamEntry:
    """Write the pictures of the seam after item `number`, and measure them."""
    earlier, later = timeline.items[number], timeline.items[number + 1]
    join = timeline.transitions[number]
    first = min(later.record_start + join.frames, timeline.frames - 1)
    last = max(0, later.record_start - 1)
    # One more on either side, as the yardstick.
    around = {frame for frame in (last - 1, last, first, first + 1) if 0 <= frame < timeline.frames}
    shown = {frame: next(frames(film, FrameRange(frame, frame + 1))) for frame in sorted(around)}
    step = np.abs(shown[last].astype(np.int16) - shown[first]).astype(np.uint8)
    drawn = np.minimum(step.astype(np.uint16) * _AMPLIFIED, 255).astype(np.uint8)
    name = f"seam-{number + 1:03}"
    unmended = None
    if isinstance(earlier.source, Clip) and isinstance(later.source, Clip) and not join.frames:
        unmended = f"{FOLDER}/{name}-clips.png"
        seam_picture(timeline, later.shot, page / unmended)
    return SeamEntry(
        before=earlier.shot,
        shot=later.shot,
        frame=first,
        join=str(join),
        last=ShownPicture(_written(page, f"{name}-last", shown[last]), last),
        first=ShownPicture(_written(page, f"{name}-first", shown[first]), first),
        difference=_written(page, f"{name}-difference", drawn),
        unmended=unmended,
        readings=_readings(shown, last, first),
    )


def _readings(shown: dict[int, Rgb], last: int, first: int) -> tuple[Reading, ...]:
    neighbours = [
        _difference(shown[one], shown[other])
        for one, other in ((last - 1, last), (first, first + 1))
        if one in shown and other in shown
    ]
    usual = " and ".join(f"{value:.1f}" for value in neighbours)
    step = _difference(shown[last], shown[first])
    colour = (shown[first].mean(axis=(0, 1)) - shown[last].mean(axis=(0, 1))).tolist()
    return (
        Reading(
            "Picture", f"{step:.1f} levels apart", f"beside the seam {usual} levels" if neighbours else ""
        ),
        Reading(
            "Mean colour",
            ", ".join(f"{name} {value:+.1f}" for name, value in zip("RGB", colour, strict=True)),
        ),
    )


def _difference(one: Rgb, other: Rgb) -> float:
    return float(np.abs(one.astype(np.int16) - other).mean())


def _written(page: Path, name: str, picture: Rgb) -> str:
    file = f"{FOLDER}/{name}.jpg"
    write_whole(page / file, jpeg_bytes(picture), durable=False)
    return file

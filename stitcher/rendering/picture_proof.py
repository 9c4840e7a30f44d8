"""The proof that an encoded segment shows the planned pictures: a few of it held against the sources' own.

The sources are decoded here by PyAV and counted, not by the program and the seek that made the segment, so what that
got wrong is not repeated. A segment that is in the cache has been proven.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from stitcher.errors import VerifyError
from stitcher.media.clip import Clip
from stitcher.pictures.exact_frames import mirrored
from stitcher.rendering.drawings import Drawings
from stitcher.rendering.film_frame import Region, mirrored_shares, shown_region
from stitcher.rendering.job import EncodeInput, EncodeJob, Overlay
from stitcher.rendering.picture_match import Luma, differences, is_plain, shown_instead
from stitcher.timebase import FrameRange
from stitcher.timeline.conform import source_picture
from stitcher.timeline.look import AS_IT_IS, Look

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stitcher.media.frames import Picture
    from stitcher.pictures.still_planes import StillPlanes

    Shares = NDArray[np.float64]

_GRID = (160, 90)
_WHOLE = Region((0.0, 0.0, 1.0, 1.0), (0.0, 0.0, 1.0, 1.0))
_MARGIN = 0.04
"""Of each side that is not looked at: padding and rounding lie there."""
_TOLD_BY = 0.5
"""How much of a picture must be seen. What a fade makes of it otherwise is a change of levels."""
_NEAR, _FAR = 2, 14
"""Pictures on either side of the planned one that it is held against: at first, and where that does not tell."""


@dataclass(frozen=True, slots=True)
class SampledFrame:
    """A frame of a segment that shows one picture of one source, unblended."""

    part: int
    frame: int
    """Of the segment."""
    source_frame: int
    """Source clock of the part."""


def sampled_frames(job: EncodeJob) -> tuple[SampledFrame, ...]:
    """The frames by which a segment is proven: its first and its last, and one of each part in between. Pure."""
    samples = []
    leaving = [part.overlap for part in job.inputs[1:]] + [0]
    begins = accumulate(
        (len(part.source_range) - after for part, after in zip(job.inputs, leaving, strict=True)), initial=0
    )
    for number, (part, after, begin) in enumerate(zip(job.inputs, leaving, begins, strict=False)):
        # A linear blend begins with the earlier picture alone.
        pure_end = after > 0 and job.inputs[number + 1].transition.linear
        first, last = part.overlap, len(part.source_range) - after - (0 if pure_end else 1)
        while first <= last and _seen(job, part, first, begin) < _TOLD_BY:
            first += 1
        while first <= last and _seen(job, part, last, begin) < _TOLD_BY:
            last -= 1
        if last < first:
            continue
        ends = {first} if number < len(job.inputs) - 1 else {last}
        if number == 0:
            ends.add(first)
        samples += [SampledFrame(number, begin + end, part.source_range.start + end) for end in sorted(ends)]
    return tuple(samples)


def _seen(job: EncodeJob, part: EncodeInput, frame: int, begin: int) -> float:
    """How much of an input's own picture is seen in one of its frames, where it fades, or pictures lie over it; the
    input begins with that frame of the segment."""
    faded = [*(fade.seen(frame) for fade in part.fades), *(fade.seen(begin + frame) for fade in job.fades)]
    laid = [one.clip.video for one in part.overlays if _is_laid(one, part.source_range.start + frame)]
    laid += [one.clip.video for one in job.overlays if _is_laid(one, begin + frame)]
    covered = sum(video.width * video.height for video in laid) / (job.picture.width * job.picture.height)
    return float(prod(faded)) * max(0.0, 1 - covered)


def _is_laid(overlay: Overlay, frame: int) -> bool:
    """Whether a picture lies there in that frame. What is as large as the film is text, which is not much of it."""
    return overlay.corner is not None and frame in overlay.span


def check_shown(piece: Clip, job: EncodeJob, drawings: Drawings) -> None:
    """Raise `VerifyError` where a segment plainly shows another picture than the planned one."""
    for sample in sampled_frames(job):
        part = job.inputs[sample.part]
        planned = source_picture(
            part.clip, part.retiming.source_frame(sample.source_frame), job.picture.rate, part.speed
        )
        shown = _other_picture(piece, job, sample, planned, drawings)
        if shown is not None:
            at = (
                f" at frame {job.first_frame + sample.frame} of the film"
                if job.first_frame is not None
                else ""
            )
            raise VerifyError(
                f"Shot {part.shot or part.clip.name}: picture {shown} of {part.clip.name} was shown{at} where picture "
                f"{planned} was planned, so nothing was published. The fault is stitcher's or its ffmpeg's, not the "
                "clip's. Please report it, with the clip; put into another container it may come out right."
            )


def _other_picture(
    piece: Clip, job: EncodeJob, sample: SampledFrame, planned: int, drawings: Drawings
) -> int | None:
    part = job.inputs[sample.part]
    clip = part.clip
    region = shown_region(
        part.look.seen(clip.video.shown_size),
        film=job.film_size,
        picture=(job.picture.width, job.picture.height),
        source_fit=part.fit,
        film_fit=part.film_fit or job.picture.fit,
        focus=part.focus.mirrored(part.flip).at(sample.source_frame),
    )
    in_picture = mirrored_shares(region.in_picture, part.flip)
    picture = next(_samples(piece, FrameRange(sample.frame, sample.frame + 1), in_picture))

    def held_against(reach: int) -> dict[int, float]:
        frames = FrameRange(max(0, planned - reach), min(clip.video.frames, planned + reach + 1))
        # Where it is seen is reckoned without the mirror.
        drawn = None if part.drawn is None else drawings.of(part.drawn)
        shown = (
            mirrored(luma, part.flip)
            for luma in _samples(clip, frames, region.in_source, look=part.look, drawn=drawn)
        )
        return differences(picture, dict(zip(range(frames.start, frames.stop), shown, strict=True)))

    errors = held_against(_NEAR)
    if not is_plain(errors, planned):
        errors = held_against(_FAR)
    near = 1 if part.conform == "blend" else 0
    # What is only scaled, or not even that, lies exactly where it is looked for.
    slack = 0.0 if region == _WHOLE and not part.look.moves else _moved_half_a_pixel(picture, region, job)
    return shown_instead(errors, planned, slack=slack, near=near)


def _moved_half_a_pixel(picture: Luma, region: Region, job: EncodeJob) -> float:
    """The mean square difference of a picture to itself moved by half a pixel."""
    across, down = (np.square(np.diff(picture, axis=axis)).mean() for axis in (1, 0))
    left, top, right, bottom = region.in_picture
    columns = _GRID[0] / ((right - left) * job.picture.width)
    rows = _GRID[1] / ((bottom - top) * job.picture.height)
    return float(across * columns**2 + down * rows**2) / 4


def _samples(
    clip: Clip,
    frames: FrameRange,
    area: tuple[float, float, float, float],
    *,
    look: Look = AS_IT_IS,
    drawn: StillPlanes | None = None,
) -> Iterator[Luma]:
    """Luma on a grid over a part of what is seen of each picture, given as shares; of a file, or as it is drawn."""
    from stitcher.media.frames import gray_frames

    left, top, right, bottom = area
    video = clip.video
    turned = video.rotation in (90, 270)
    # About one pixel for each sample, averaged while scaling.
    across, down = _GRID[0] / (right - left), _GRID[1] / (bottom - top)
    shown = video.shown_size
    part = look.seen(shown)
    if look.turned((1, 0)) == (0, 1):
        across, down = down * shown[0] / part[1], across * shown[1] / part[0]
    else:
        across, down = across * shown[0] / part[0], down * shown[1] / part[1]
    width = min(video.height if turned else video.width, round(across))
    height = min(video.width if turned else video.height, round(down))
    inset_x, inset_y = (right - left) * _MARGIN, (bottom - top) * _MARGIN
    columns = np.linspace(left + inset_x, right - inset_x, _GRID[0])
    rows = np.linspace(top + inset_y, bottom - inset_y, _GRID[1])
    pictures: Iterable[Picture]
    if drawn is not None:
        pictures = (drawn.luma(frame, (width, height)) for frame in range(frames.start, frames.stop))
    else:
        pictures = gray_frames(clip, frames, size=(height, width) if turned else (width, height))
    for picture in pictures:
        if look.moves:
            yield _at_points(picture, *_places(look, shown, columns, rows))
        else:
            yield _at(picture, columns, rows)


def _places(look: Look, shown: tuple[int, int], columns: Shares, rows: Shares) -> tuple[Shares, Shares]:
    """Where points of what is seen lie in a picture of that size, both as shares."""
    width, height = look.seen(shown)
    x, y = np.meshgrid(columns * width, rows * height)
    a, b, c, d, e, f = look.to_source(shown)
    return (a * x + b * y + c) / shown[0], (d * x + e * y + f) / shown[1]


def _at_points(picture: Picture, x: Shares, y: Shares) -> Luma:
    """The picture at points, given as shares, between its pixels, linearly."""
    height, width = picture.shape
    column, row = np.clip(x * width - 0.5, 0, width - 1), np.clip(y * height - 0.5, 0, height - 1)
    left, top = np.minimum(column.astype(np.intp), width - 2), np.minimum(row.astype(np.intp), height - 2)
    right_share, lower_share = column - left, row - top
    upper = picture[top, left] * (1 - right_share) + picture[top, left + 1] * right_share
    lower = picture[top + 1, left] * (1 - right_share) + picture[top + 1, left + 1] * right_share
    between: Luma = (upper * (1 - lower_share) + lower * lower_share).astype(np.float32)
    return between


def _at(picture: Picture, columns: Shares, rows: Shares) -> Luma:
    """The picture between its pixels, linearly."""
    across = _between(picture.astype(np.float32), columns)
    return _between(across.T, rows).T


def _between(values: Luma, shares: Shares) -> Luma:
    """Along the last axis, at shares of its length."""
    count = values.shape[-1]
    position = np.clip(shares * count - 0.5, 0, count - 1)
    before = np.minimum(position.astype(np.intp), max(0, count - 2))
    weight = (position - before).astype(np.float32)
    after = np.minimum(before + 1, count - 1)
    between: Luma = values[..., before] * (1 - weight) + values[..., after] * weight
    return between

"""What is measured where two clips meet: whether they are of one scene, and what steps at the cut. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from stitcher.seams import colour
from stitcher.seams.classify import classify_seam
from stitcher.seams.motion import softened
from stitcher.seams.scales import BLOCKS, Scale, changed, shrunk

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stitcher.seams.clip_measure import End
    from stitcher.seams.colour import Grid, Mistake
    from stitcher.seams.motion import Levels
    from stitcher.seams.scales import Luma

_AREAS = (4, 6)
_REACH = 6
"""Pixels, of 192 across, by which an area may have moved over a cut within a scene."""
_TEXTURED = 0.5
"""Levels an area has to have in the middle band for its likeness to tell anything."""
_ALIKE = 0.7
_MOST = 0.6
_LINE = 6
"""Pictures of each clip that its colours at the cut are told from."""


@dataclass(frozen=True, slots=True)
class SeamMeasure:
    """What was measured at a seam."""

    goes_on: bool
    """Whether both clips show one scene from one place; where they do not, the cut is meant."""
    likeness: float
    """The share of areas that are seen again after the cut, 0 to 1."""
    repeats: int | None
    """Pictures the later clip repeats; `None` where that cannot be told."""
    missing: int
    """Pictures that are missing between the clips, told from a steady motion."""
    rgb: tuple[float, float, float]
    """How much brighter red, green and blue become, levels, beyond what the clips' own course explains."""
    rgb_near: tuple[float, float, float]
    """What the same looking finds within the clips, beside the cut."""
    delta_e: float
    """ΔE2000 across the cut."""
    delta_e_near: float
    """What the same looking finds beside it."""
    mistake: Mistake | None
    """What kind of mistake the step of colour is, if it is a known one."""
    mistake_text: str
    patch: float
    """The share of the picture where something that stands still comes or goes."""
    reason: str
    """What was read of repeated pictures, in a few words and numbers."""

    @property
    def level(self) -> float:
        """The largest step of a channel, with its sign."""
        return max(self.rgb, key=abs)


def measure_cut(before: End, after: End) -> SeamMeasure:
    """What happens between the last picture before a cut and the first after it."""
    alike = likeness(before.luma[-1], after.luma[0])
    verdict = classify_seam(before.luma, lambda count: after.luma[:count])
    repeats = verdict.repeats or 0
    goes_on = alike >= _MOST or repeats > 0
    one, other = _at_one_moment(before.colours, after.colours, repeats)
    beside = [_within(side) for side in (before.colours, after.colours)]
    found = colour.mistake(one, other) if goes_on else None
    return SeamMeasure(
        goes_on,
        round(alike, 3),
        verdict.repeats,
        missing_pictures(before.luma, after.luma) if goes_on and not repeats else 0,
        _three(np.array(colour.step(one, other))),
        _three(np.max(np.abs([step for step, _ in beside]), axis=0)),
        round(colour.distance(one, other), 3),
        round(max(distance for _, distance in beside), 3),
        found[0] if found else None,
        found[1] if found else "",
        round(_patch(before.luma, after.luma), 4) if goes_on else 0.0,
        verdict.reason,
    )


def likeness(last: Luma, first: Luma) -> float:
    """The share of areas of a picture that are seen again in another, wherever they moved and however they are lit."""
    one, other = (_middle_band(picture) for picture in (last, first))
    if one.shape != other.shape:
        return 0.0
    down, across = _AREAS if one.shape[1] >= one.shape[0] else _AREAS[::-1]
    rows, columns = (one.shape[0] - 2 * _REACH) // down, (one.shape[1] - 2 * _REACH) // across
    inner = one[_REACH : _REACH + rows * down, _REACH : _REACH + columns * across]

    def summed(picture: Levels) -> NDArray[np.float32]:
        return np.asarray(picture.reshape(down, rows, across, columns).sum(axis=(1, 3)))

    energy = summed(inner**2)
    best = np.zeros_like(energy)
    for y in range(2 * _REACH + 1):
        for x in range(2 * _REACH + 1):
            moved = other[y : y + rows * down, x : x + columns * across]
            best = np.maximum(best, summed(inner * moved) / np.sqrt(energy * summed(moved**2) + 1e-3))
    told = energy > _TEXTURED**2 * rows * columns
    if not told.any():
        # Nothing to go by but whether one of them has some texture after all.
        return float(np.square(other).mean() < _TEXTURED**2)
    return float((best[told] > _ALIKE).mean())


def _middle_band(picture: Luma) -> Levels:
    """Detail that survives re-rendering, without the light that different scenes share."""
    fine = softened(picture.astype(np.float32))
    return np.asarray(fine - softened(softened(fine, 2), 4))


def _at_one_moment(before: Sequence[Grid], after: Sequence[Grid], repeats: int = 0) -> tuple[Grid, Grid]:
    """The colours of both clips at the moment between them, each by a line through the pictures next to it.

    What moves or grows lighter goes on doing so; and one picture alone, a key frame as it often is, may be off.
    """
    moment = (1 - repeats) / 2
    places = (np.arange(1.0 - len(before), 1), np.arange(len(after)) + 1.0 - repeats)
    found = []
    for place, side in zip(places, (before, after), strict=True):
        near = np.argsort(abs(place - moment), kind="stable")[:_LINE]
        x, grids = place[near] - moment, np.array([side[n] for n in near])
        if len(near) < 3:
            found.append(np.asarray(grids.mean(axis=0)))
            continue
        off = x - x.mean()
        slope = np.tensordot(off, grids, axes=1) / np.square(off).sum()
        found.append(np.asarray(grids.mean(axis=0) - x.mean() * slope))
    return found[0], found[1]


def _within(side: Sequence[Grid]) -> tuple[tuple[float, float, float], float]:
    """What the same looking finds in the middle of one clip, where nothing steps: levels, and ΔE2000."""
    half = len(side) // 2
    if half < 3:
        return (0.0, 0.0, 0.0), 0.0
    one, other = _at_one_moment(side[:half], side[half:])
    return colour.step(one, other), colour.distance(one, other)


def _three(levels: NDArray[np.float64]) -> tuple[float, float, float]:
    red, green, blue = (round(float(one), 3) for one in levels)
    return red, green, blue


_STEADY = 0.25
_MOST_MISSING = 6
_SLOWEST = 0.0013
"""Of the width, a frame: 1.7 pixels of 1280."""


def missing_pictures(before: Sequence[Luma], after: Sequence[Luma]) -> int:
    """How many pictures a steady motion skips at a cut; 0 where it is not steady, too slow, or goes on.

    The step across the cut is read as so many of the steps before it and after it, at three sizes; they have to agree
    on a whole number within a quarter.
    """
    if min(len(before), len(after)) < 5:
        return 0
    seen = [Scale(*sides) for sides in zip(shrunk(before[-6:]), shrunk(after[:6]), BLOCKS, strict=True)]
    answers = [one for scale in seen[:3] if (one := _skipped(scale)) is not None]
    return answers[0] if len(answers) > 1 and len(set(answers)) == 1 else 0


def _skipped(scale: Scale) -> int | None:
    readings = []
    sides = ((scale.before[-1], scale.before[-5:]), (scale.after[0], scale.after[:5]))
    for place, pictures in sides:
        flow = scale.flow(place)
        steps = [later - earlier for earlier, later in pairwise(pictures)]
        sizes = [flow.size(step) for step in steps]
        if min(sizes) < 0.15 or max(sizes) > 2.5 * min(sizes):
            return None
        way = flow.way(np.mean(steps, axis=0))
        # The last pictures of a slow clip lag behind, as encoders leave them, and the next clip catches up at once.
        if float(np.sqrt(np.mean(way[0] ** 2 + way[1] ** 2))) / place.shape[1] < _SLOWEST:
            return None
        times, error = flow.along(scale.cut, way)
        # That much more differs, too, however it is read.
        if error > 0.12 or (times > 1.5 and flow.size(scale.cut) < 1.4 * np.median(sizes)):
            return None
        readings.append(times)
    mean = float(np.mean(readings))
    whole = round(mean)
    agree = all(abs(times - whole) < _STEADY * whole for times in readings)
    return whole - 1 if agree and abs(mean - whole) < _STEADY and 1 <= whole <= _MOST_MISSING + 1 else None


_PATCHES = (18, 32)
_STANDS = 5.0
_COMES = 14.0
_LARGEST = 0.2


def _patch(before: Sequence[Luma], after: Sequence[Luma]) -> float:
    """The share of the picture that is covered, from a cut on or up to it, by something that stands still.

    A logo stands still where the scene moves; where the scene does not move either, both have to stand.
    """
    sides = [np.asarray(side, np.float32) for side in (before[-6:], after[:6])]
    if min(map(len, sides)) < 3:
        return 0.0
    rows, columns = _PATCHES if sides[0].shape[2] >= sides[0].shape[1] else _PATCHES[::-1]
    down, across = sides[0].shape[1] // rows, sides[0].shape[2] // columns

    def blocks(change: Levels) -> Levels:
        part = np.square(change[: rows * down, : columns * across])
        return np.asarray(np.sqrt(part.reshape(rows, down, columns, across).mean(axis=(1, 3))))

    across_cut = blocks(changed(*(side - side.mean() for side in (sides[1][0], sides[0][-1]))))
    courses = [blocks(side[-1] - side[0]) for side in sides]
    stand = [course < _STANDS for course in courses]
    either = np.zeros_like(stand[0])
    for one, course in zip(stand, courses, strict=True):
        if np.median(course) > 1.5 * _STANDS:
            either |= one
    found = (across_cut > _COMES) & (either | (stand[0] & stand[1]))
    others = across_cut[~found]
    share = float(found.mean())
    return share if others.size and np.median(others) < _COMES / 2 and share < _LARGEST else 0.0

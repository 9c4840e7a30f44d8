"""Seam classification: do the pictures after a cut repeat those before it? Pure: pictures in, a verdict out.

A film that goes on takes one more step at the cut, about as large as those before and after it. At a doubled
picture it takes none, though both clips move. The step is read in several ways (how much pictures differ, how much
of that is motion, how far along the clips' own ways) at several sizes. Each reading has to show that the step is
missing beyond its own error, against the *least* step the clips' motion allows; a motion that comes to rest allows
none. What no reading can tell is left unsaid: nothing is dropped on a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from stitcher.seams.scales import BLOCKS, Scale, changed, shrunk, size

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stitcher.seams.motion import Levels
    from stitcher.seams.scales import Luma

    Steps = NDArray[np.float64]

REACH = 16
"""Pictures a later clip may repeat at most."""

PICTURES_BEFORE = REACH + 2
"""What is looked at before a cut, if there is as much."""

TWIN = 10.0
"""Pictures that differ by more (root mean square of 8-bit levels) are no twins, however much their neighbours do."""

_PLAINLY = 35.0
"""What pictures of one scene seldom differ by within `REACH`, however fast they move."""

_OTHER_PATCH = 10.0
"""A patch that differs by more, and by twice its neighbours' difference, shows something else."""
_PATCHES = (9, 16)
_AGREEING = 2
"""Readings that have to say so before anything is dropped."""
_PLAIN = 3
"""Readings of one mind, and none against, after which no more are made."""
_ORDER = (1, 2, 0, 3)
"""Sizes by what they tell for their cost."""
_STILL = 0.05
"""Motion that makes less (root mean square of levels) is none."""
_STEPS = 5
_ERRORS = 3.0
"""Standard errors a claim must hold by."""


@dataclass(frozen=True, slots=True)
class SeamVerdict:
    """What was found at a seam."""

    repeats: int | None
    """Pictures the later clip repeats; `None` where it cannot be told."""
    reason: str
    """Why, in a few words and numbers."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """The step across a cut beside those of one of its clips, in one unit."""

    steps: Steps
    """Of the clip, nearest to the cut first."""
    across: float
    """The step across the cut; below zero for one back."""
    share: float
    """A step across of less than this share of the least to be expected is none."""
    error: float = 0.0
    """Standard error of a step."""
    across_error: float = 0.0

    @property
    def least(self) -> float:
        """The least step a motion that goes on may take at the cut; 0 or below for one that may rest there."""
        steps = self.steps[:_STEPS]
        if len(steps) < 3:
            return 0.0
        least = float(steps.min())
        if steps[0] < steps[1] < steps[2]:
            # It slows down: to what it would come at the cut counts, its scatter taken off.
            number = np.arange(len(steps))
            slope, start = np.polyfit(number, steps, 1)
            scatter = np.sqrt(np.square(steps - slope * number - start).sum() / max(1, len(steps) - 2))
            least = min(least, start - slope - 2 * scatter, 2 * steps[0] - steps[1])
        return float(least - 2 * self.error)

    @property
    def misses(self) -> bool:
        """Whether the step to be expected is clearly missing."""
        return abs(self.across) + _ERRORS * self.across_error < self.share * self.least

    @property
    def lacks(self) -> bool:
        """Whether the step to be expected is probably missing: enough where both clips say so, each by its own way."""
        measured = self.across_error > 0
        return measured and abs(self.across) + 2 * self.across_error < 0.45 * self.least

    @property
    def small(self) -> bool:
        """Whether the step across is small beside what the clip does, one held picture aside."""
        if len(self.steps) < 2:
            return False
        common = float(np.sort(self.steps)[1]) - 2 * self.error
        return abs(self.across) + 2 * self.across_error < 0.5 * common

    @property
    def takes(self) -> bool:
        """Whether a step like the clip's own is clearly taken."""
        largest = float(self.steps[:3].max(initial=0.0))
        surely = self.across - _ERRORS * self.across_error
        return largest > _ERRORS * self.error and 0.5 * largest < surely and self.across < 2.5 * largest

    @property
    def back(self) -> bool:
        """Whether what differs across the cut leads back along the clip's way, as no motion that goes on does."""
        return self.across + _ERRORS * self.across_error < 0


@dataclass(frozen=True, slots=True)
class _Pair:
    """One way of reading, against both clips."""

    before: _Reading
    after: _Reading

    @property
    def doubled(self) -> bool:
        one = (self.before.misses and self.after.small) or (self.after.misses and self.before.small)
        return one or (self.before.lacks and self.after.lacks)

    @property
    def goes_on(self) -> bool:
        # Sizes have no direction: what a re-rendered picture differs by looks like a step to them.
        directed = self.before.across_error > 0
        return (
            directed and (self.before.takes or self.after.takes) and not (self.before.back or self.after.back)
        )


def classify_seam(before: Sequence[Luma], after: Callable[[int], Sequence[Luma]]) -> SeamVerdict:
    """The verdict on pictures of one size, in order, the cut between `before[-1]` and `after(1)[0]`.

    `after(n)` gives the first `n` pictures after the cut, or as many as there are; it is asked for no more than the
    verdict needs.
    """
    earlier, first = shrunk(before), shrunk(after(1))
    reach = range(1, min(REACH, len(before)) + 1)
    repeats = 1 + int(np.argmin([size(first[1][0] - earlier[1][-n]) for n in reach]))
    apart = min(size(first[0][0] - earlier[0][-n]) for n in (1, repeats))
    if apart > TWIN:
        return SeamVerdict(0, f"the pictures at the cut differ by {apart:.1f} levels")
    later = shrunk(after(9 if repeats == 1 else repeats))
    seen = [Scale(*sides) for sides in zip(earlier, later, BLOCKS, strict=True)]
    numbers = _numbers(seen[0])
    if rhythm := _rhythm(seen[1]):
        return _unless_apart(seen, SeamVerdict(None, f"every {_ordinal(rhythm)} picture is held; {numbers}"))
    if repeats > 1:
        return _several(seen, repeats, numbers)
    return _one(seen, numbers)


def plainly_apart(last: Luma, first: Luma) -> SeamVerdict | None:
    """The verdict on a cut that two pictures decide, whatever lies beside them."""
    differ = size(shrunk([last])[0][0] - shrunk([first])[0][0])
    return (
        SeamVerdict(0, f"the pictures at the cut differ by {differ:.1f} levels")
        if differ > _PLAINLY
        else None
    )


def _one(seen: Sequence[Scale], numbers: str) -> SeamVerdict:
    if min(len(seen[0].before), len(seen[0].after)) < 4:
        return SeamVerdict(None, f"a clip is too short to show its motion; {numbers}")
    doubled, goes_on = 0, 0
    for number in _ORDER:
        pairs = _pairs(seen[number])
        doubled += sum(pair.doubled for pair in pairs)
        goes_on += sum(pair.goes_on for pair in pairs)
        if (doubled >= _PLAIN and not goes_on) or (goes_on >= _PLAIN and not doubled):
            break
    if doubled >= _AGREEING and not goes_on:
        if _other_patch(seen[1]):
            return SeamVerdict(0, f"a part of the picture shows something else; {numbers}")
        return SeamVerdict(1, numbers)
    if goes_on >= _AGREEING and not doubled:
        return SeamVerdict(0, f"the motion goes on; {numbers}")
    return _unless_apart(
        seen, SeamVerdict(None, f"hardly anything moves; {numbers}" if _stands(seen[0]) else numbers)
    )


def _stands(full: Scale) -> bool:
    """Whether the pictures of either clip hardly differ."""
    sides = (_steps(full.before[-_STEPS - 1 :]), _steps(full.after[: _STEPS + 1]))
    return any(steps and np.median([size(step) for step in steps]) < 2 * _STILL for steps in sides)


def _unless_apart(seen: Sequence[Scale], doubt: SeamVerdict) -> SeamVerdict:
    """`doubt`, unless the pictures at the cut differ by more than neighbours and re-rendering can explain."""
    if len(seen[0].after) < 2 or _other_patch(seen[1]):
        return SeamVerdict(0, doubt.reason) if len(seen[0].after) > 1 else doubt
    if any(_beside(scale, size) < 0.6 for scale in seen):
        return doubt
    large = size(seen[0].cut) > 3 or size(seen[-1].cut) > 1
    flows = [scale.flow(scale.before[-1]).size for scale in seen]
    moved = flows[1](seen[1].cut) > 0.5 * size(seen[1].cut)
    steps = (_beside(scale, flow) for scale, flow in zip(seen, flows, strict=True))
    return (
        SeamVerdict(0, doubt.reason) if large or (moved and all(0.6 < step < 2 for step in steps)) else doubt
    )


def _beside(scale: Scale, measure: Callable[[Levels], float]) -> float:
    """What the difference across the cut measures, as a share of the most that one of neighbours does."""
    near = (scale.before[-_STEPS - 1 :], scale.after[: _STEPS + 1])
    most = max(measure(one) for side in near for one in _steps(side))
    return measure(scale.cut) / max(most, 1e-6)


def _pairs(scale: Scale) -> list[_Pair]:
    """The readings at one size."""
    before, after = scale.before, scale.after
    cut = scale.cut
    here, there = scale.flow(before[-1]), scale.flow(after[1])
    back = [before[-n] - before[-n - 1] for n in range(1, min(_STEPS, len(before) - 1) + 1)]
    on = [after[n + 1] - after[n] for n in range(min(_STEPS, len(after) - 1))]

    def plain(share: float, measure: Callable[[Levels], float], other: Callable[[Levels], float]) -> _Pair:
        return _Pair(
            _Reading(np.array([measure(step) for step in back]), measure(cut), share),
            _Reading(np.array([other(step) for step in on]), other(cut), share),
        )

    pairs = [plain(0.5, size, size), plain(0.4, here.size, there.size)]
    # Ways told from pictures that have no part in the steps measured along them: noise they shared would count.
    near = (before[-5] - before[-7], after[6] - after[4], 3) if len(before) > 6 and len(after) > 6 else None
    far = (
        (before[-8] + before[-7] - before[-13] - before[-12], after[8] + after[7] - after[5] - after[4], 5)
        if len(before) > 12 and len(after) > 8
        else None
    )
    for way in (near, far):
        if way is None:
            continue
        sides = []
        for flow, change, steps in ((here, way[0], back[: way[2]]), (there, way[1], on[:3])):
            towards = flow.way(change)
            measured = [flow.along(step, towards) for step in steps]
            across, error = flow.along(cut, towards)
            mean_error = float(np.mean([one for _, one in measured]))
            along = np.array([step for step, _ in measured])
            sides.append(_Reading(along, across, 1 / 3, error=mean_error, across_error=error))
        pairs.append(_Pair(*sides))
    return pairs


def _several(seen: Sequence[Scale], repeats: int, numbers: str) -> SeamVerdict:
    """Whether the first pictures after the cut are the last `repeats` before it, and not their neighbours."""
    why = "hardly anything moves" if _stands(seen[0]) else f"{repeats} pictures may be repeated"
    doubt = SeamVerdict(None, f"{why}; {numbers}")
    if len(seen[0].after) < repeats or len(seen[0].before) <= repeats or _other_patch(seen[1], repeats):
        return doubt
    agreeing = 0
    for scale in seen[:3]:
        here, earlier, later = (_apart(scale, repeats, shift) for shift in (0, -1, 1))
        bend = earlier - 2 * here + later
        off = 0.5 * (earlier - later) / bend if bend > 0 else 1.0
        if abs(off) < 0.25 and here < 0.6 * min(earlier, later) and min(earlier, later) > _STILL**2:
            agreeing += 1
        elif abs(off) > 0.35 and here < 0.9 * min(earlier, later):
            return doubt
    return SeamVerdict(repeats, numbers) if agreeing >= _AGREEING else doubt


def _apart(scale: Scale, repeats: int, shift: int) -> float:
    """Motion (mean square) between the first pictures after the cut and the last `repeats`, `shift` further on."""
    flow = scale.flow(scale.before[-repeats])
    pairs = zip(scale.before[len(scale.before) - repeats + shift :], scale.after[:repeats], strict=False)
    return float(np.mean([flow.size(again - once) ** 2 for once, again in pairs]))


def _rhythm(scale: Scale) -> int:
    """How often pictures are held before the cut so that the one after it would be held again; 0 for never.

    Animation on twos does that, and clips whose rate was raised by showing some pictures twice. A step across the
    cut that is far less than those of held pictures is not of their kind.
    """
    before = scale.before
    flow = scale.flow(before[len(before) // 2])
    steps = np.array([flow.size(before[-n] - before[-n - 1]) for n in range(1, len(before))])
    cut = flow.size(scale.cut)
    for every in range(2, 9):
        held = np.zeros(len(steps), bool)
        held[every - 1 :: every] = True
        if held.sum() < 2:
            break
        others = np.sort(steps[~held])
        # On twos and threes the pictures between may be held too, for an encoder's own reasons.
        least = others[0] if every > 3 else others[len(steps) // 6]
        rare = steps[held].max() < min(least, 0.8 * float(np.median(others)))
        if rare and cut > 0.3 * float(np.median(steps[held])):
            return every
    return 0


def _other_patch(scale: Scale, repeats: int = 1) -> bool:
    """Whether some part of the first picture shows something else than its twin, though the rest may be the same."""
    before, after = scale.before, scale.after

    def patches(change: Levels) -> Levels:
        down, across = (n // count for n, count in zip(change.shape, _PATCHES, strict=True))
        part = np.square(change[: down * _PATCHES[0], : across * _PATCHES[1]])
        return np.asarray(np.sqrt(part.reshape(_PATCHES[0], down, _PATCHES[1], across).mean(axis=(1, 3))))

    cut = patches(changed(after[0], before[-repeats]))
    own = np.maximum(patches(before[-1] - before[-2]), patches(after[-1] - after[-2]))
    return bool((cut > np.maximum(_OTHER_PATCH, 2 * own)).any())


def _steps(pictures: Sequence[Levels]) -> list[Levels]:
    return [later - earlier for earlier, later in pairwise(pictures)]


def _numbers(full: Scale) -> str:
    sides = [
        f"{np.median([size(step) for step in steps]):.2f} {where}"
        for steps, where in (
            (_steps(full.before[-_STEPS - 1 :]), "before"),
            (_steps(full.after[: _STEPS + 1]), "after"),
        )
        if steps
    ]
    beside = f", {' and '.join(sides)} it" if sides else ""
    return f"pictures differ by {size(full.cut):.2f} levels across the cut{beside}"


def _ordinal(number: int) -> str:
    return {2: "2nd", 3: "3rd"}.get(number, f"{number}th")

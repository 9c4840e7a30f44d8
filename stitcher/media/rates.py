"""Frame rate detection: the exact rate behind time stamps that a container has rounded to its ticks. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise

STANDARD = tuple(
    Fraction(number, under)
    for number, under in (
        (24, 1), (24000, 1001), (25, 1), (30, 1), (30000, 1001), (60, 1), (60000, 1001), (50, 1), (48, 1),
        (48000, 1001), (12, 1), (15, 1), (16, 1), (10, 1), (8, 1), (5, 1), (6, 1), (18, 1), (20, 1), (90, 1),
        (100, 1), (120, 1), (120000, 1001), (72, 1), (75, 1), (144, 1), (240, 1), (240000, 1001), (1, 1),
    )
)  # fmt: skip
_NEAR = Fraction(1, 20_000)
_MILLISECOND = Fraction(1, 1000)
_FINE = Fraction(1, 10_000)
"""Seconds a tick lasts at most for milliseconds to be told from other times in it."""


def is_rate_of(pts: Sequence[int], time_base: Fraction, rate: Fraction) -> bool:
    """Whether every time stamp is the nearest tick of n / rate, for one start between the ticks."""
    ticks = 1 / (rate * time_base)
    over, under = ticks.numerator, ticks.denominator
    lowest = highest = pts[0] * under
    for number, stamp in enumerate(pts):
        start = stamp * under - number * over
        lowest, highest = min(lowest, start), max(highest, start)
        if highest - lowest >= under:
            return False
    return True


def constant_rate(
    pts: Sequence[int], time_base: Fraction, declared: Iterable[Fraction | None] = ()
) -> Fraction | None:
    """The rate of time stamps in display order, or `None` when they are not those of a constant rate.

    Coarse ticks of a short file may fit several rates; then what the file declares decides, then how usual
    the rate is. Times that were rounded to milliseconds before, as in Matroska rewrapped as MP4, are those of a usual
    rate or of none. One picture alone has the declared rate or none.
    """
    plausible = [rate for rate in declared if rate is not None and 0 < rate <= 1000]
    if len(pts) < 2:
        return plausible[0] if plausible else None
    step = pts[1] - pts[0]
    even = step > 0 and all(later - earlier == step for earlier, later in pairwise(pts))
    exact = 1 / (step * time_base) if even else None
    # A container that stores a frame's length in rounded ticks declares 19001/317 for 60000/1001.
    candidates = [usual for rate in plausible for usual in STANDARD if abs(usual - rate) <= rate * _NEAR]
    if exact is not None and exact in STANDARD:
        candidates.append(exact)
    candidates += [*plausible, *STANDARD]
    for rate in candidates:
        if is_rate_of(pts, time_base, rate):
            return rate
    if exact is None and (rounded := _in_milliseconds(pts, time_base)):
        # What such a file declares may be its own frames counted: no better known than they are.
        usual = [rate for rate in candidates if rate in STANDARD]
        return next((rate for rate in usual if is_rate_of(rounded, _MILLISECOND, rate)), None)
    return exact


def _in_milliseconds(pts: Sequence[int], time_base: Fraction) -> list[int] | None:
    """The time stamps in whole milliseconds from the first on, where finer ticks hold nothing but those."""
    if time_base > _FINE:
        return None
    ticks = _MILLISECOND / time_base
    over, under = ticks.numerator, ticks.denominator
    rounded = []
    for stamp in pts:
        since = (stamp - pts[0]) * under
        nearest = (2 * since + over) // (2 * over)
        # Both this one and the first were rounded to ticks.
        if abs(since - nearest * over) > under:
            return None
        rounded.append(nearest)
    return rounded


def average_rate(pts: Sequence[int], durations: Sequence[int], time_base: Fraction) -> Fraction | None:
    """Frames over the time they are shown, by time stamps, or by what packets say where there is one; else `None`."""
    if len(pts) > 1 and pts[-1] > pts[0]:
        return Fraction(len(pts) - 1) / ((pts[-1] - pts[0]) * time_base)
    return 1 / (longest * time_base) if (longest := max(durations)) else None

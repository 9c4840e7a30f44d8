"""The exact frame rate behind time stamps that a container has rounded to its ticks. Pure."""

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
    the rate is. One picture alone has the declared rate or none.
    """
    told = [rate for rate in declared if rate is not None and 0 < rate <= 1000]
    if len(pts) < 2:
        return told[0] if told else None
    step = pts[1] - pts[0]
    even = step > 0 and all(later - earlier == step for earlier, later in pairwise(pts))
    exact = 1 / (step * time_base) if even else None
    # A container that stores a frame's length in rounded ticks declares 19001/317 for 60000/1001.
    candidates = [usual for rate in told for usual in STANDARD if abs(usual - rate) <= rate * _NEAR]
    if exact is not None and exact in STANDARD:
        candidates.append(exact)
    candidates += [*told, *STANDARD]
    for rate in candidates:
        if is_rate_of(pts, time_base, rate):
            return rate
    return exact

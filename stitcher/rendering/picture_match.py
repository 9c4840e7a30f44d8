"""Matches an encoded picture to the source frame it shows. Pure: compares samples of luma taken at the same places.

Absolute likeness says little: a picture that was tone-mapped, padded or coded coarsely differs from its source, and
from every other picture of it. So the planned picture is held against its neighbours. It is only called wrong where
another one fits plainly better, which no change of levels, no noise and no still scene brings about.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Luma = NDArray[np.float32]

_PLAINLY = 3.0
"""How many times the mean square difference of the planned picture is that of one that is shown instead."""
_COARSE = 1.0
"""Squared levels that coding alone makes of nothing."""
_JUDGED = 0.75
"""Share of the samples that is judged: those that some candidate explains best. Text laid over a picture explains
itself by none."""
_ROUNDS = 3
_FLAT = 1e-6


def differences(picture: Luma, candidates: Mapping[int, Luma]) -> dict[int, float]:
    """The mean square difference of a picture to each candidate, once their levels are fitted to each other."""
    judged = np.full(picture.shape, True)
    apart: dict[int, Luma] = {}
    for _ in range(_ROUNDS):
        # What is laid over the picture would spoil the fit, so it is left out of the next one.
        apart = {
            number: np.square(picture - _fitted(picture, each, judged)) for number, each in candidates.items()
        }
        best = np.minimum.reduce(list(apart.values()))
        judged = best <= np.quantile(best, _JUDGED)
    return {number: float(squares[judged].mean()) for number, squares in apart.items()}


def is_plain(errors: Mapping[int, float], planned: int) -> bool:
    """Whether the planned picture is like enough, or unlike others enough, that no further candidate is needed."""
    others = [value for number, value in errors.items() if number != planned]
    return errors[planned] <= _COARSE or (bool(others) and _PLAINLY * errors[planned] <= min(others))


def shown_instead(
    errors: Mapping[int, float], planned: int, *, slack: float = 0.0, near: int = 0
) -> int | None:
    """The picture that is shown where another was planned; `None` where nothing plainly speaks against that one.

    `slack` is what `errors` may be off by because places are not known exactly. Pictures up to `near` away count as the
    planned one, for those that are blended from neighbours.
    """
    best = min(errors, key=lambda number: (errors[number], abs(number - planned)))
    allowed = min(value for number, value in errors.items() if abs(number - planned) <= near)
    return best if allowed > _PLAINLY * errors[best] + _COARSE + slack else None


def _fitted(other: Luma, picture: Luma, judged: NDArray[np.bool_]) -> Luma:
    """A picture with its contrast and brightness brought to those of another, as the judged samples have them."""
    level, aim = float(picture[judged].mean()), float(other[judged].mean())
    from_level = picture - level
    spread = float(np.square(from_level[judged]).mean())
    contrast = float((from_level[judged] * (other[judged] - aim)).mean()) / spread if spread > _FLAT else 0.0
    fitted: Luma = max(0.0, contrast) * from_level + aim
    return fitted

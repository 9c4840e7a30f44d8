"""Where in a shot things move and detail is, and the window that shows most of it. Pure.

Detail is how much luma changes from pixel to pixel, motion how much from one sample to the next. Both are added up by
columns and by rows, so that a window of any shape can be placed. A window that stands is preferred: one moves only
where what it follows would otherwise be lost, and then slowly, without going back and forth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Luma = NDArray[np.uint8]
Shares = NDArray[np.float64]

COLUMNS, ROWS = 64, 36
"""Into how many parts the width and the height of a picture are divided."""
SAMPLES_A_SECOND = 4

_GRAIN = 6.0
"""Differences of luma up to this are noise and coding."""
_MOVING = 0.4
"""Mean level of motion from which on it counts in full."""
_MOTION = 4.0
"""How many times as much motion counts as detail."""
_PLACES = 49
"""Places of a window that are tried."""
_FASTEST = 0.3
"""Share of the picture's side that a window goes in a second at most."""
_GAIN = 0.12
"""Share of all that is to be seen which a window must show more to move."""
_LEAST_WAY = 0.08
"""Share of the picture's side below which a way is none."""
_PULL = 0.03
"""How much the middle is preferred where nothing speaks for another place."""
_INERTIA = 0.6
"""What going over the whole side costs, in shares of what is to be seen."""


@dataclass(frozen=True, slots=True)
class Attention:
    """How much there is to be seen in one sample of a shot, by parts of its width and its height; each sums to 1."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]

    def along(self, axis: int) -> tuple[float, ...]:
        """Across (0) or down (1)."""
        return self.rows if axis else self.columns


def attentions(pictures: Sequence[Luma]) -> tuple[Attention, ...]:
    """What is to be seen in pictures of one shot, in order."""
    levels = [picture.astype(np.float64) for picture in pictures]
    found = []
    for number, level in enumerate(levels):
        near = [levels[other] for other in (number - 1, number + 1) if 0 <= other < len(levels)]
        moved = [np.clip(np.abs(level - other) - _GRAIN, 0, None) for other in near]
        motion = sum(moved, np.zeros_like(level)) / max(1, len(moved))
        weight = _MOTION * min(1.0, float(motion.mean()) / _MOVING)
        whole = _shares(_detail(level)) + weight * _shares(motion)
        found.append(Attention(_parts(whole, 1, COLUMNS), _parts(whole, 0, ROWS)))
    return tuple(found)


def _detail(level: Shares) -> Shares:
    across = np.abs(np.diff(level, axis=1, append=level[:, -1:]))
    down = np.abs(np.diff(level, axis=0, append=level[-1:]))
    return np.asarray(np.clip(across + down - _GRAIN, 0, None))


def _shares(values: Shares) -> Shares:
    total = float(values.sum())
    return values / total if total > 0 else np.full_like(values, 1 / values.size)


def _parts(whole: Shares, axis: int, count: int) -> tuple[float, ...]:
    line = whole.sum(axis=1 - axis)
    sums = [float(part.sum()) for part in np.array_split(line, count)]
    return tuple(value / sum(sums) for value in sums)


def window_path(profiles: Sequence[Sequence[float]], window: float, seconds: float) -> tuple[float, ...]:
    """The middle of a window in each sample, as shares of the side: the same in all where it stands.

    `profiles` say how much there is to be seen along the side, sample by sample, `seconds` apart; `window` is how much
    of the side the window shows.
    """
    centres = np.linspace(window / 2, 1 - window / 2, _PLACES)
    scores = np.array([_scores(np.asarray(profile), centres, window) for profile in profiles])
    scores -= _PULL * np.abs(centres - 0.5)
    standing = int(scores.mean(axis=0).argmax())
    still = (float(centres[standing]),) * len(profiles)
    if len(profiles) < 3:
        return still
    way = _way(scores, centres, seconds)
    gain = scores[np.arange(len(way)), way].mean() - scores[:, standing].mean()
    path = _smooth(centres[way], seconds)
    return still if gain < _GAIN or np.ptp(path) < _LEAST_WAY else tuple(map(float, path))


def _scores(profile: Shares, centres: Shares, window: float) -> Shares:
    """What a window at each of the centres shows, what is at its edges counted half."""
    places = (np.arange(len(profile)) + 0.5) / len(profile)
    away = np.abs(places[None, :] - centres[:, None]) / (window / 2)
    seen = np.where(away <= 1, np.clip(1.5 - away, 0, 1), 0.0)
    return np.asarray(seen @ profile)


def _way(scores: Shares, centres: Shares, seconds: float) -> NDArray[np.intp]:
    """The best place in each sample, where going costs and is not done faster than it may be."""
    apart = np.abs(centres[None, :] - centres[:, None])
    cost = np.where(apart <= _FASTEST * seconds + 1e-9, _INERTIA * apart, np.inf)
    total, came = scores[0], []
    for score in scores[1:]:
        reached = total[None, :] - cost
        came.append(reached.argmax(axis=1))
        total = reached.max(axis=1) + score
    way = [int(total.argmax())]
    for before in reversed(came):
        way.append(int(before[way[-1]]))
    return np.array(way[::-1])


def _smooth(path: Shares, seconds: float) -> Shares:
    """The path without corners: averaged over about a second and a half."""
    reach = max(1, round(1.5 / seconds))
    weights = np.exp(-np.square(np.arange(-reach, reach + 1) * seconds / 0.5) / 2)
    padded = np.pad(path, reach, mode="edge")
    return np.asarray(np.convolve(padded, weights / weights.sum(), mode="valid"))

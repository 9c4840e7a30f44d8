"""When to poll tasks. Pure: `Watch` is told the time and says what is due.

A task that a look says nothing about is looked at less and less often, and for a day and more: an outage of the
service or of the network here costs time, never a task.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from stitcher.errors import ProviderUnavailable
from stitcher.generation.provider import Task, has_ended

_HOURLY = 32
"""Looks of two minutes and some jitter, about as many as make an hour."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often, in seconds."""

    interval_s: float = 6.0
    """Least time between two looks at one task; jitter only ever adds to it."""
    jitter: float = 0.25
    """At most this much of the wait is added, so that tasks begun together drift apart."""
    slowest_s: float = 120.0
    """Longest wait while looks fail."""
    patience_s: float = 48 * 3600.0
    """After so long without one usable answer the looking ends."""


@dataclass(slots=True)
class _Watched:
    due: float
    heard: float
    misses: int = 0


@dataclass(slots=True)
class Watch:
    """Which tasks are due for a look. Times are of one monotonic clock, in seconds."""

    pace: Pace = Pace()
    jitter: Callable[[], float] = random.random
    """From 0 to 1."""
    _tasks: dict[str, _Watched] = field(default_factory=dict)

    def add(self, task_id: str, now: float, *, at_once: bool = False) -> None:
        """Watch a task: from one interval on, or `at_once` when it was made some time ago."""
        self._tasks[task_id] = _Watched(now if at_once else now + self._stretched(self.pace.interval_s), now)

    def drop(self, task_id: str) -> None:
        """Watch it no more; unknown ids are no error."""
        self._tasks.pop(task_id, None)

    def __len__(self) -> int:
        return len(self._tasks)

    def due(self, now: float) -> tuple[str, ...]:
        """Tasks to look at now, the longest waiting first."""
        ready = [(watched.due, task_id) for task_id, watched in self._tasks.items() if watched.due <= now]
        return tuple(task_id for _, task_id in sorted(ready))

    def wait_s(self, now: float) -> float | None:
        """Seconds until something is due, 0 when something is; `None` when nothing is watched."""
        if not self._tasks:
            return None
        return max(0.0, min(watched.due for watched in self._tasks.values()) - now)

    def heard(self, task: Task, now: float) -> None:
        """A look gave an answer: watch on, or no more when the task has ended."""
        if has_ended(task):
            self.drop(task.task_id)
            return
        watched = self._tasks[task.task_id]
        watched.misses, watched.heard = 0, now
        watched.due = now + self._stretched(self.pace.interval_s)

    def to_be_told(self, task_id: str) -> bool:
        """Whether a look that gave no answer is to be spoken of: the first, then ever rarer ones, then one an hour."""
        misses = self._tasks[task_id].misses
        return misses & (misses - 1) == 0 if misses < _HOURLY else misses % _HOURLY == 0

    def silence_s(self, task_id: str, now: float) -> float:
        """For how long nothing was heard of a task."""
        return now - self._tasks[task_id].heard

    def missed(self, task_id: str, now: float) -> bool:
        """A look gave no usable answer: wait longer than before. False when patience has run out."""
        watched = self._tasks[task_id]
        watched.misses += 1
        # The exponent is bounded: a day of misses would overflow a float.
        wait = min(self.pace.slowest_s, self.pace.interval_s * 2.0 ** min(watched.misses, 16))
        watched.due = now + self._stretched(max(wait, self.pace.interval_s))
        return now - watched.heard <= self.pace.patience_s

    def _stretched(self, wait: float) -> float:
        return wait * (1 + self.pace.jitter * min(1.0, max(0.0, self.jitter())))


def given_up(what: str, pace: Pace, last: ProviderUnavailable) -> ProviderUnavailable:
    """That patience has run out, and what follows from it."""
    return ProviderUnavailable(
        f"Nothing was heard of {what} for {pace.patience_s / 3600:.0f} hours. It is not lost, and nothing is bought "
        f"again: run the same again to go on looking. The last attempt said: {last}"
    )

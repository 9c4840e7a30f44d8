"""One task looked at until it has ended, at the pace that runs keep."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from stitcher.errors import Interrupted, ProviderUnavailable
from stitcher.generation.provider import Ended, Task, has_ended
from stitcher.generation.runway.poll import Pace, Watch, given_up


def follow(
    task_id: str,
    look: Callable[[str], Task],
    *,
    pace: Pace | None = None,
    on_task: Callable[[Task], None] | None = None,
    stop: Callable[[], bool] | None = None,
    at_once: bool = False,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
    jitter: Callable[[], float] = random.random,
) -> Ended:
    """Look at one task until it has ended, and return how.

    `on_task` is called with every answer. Raises `Interrupted` when `stop` says so (the task goes on at the
    service), `ProviderUnavailable` when patience has run out, and `ProviderConfig` when the key is refused.
    """
    watch = Watch(pace or Pace(), jitter)
    watch.add(task_id, clock(), at_once=at_once)
    while True:
        while (wait := watch.wait_s(clock())) is not None and wait > 0:
            _halt(stop, task_id)
            # In slices, so that `stop` is noticed within a second.
            sleep(min(wait, 1.0) if stop is not None else wait)
        _halt(stop, task_id)
        try:
            task = look(task_id)
        except ProviderUnavailable as exc:
            if not watch.missed(task_id, clock()):
                raise given_up(f"task {task_id}", watch.pace, exc) from exc
            continue
        if on_task is not None:
            on_task(task)
        if has_ended(task):
            return task
        watch.heard(task, clock())


def _halt(stop: Callable[[], bool] | None, task_id: str) -> None:
    if stop is not None and stop():
        raise Interrupted(
            f"Stopped looking at task {task_id}; it goes on at the service. Run the same again to go on."
        )

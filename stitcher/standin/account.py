"""The stand-in's account: tasks and how they go on with time, slots, money, and a record of every create.

No network here. Time comes from the clock that is given; nothing runs in the background: whoever asks first
brings the account up to date.
"""

from __future__ import annotations

import hashlib
import json
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeAlias

from stitcher.standin.faults import Fault
from stitcher.standin.pricing import charged_for_failure
from stitcher.standin.rules import Modality, Refusal, modality

Word: TypeAlias = Literal["PENDING", "THROTTLED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"]

_NO_CREDITS = "You do not have enough credits to run this task."
_DAILY = "You have reached your daily task limit for this model. Please try again later."
_NOT_FOUND = "Could not find Task"


def body_sha256(endpoint: str, body: Mapping[str, object]) -> str:
    """What tells one request from another: the endpoint and the canonical JSON of the body."""
    text = json.dumps([endpoint, body], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Create:
    """One POST that could have made a task, whatever became of it."""

    endpoint: str
    body: Mapping[str, object]
    body_sha256: str
    resend: int
    """What the SDK says of itself in `x-stainless-retry-count`; 0 for a first sending."""
    task_id: str | None
    """The task it made, also when the answer never left; `None` when it was refused."""
    price: int
    """Credits taken when it was made; 0 when it was refused."""


@dataclass(slots=True)
class ServedTask:
    """A task as the server knows it."""

    id: str
    endpoint: str
    body: Mapping[str, object]
    price: int
    created_at: datetime
    pool: Modality
    born: float
    hold_until: float
    fate: Fault | None
    inputs: Mapping[str, Path]
    started: float | None = None
    ended: float | None = None
    charged: int = 0
    word: Word | None = None
    """The last word on it, once it has ended."""
    failure: str = ""
    code: str | None = None
    deleted: bool = False
    output: Path | None = None
    maker: threading.Thread | None = None


@dataclass(frozen=True, slots=True)
class TaskTimes:
    """How long tasks take, in seconds at speed 1."""

    pending_s: float = 2.0
    running_s: float = 20.0
    speed: float = 1.0


class Books:
    """The account. Every public method is safe for threads."""

    def __init__(
        self,
        *,
        credits_bought: int,
        concurrent: Mapping[Modality, int | None],
        daily: Mapping[Modality, int | None],
        pace: TaskTimes,
        clock: Callable[[], float],
    ) -> None:
        self._lock = threading.RLock()
        self._clock = clock
        self._pace = pace
        self._concurrent = dict(concurrent)
        self._daily = dict(daily)
        self._bought = credits_bought
        self._tasks: dict[str, ServedTask] = {}
        self._creates: list[Create] = []
        self._booked_today: Counter[str] = Counter()
        self._leaks: list[str] = []

    @property
    def creates(self) -> tuple[Create, ...]:
        """Every create that arrived, in order."""
        with self._lock:
            return tuple(self._creates)

    @property
    def arrived(self) -> Counter[str]:
        """How often each body arrived, by `body_sha256`, refused ones too."""
        return Counter(create.body_sha256 for create in self.creates)

    @property
    def booked(self) -> Counter[str]:
        """How many tasks each body has made, by `body_sha256`: above 1 somebody paid twice."""
        return Counter(create.body_sha256 for create in self.creates if create.task_id is not None)

    @property
    def tasks(self) -> tuple[ServedTask, ...]:
        """Every task ever made, deleted ones too."""
        with self._lock:
            self._advance(self._clock())
            return tuple(self._tasks.values())

    @property
    def charged(self) -> int:
        """Credits taken and not given back."""
        return sum(task.charged for task in self.tasks)

    @property
    def balance(self) -> int:
        """Credits left."""
        return self._bought - self.charged

    @property
    def leaks(self) -> tuple[str, ...]:
        """Places that were sent the API key and had no business with it."""
        with self._lock:
            return tuple(self._leaks)

    def note_leak(self, place: str) -> None:
        """Record that the key came along to `place`."""
        with self._lock:
            self._leaks.append(place)

    def grant(self, credits_added: int) -> None:
        """Buy (or, negative, take away) credits."""
        with self._lock:
            self._bought += credits_added

    def refuse(self, endpoint: str, body: Mapping[str, object], resend: int) -> None:
        """Record a create that made nothing."""
        with self._lock:
            self._creates.append(Create(endpoint, body, body_sha256(endpoint, body), resend, None, 0))

    def book(
        self,
        endpoint: str,
        body: Mapping[str, object],
        *,
        price: int,
        resend: int,
        fate: Fault | None,
        inputs: Mapping[str, Path],
    ) -> ServedTask:
        """Make a task and take the money. Raises `Refusal` at the daily limit and without credits."""
        pool = modality(endpoint)
        model = str(body.get("model", endpoint))
        with self._lock:
            now = self._clock()
            self._advance(now)
            cap = self._daily.get(pool)
            if cap is not None and self._booked_today[model] >= cap:
                raise Refusal(429, _DAILY)
            if price > self.balance:
                raise Refusal(400, _NO_CREDITS)
            held = fate.seconds / self._pace.speed if fate and fate.what == "throttled" else 0.0
            task = ServedTask(
                id=str(uuid.uuid4()),
                endpoint=endpoint,
                body=body,
                price=price,
                created_at=datetime.now(UTC),
                pool=pool,
                born=now,
                hold_until=now + held,
                fate=fate,
                inputs=inputs,
                charged=price,
            )
            self._tasks[task.id] = task
            self._booked_today[model] += 1
            self._creates.append(Create(endpoint, body, body_sha256(endpoint, body), resend, task.id, price))
            self._fill(now)
            return task

    def find(self, task_id: str) -> ServedTask:
        """The task, brought up to date. Raises `Refusal` 404."""
        with self._lock:
            self._advance(self._clock())
            task = self._tasks.get(task_id)
            if task is None or task.deleted:
                raise Refusal(404, _NOT_FOUND)
            return task

    def word(self, task: ServedTask) -> tuple[Word, float]:
        """The status and, for RUNNING, the progress from 0 to 1."""
        with self._lock:
            now = self._clock()
            self._advance(now)
            if task.word is not None:
                return task.word, 1.0
            if task.started is None:
                return "THROTTLED", 0.0
            since = (now - task.started) * self._pace.speed - self._pace.pending_s
            if since < 0:
                return "PENDING", 0.0
            return "RUNNING", min(0.99, since / max(self._pace.running_s, 1e-9))

    def cannot_make(self, task: ServedTask, reason: str) -> None:
        """End a task whose media could not be made as failed, free of charge."""
        with self._lock:
            task.word, task.code, task.failure, task.charged = "FAILED", "INTERNAL", reason, 0

    def delete(self, task_id: str) -> None:
        """Cancel or erase a task: refunded if it had not begun. Raises `Refusal` 404."""
        with self._lock:
            task = self.find(task_id)
            word, _ = self.word(task)
            if word in ("PENDING", "THROTTLED"):
                task.charged = 0
            if task.word is None:
                task.word = "CANCELLED"
                task.ended = self._clock()
            task.deleted = True
            self._fill(self._clock())

    def organization(self, models: Mapping[str, Modality]) -> dict[str, object]:
        """The reply of GET /v1/organization for these models."""
        with self._lock:
            return {
                "creditBalance": self.balance,
                "tier": {
                    "maxMonthlyCreditSpend": 200_000,
                    "models": {
                        model: {
                            "maxConcurrentGenerations": self._concurrent.get(pool),
                            "maxDailyGenerations": self._daily.get(pool),
                        }
                        for model, pool in models.items()
                    },
                },
                "usage": {
                    "models": {model: {"dailyGenerations": self._booked_today[model]} for model in models}
                },
            }

    def usage(self) -> dict[str, object]:
        """The reply of POST /v1/organization/usage for all there is."""
        spent: dict[str, Counter[str]] = {}
        for task in self.tasks:
            day = spent.setdefault(task.created_at.date().isoformat(), Counter())
            day[str(task.body.get("model", task.endpoint))] += task.charged
        return {
            "models": sorted({model for day in spent.values() for model in day}),
            "results": [
                {
                    "date": day,
                    "usedCredits": [{"model": model, "amount": amount} for model, amount in amounts.items()],
                }
                for day, amounts in sorted(spent.items())
            ],
            "resultsByApiKey": [],
        }

    def _advance(self, now: float) -> None:
        lasts = (self._pace.pending_s + self._pace.running_s) / self._pace.speed
        while True:
            open_tasks = [task for task in self._tasks.values() if task.word is None]
            ends = [task.started + lasts for task in open_tasks if task.started is not None]
            starts = [task.hold_until for task in open_tasks if task.started is None]
            due = min((when for when in ends if when <= now), default=None)
            if due is None:
                # A slot that became free earlier was filled then; only a hold can end in between.
                for when in sorted(start for start in starts if start <= now):
                    self._fill(when)
                return
            for when in sorted(start for start in starts if start < due):
                self._fill(when)
            for task in open_tasks:
                if task.started is not None and task.started + lasts <= due:
                    self._end(task, task.started + lasts)
            self._fill(due)

    def _fill(self, now: float) -> None:
        for pool in ("video", "image", "audio"):
            mine = [task for task in self._tasks.values() if task.pool == pool and task.word is None]
            slots = self._concurrent.get(pool)
            busy = sum(task.started is not None for task in mine)
            for task in mine:
                if task.started is None and task.hold_until <= now and (slots is None or busy < slots):
                    task.started = now
                    busy += 1

    def _end(self, task: ServedTask, when: float) -> None:
        task.ended = when
        fate = task.fate
        match fate.what if fate is not None else "":
            case "fails" if fate is not None:
                task.word = "FAILED"
                task.code = fate.code
                task.failure = fate.text or "An unexpected error occurred."
                task.charged = charged_for_failure(fate.code, task.price) if fate.cost is None else fate.cost
            case "costs" if fate is not None and fate.cost is not None:
                task.word = "SUCCEEDED"
                task.charged = fate.cost
            case "cancelled":
                task.word = "CANCELLED"
            case "vanishes":
                task.word = "CANCELLED"
                task.deleted = True
            case _:
                task.word = "SUCCEEDED"

"""When tasks are looked at, on a clock that only moves when somebody sleeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stitcher.errors import Interrupted, ProviderConfig, ProviderUnavailable
from stitcher.generation.provider import Failed, Gone, Pending, Running, Succeeded, Task
from stitcher.generation.runway.poll import Pace, Watch
from tests.generation.following import follow
from tests.standin_kit import Clock

DONE = Succeeded("t", ("https://example.com/a",), 25)
DOWN = ProviderUnavailable("down")


class Service:
    """Answers looks from a list, and notes when they came."""

    def __init__(self, clock: Clock, answers: Iterable[Task | Exception]) -> None:
        self._clock = clock
        self._answers: Iterator[Task | Exception] = iter(answers)
        self.times: list[float] = []

    def look(self, task_id: str) -> Task:
        self.times.append(self._clock() - 1000)
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return answer


def run(clock: Clock, service: Service, pace: Pace | None = None, jitter: float = 0.0) -> Task:
    return follow(
        "t", service.look, pace=pace or Pace(), clock=clock, sleep=clock.sleep, jitter=lambda: jitter
    )


def test_looks_come_at_the_interval(clock: Clock) -> None:
    service = Service(clock, [Pending("t"), Running("t", None), DONE])
    assert run(clock, service) == DONE
    assert service.times == [6, 12, 18]


def test_jitter_only_ever_adds(clock: Clock) -> None:
    service = Service(clock, [Pending("t"), DONE])
    run(clock, service, jitter=1.0)
    assert service.times == [7.5, 15]


@pytest.mark.parametrize("ended", [DONE, Failed("t", None, "", 0), Gone("t")], ids=lambda task: task.status)
def test_every_end_ends_it(ended: Task, clock: Clock) -> None:
    assert run(clock, Service(clock, [ended])) is ended


def test_failed_looks_wait_longer_and_a_good_one_resets(clock: Clock) -> None:
    service = Service(clock, [DOWN, DOWN, DOWN, Pending("t"), DOWN, DONE])
    run(clock, service)
    assert service.times == [6, 18, 42, 90, 96, 108]


def test_a_day_without_the_service_is_survived(clock: Clock) -> None:
    def answers() -> Iterator[Task | Exception]:
        while clock() < 1000 + 24 * 3600:
            yield DOWN
        yield DONE

    service = Service(clock, answers())
    assert run(clock, service) == DONE
    assert len(service.times) < 1000


def test_patience_ends_and_says_that_nothing_is_lost(clock: Clock) -> None:
    def answers() -> Iterator[Exception]:
        while True:
            yield DOWN

    with pytest.raises(ProviderUnavailable, match=r"48 hours.*run the same again"):
        run(clock, Service(clock, answers()))


def test_a_refused_key_ends_it_at_once(clock: Clock) -> None:
    with pytest.raises(ProviderConfig):
        run(clock, Service(clock, [ProviderConfig("no")]))


def test_it_stops_within_a_second_when_asked(clock: Clock) -> None:
    with pytest.raises(Interrupted, match="goes on at the service"):
        follow(
            "t",
            Service(clock, []).look,
            clock=clock,
            sleep=clock.sleep,
            stop=lambda: clock() >= 1002,
        )
    assert clock() <= 1003


def test_a_task_made_earlier_is_looked_at_at_once(clock: Clock) -> None:
    service = Service(clock, [DONE])
    follow("t", service.look, clock=clock, sleep=clock.sleep, at_once=True)
    assert service.times == [0]


def test_every_answer_is_reported(clock: Clock) -> None:
    seen: list[str] = []
    service = Service(clock, [Pending("t"), DOWN, DONE])
    follow("t", service.look, on_task=lambda task: seen.append(task.status), clock=clock, sleep=clock.sleep)
    assert seen == ["pending", "succeeded"]


def test_several_tasks_are_due_in_turn() -> None:
    watch = Watch(Pace(), lambda: 0.0)
    watch.add("a", 0.0)
    watch.add("b", 2.0)
    assert watch.wait_s(2.0) == 4.0
    assert watch.due(5.9) == ()
    assert watch.due(9.0) == ("a", "b")
    watch.heard(Pending("a"), 9.0)
    watch.heard(Succeeded("b", ("x",), 1), 9.0)
    assert (watch.due(14.9), watch.due(15.0), len(watch)) == ((), ("a",), 1)
    watch.drop("a")
    assert watch.wait_s(15.0) is None


@settings(deadline=None, max_examples=60)
@given(
    events=st.lists(st.tuples(st.booleans(), st.floats(0, 30)), max_size=40),
    jitter=st.floats(0, 1),
)
def test_two_looks_are_never_nearer_than_the_interval(
    events: list[tuple[bool, float]], jitter: float
) -> None:
    watch = Watch(Pace(), lambda: jitter)
    now = last = 0.0
    watch.add("t", now)
    for good, late in events:
        wait = watch.wait_s(now)
        assert wait is not None
        now += wait + late
        assert watch.due(now + 1e-6) == ("t",)
        assert now - last >= 6.0 - 1e-6
        last = now
        if good:
            watch.heard(Pending("t"), now)
        else:
            watch.missed("t", now)

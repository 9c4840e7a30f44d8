"""How far a call is: told from one thread, as a share of the whole that never falls."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from stitcher.rendering.progress import LOOK, FilmShare, Step, Told, telling


def _told(tell: Callable[[Told], object]) -> list[Step]:
    steps: list[Step] = []
    with telling(steps.append) as told:
        assert told is not None
        tell(told)
    return steps


def _shares(tell: Callable[[Told], object]) -> list[float]:
    return [step.share for step in _told(tell)]


def test_whoever_tells_one_thread_calls_back() -> None:
    callers: list[int] = []
    with telling(lambda step: callers.append(threading.get_ident())) as told, ThreadPoolExecutor(8) as pool:
        assert told is not None
        list(pool.map(told, [Step("encode", done, 40, share=done / 40) for done in range(41)]))
    assert len(set(callers)) == 1
    assert threading.get_ident() not in callers


def test_a_step_has_been_heard_when_it_was_told() -> None:
    heard: list[int] = []
    with telling(lambda step: heard.append(step.done)) as told:
        assert told is not None
        for done in range(1, 4):
            told(Step("encode", done, 3, share=done / 3))
            assert heard[-1] == done


def test_what_the_callback_raises_ends_the_work_that_told() -> None:
    def refuse(step: Step) -> None:
        raise LookupError("enough")

    with telling(refuse) as told:
        assert told is not None
        with pytest.raises(LookupError, match="enough"):
            told(Step("encode", 1, 2))


def test_the_share_never_falls() -> None:
    def tell(told: Told) -> None:
        for share in (0.1, 0.4, 0.2, 0.5, 2.0):
            told(Step("encode", 1, 1, share=share))

    assert _shares(tell) == [0.1, 0.4, 0.4, 0.5, 1.0]


def test_a_part_of_a_call_fills_its_part_of_the_whole() -> None:
    def tell(told: Told) -> None:
        told.looked(5, 10, "files")
        films = told.part(LOOK, 1)
        for film in (1, 2):
            films.of_film(film, 2)(Step("encode", 1, 1, share=1))

    steps = _told(tell)
    assert [step.share for step in steps] == pytest.approx([LOOK / 2, LOOK + (1 - LOOK) / 2, 1])
    assert [(step.film, step.films) for step in steps] == [(1, 1), (1, 2), (2, 2)]


def test_a_call_within_a_call_tells_the_outer_one() -> None:
    def tell(told: Told) -> None:
        with telling(told) as inner:
            assert inner is told

    assert _told(tell) == []


def test_stages_count_by_their_weights_side_by_side() -> None:
    steps: list[Step] = []
    tell = FilmShare({"encode": 6, "sound": 2, "mux": 2, "titles": 0}, steps.append)
    for stage, done in (("encode", 5), ("sound", 10), ("encode", 10), ("mux", 10)):
        tell(Step(stage, done, 10))  # type: ignore[arg-type]  # a table of plain words
    assert [step.share for step in steps] == pytest.approx([0.3, 0.5, 0.8, 1])


def test_steps_that_say_next_to_nothing_are_left_out_but_never_the_last() -> None:
    def tell(told: Told) -> None:
        for done in range(100_001):
            if done % 10 == 0:
                told(Step("encode", done, 100_000, share=done / 100_000))

    steps = _told(tell)
    assert len(steps) <= 1_001
    assert steps[-1].done == 100_000

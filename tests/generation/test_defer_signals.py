"""Signals wait while money changes hands, and are heard afterwards."""

from __future__ import annotations

import signal
import threading
from types import FrameType

import pytest

from stitcher.generation.defer_signals import signals_deferred


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_waits_until_the_end_and_is_then_heard_once(number: signal.Signals) -> None:
    heard: list[int] = []

    def hear(number: int, frame: FrameType | None) -> None:
        heard.append(number)

    before = signal.signal(number, hear)
    try:
        with signals_deferred():
            signal.raise_signal(number)
            assert heard == []
        assert heard == [number]
        signal.raise_signal(number)
        assert heard == [number, number]
    finally:
        signal.signal(number, before)


def test_what_it_does_by_itself_happens_afterwards() -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    done: list[bool] = []

    def pay() -> None:
        with signals_deferred():
            signal.raise_signal(signal.SIGINT)
            done.append(True)

    try:
        with pytest.raises(KeyboardInterrupt):
            pay()
    finally:
        signal.signal(signal.SIGINT, before)
    assert done == [True]


def test_other_threads_are_left_alone() -> None:
    def work() -> None:
        with signals_deferred():
            pass

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(5)
    assert not thread.is_alive()

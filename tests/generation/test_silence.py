"""Looks at tasks: what they do not tell is told, and never two of them in a moment."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from stitcher.errors import StitcherError, UnknownOutcome
from stitcher.generation.events import Event
from stitcher.generation.generate import generate
from stitcher.generation.options import GenerateOptions
from stitcher.generation.provider import Running
from stitcher.generation.rescue import adopt
from stitcher.generation.run_policy import Timing
from stitcher.generation.runway.client import Network
from stitcher.generation.runway.poll import Pace, Watch
from stitcher.generation.runway.provider import RunwayProvider
from stitcher.generation.runway.settings import make_settings
from stitcher.standin import Fault, StandIn
from stitcher.standin.faults import Kind
from tests.generation.chain_kit import CHAIN, KEY, coding_server, project, runway
from tests.standin_kit import Clock


@pytest.fixture
def server(coded: Path) -> Iterator[StandIn]:
    with coding_server(coded) as running:
        yield running


def test_a_silence_is_spoken_of_at_once_then_ever_more_rarely_then_about_hourly() -> None:
    watch = Watch(Pace(), lambda: 0.0)
    watch.add("t", 0.0)
    now, told = 0.0, []
    while True:
        wait = watch.wait_s(now)
        assert wait is not None
        now += wait
        if not watch.missed("t", now):
            break
        if watch.to_be_told("t"):
            told.append(round(watch.silence_s("t", now)))
    assert told[:4] == [6, 18, 90, 546]
    assert all(60 < later - earlier <= 66 * 60 for earlier, later in pairwise(told[3:]))
    assert told[-1] > 46 * 3600
    watch.add("t", 0.0)
    watch.missed("t", 6.0)
    watch.heard(Running("t", None), 18.0)
    assert watch.silence_s("t", 20.0) == 2.0


@pytest.mark.parametrize(
    ("fault", "stage", "said"),
    [
        (Fault.http(503), "unheard", "HTTP 503"),
        (Fault.html(), "unheard", "HTTP 200"),
        (Fault.says("THINKING"), "queued", "the service says THINKING"),
    ],
    ids=["refused", "a web page", "an unknown status"],
)
def test_what_a_look_does_not_tell_is_told(
    server: StandIn, tmp_path: Path, fault: Fault, stage: str, said: str
) -> None:
    events: list[Event] = []
    server.script("look", fault)
    with runway(server) as provider:
        generate(
            project(tmp_path, CHAIN[0]), provider=provider, options=GenerateOptions(progress=events.append)
        )
    [odd] = [event for event in events if said in event.note]
    assert (odd.stage, events[-1].stage) == (stage, "done")


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ("create", Fault.drop(booked=True)),
        ("download", Fault.expired()),
        ("download", Fault.serves(b"not a film")),
    ],
    ids=["adopted", "an expired address", "a wrong file"],
)
def test_the_pause_between_two_looks_at_a_task_is_kept(
    coded: Path, tmp_path: Path, kind: Kind, fault: Fault
) -> None:
    clock, looks = Clock(), list[float]()

    def choose(asked: Kind, nth: int) -> Fault | None:
        if asked == "look":
            looks.append(clock.now)
        return fault if asked == kind and nth == 0 else None

    board = project(tmp_path, CHAIN[0])
    timing = Timing(clock, clock.sleep, lambda: 0.0)
    with coding_server(coded, choose=choose, running_s=0.0, pending_s=0.0) as server:
        provider = RunwayProvider(
            make_settings(KEY, server.url, "6"),
            network=Network(timing=timing),
        )
        with provider:
            if kind == "create":
                with pytest.raises(UnknownOutcome):
                    generate(board, provider=provider, options=GenerateOptions(timing=timing))
                adopt(
                    board,
                    "s1",
                    server.books.tasks[0].id,
                    provider=provider,
                    options=GenerateOptions(timing=timing),
                )
            else:
                generate(board, provider=provider, options=GenerateOptions(timing=timing))
    assert len(looks) >= 2
    assert min(later - earlier for earlier, later in pairwise(looks)) >= 6


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ("upload", Fault.http(400, "No.")),
        ("upload", Fault.http(401, "No.")),
        ("upload", Fault.http(503)),
        ("storage", Fault.http(403)),
        ("storage", Fault.drop(booked=False)),
        ("account", Fault.http(401)),
        ("account", Fault.html()),
        ("create", Fault.http(401)),
        ("create", Fault.http(403)),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value.what}{value.status or ''}",
)
def test_whoever_refuses_something_says_that_nothing_was_bought(
    coded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: Kind, fault: Fault
) -> None:
    # Small pictures travel inside the request unless they may not.
    monkeypatch.setattr("stitcher.generation.start_crop.INLINE_BYTES", 600)
    clock = Clock()
    timing = Timing(clock, clock.sleep)

    def choose(asked: Kind, nth: int) -> Fault | None:
        return fault if asked == kind else None

    with coding_server(coded, choose=choose) as server:
        provider = RunwayProvider(
            make_settings(KEY, server.url, "6"),
            network=Network(timing=timing),
        )
        with provider, pytest.raises(StitcherError) as refused:
            generate(
                project(tmp_path, CHAIN[0]),
                provider=provider,
                options=GenerateOptions(timing=timing),
            )
        assert server.books.charged == 0
    said = str(refused.value)
    assert any(word in said for word in ("nothing was bought", "Nothing was bought", "Nothing was made")), (
        said
    )

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stitcher.generation.run_policy import Timing
from stitcher.generation.runway.client import Network
from stitcher.generation.runway.download import Patience
from stitcher.generation.runway.provider import RunwayProvider
from stitcher.generation.runway.settings import make_settings
from stitcher.standin import StandIn
from tests.standin_kit import KEY, Clock, small_clip, stand_in


@pytest.fixture(scope="session")
def gen4_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_clip(tmp_path_factory.mktemp("gen4"))


@pytest.fixture
def server(gen4_clip: Path) -> Iterator[StandIn]:
    with stand_in(gen4_clip) as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


def reaching(server: StandIn, clock: Clock, timeout_s: float) -> RunwayProvider:
    return RunwayProvider(
        make_settings(KEY, server.url, "0.02"),
        timeout_s=timeout_s,
        patience=Patience(stall_s=timeout_s, failures=3),
        network=Network(timing=Timing(sleep=clock.sleep)),
    )


@pytest.fixture
def provider(server: StandIn, clock: Clock) -> Iterator[RunwayProvider]:
    """One that sleeps only on paper, and waits long enough for an answer on a busy machine."""
    with reaching(server, clock, 20) as made:
        yield made


@pytest.fixture
def impatient(server: StandIn, clock: Clock) -> Iterator[RunwayProvider]:
    """The same, but it takes a silence of 0.3 s for a time-out."""
    with reaching(server, clock, 0.3) as made:
        yield made

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stitcher.generate.runway.download import Patience
from stitcher.generate.runway.provider import RunwayProvider
from stitcher.generate.runway.settings import make_settings
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


@pytest.fixture
def provider(server: StandIn, clock: Clock) -> Iterator[RunwayProvider]:
    """One that gives up waiting for an answer after 0.3 s and sleeps only on paper."""
    with RunwayProvider(
        make_settings(KEY, server.url, "0.02"),
        timeout_s=0.3,
        patience=Patience(stall_s=0.3, failures=3),
        sleep=clock.sleep,
    ) as made:
        yield made

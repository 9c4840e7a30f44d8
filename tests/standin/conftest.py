from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stitcher.standin import StandIn
from tests.standin_kit import small_clip, stand_in


@pytest.fixture(scope="session")
def gen4_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_clip(tmp_path_factory.mktemp("gen4"))


@pytest.fixture
def server(gen4_clip: Path) -> Iterator[StandIn]:
    with stand_in(gen4_clip) as running:
        yield running

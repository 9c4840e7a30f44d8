"""Fixtures every room's tests share."""

from __future__ import annotations

import os

import pytest

from tests.footage import Footage


@pytest.fixture(scope="session")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Footage:
    """Pixel-coded clips, each made once a session and shared by all workers."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder = base / "footage"
    folder.mkdir(exist_ok=True)
    return Footage(folder)

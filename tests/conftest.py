"""Fixtures every room's tests share."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.footage import Footage
from tests.guards import error_logs, loopback_only
from tests.tools import require as require


@pytest.fixture(autouse=True, scope="session")
def _no_real_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home of the session's own: no test reads or fills the caches and presets of whoever runs it."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STITCHER_CACHE", str(home / "cache"))
        patch.setenv("STITCHER_PRESETS", str(home / "presets"))
        patch.setenv("XDG_CONFIG_HOME", str(home / "config"))
        patch.setenv("XDG_CACHE_HOME", str(home / "xdg-cache"))
        # How wide tables are is no matter of the terminal that the tests were begun in.
        patch.delenv("COLUMNS", raising=False)
        yield home


@pytest.fixture(autouse=True, scope="session")
def _signals_arrive() -> None:
    """Ctrl-C and its relatives reach the tests and what these start, though the session was begun behind `nohup` or in
    the background of a script, where they are ignored."""
    for number, handler in (
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGTERM, signal.SIG_DFL),
        (signal.SIGHUP, signal.SIG_DFL),
    ):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Every service tests speak to is on this machine."""
    with loopback_only():
        yield


@pytest.fixture(autouse=True)
def _no_stray_error_logs(request: pytest.FixtureRequest) -> Iterator[None]:
    """What logs an error fails its test, unless that is marked `logs_errors`."""
    with error_logs() as messages:
        yield
    if request.node.get_closest_marker("logs_errors") is None:
        assert messages == []


def _shared(tmp_path_factory: pytest.TempPathFactory, name: str) -> Path:
    """A folder of the session's that all workers have."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder = base / name
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Footage:
    """Pixel-coded clips, each made once a session and shared by all workers."""
    return Footage(_shared(tmp_path_factory, "footage"))


@pytest.fixture(scope="session")
def coded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What stand-ins of tests/generation/chain_kit.py have made, for all workers."""
    return _shared(tmp_path_factory, "coded")


@pytest.fixture
def system_ffmpeg(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's own ffmpeg, Debian's 5.1 where the tests run on CI, in the place of the one that is installed."""
    program = require("/usr/bin/ffmpeg")
    monkeypatch.setenv("STITCHER_FFMPEG", program)
    return Path(program)

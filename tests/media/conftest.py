"""Fixtures for tests that open media: a cache of their own, and witnesses of what gets opened."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing is remembered from one test to the next."""
    cache = tmp_path / "cache"
    monkeypatch.setenv("STITCHER_CACHE", str(cache))
    return cache


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put a shell script in ffmpeg's place."""

    def write(body: str) -> None:
        script = tmp_path / "ffmpeg"
        script.write_text(
            f'#!/bin/sh\ncase "$*" in *-version*) echo "ffmpeg version 9.9 of nobody"; exit 0;; esac\n{body}\n'
        )
        script.chmod(0o755)
        monkeypatch.setenv("STITCHER_FFMPEG", str(script))

    return write


@pytest.fixture
def opened_files() -> Iterator[Callable[[Path], Callable[[], bool]]]:
    """Watch a file; the answer tells later whether anybody, C libraries too, has opened it."""
    if sys.platform != "linux":
        pytest.skip("inotify is Linux's")
    libc = ctypes.CDLL(None, use_errno=True)
    handles: list[int] = []

    def watch(path: Path) -> Callable[[], bool]:
        handle = libc.inotify_init1(os.O_NONBLOCK)
        handles.append(handle)
        in_open = 0x20
        assert libc.inotify_add_watch(handle, os.fsencode(path), in_open) >= 0

        def was_opened() -> bool:
            try:
                return bool(os.read(handle, 4096))
            except BlockingIOError:
                return False

        return was_opened

    yield watch
    for handle in handles:
        os.close(handle)


@pytest.fixture
def listener() -> Iterator[tuple[int, Callable[[], bool]]]:
    """A port of this machine, and whether anybody has knocked there."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.setblocking(False)

        def knocked() -> bool:
            try:
                server.accept()[0].close()
            except BlockingIOError:
                return False
            return True

        yield server.getsockname()[1], knocked

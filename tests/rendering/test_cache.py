"""The cache: an entry is made once, and is there whole or not at all."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from stitcher.errors import Interrupted
from stitcher.rendering.cache import Cache


def test_an_entry_that_is_being_made_is_waited_for(tmp_path: Path) -> None:
    cache, made = Cache(tmp_path), []

    def work(temp: Path) -> dict[str, int]:
        time.sleep(0.2)
        temp.write_text("piece")
        made.append(temp)
        return {"one": 1}

    with ThreadPoolExecutor(4) as pool:
        entries = [
            future.result() for future in [pool.submit(cache.make, "key", ".x", work) for _ in range(4)]
        ]
    assert len(made) == 1
    assert {entry.path.read_text() for entry in entries} == {"piece"}
    assert [dict(entry.facts) for entry in entries] == [{"one": 1}] * 4


def test_waiting_ends_when_it_is_cancelled(tmp_path: Path) -> None:
    cache, go_on, begun = Cache(tmp_path), threading.Event(), threading.Event()

    def work(temp: Path) -> dict[str, int]:
        begun.set()
        assert go_on.wait(10)
        temp.write_text("piece")
        return {}

    cancel = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(cache.make, "key", ".x", work)
        assert begun.wait(10)
        second = pool.submit(cache.make, "key", ".x", work, cancel=cancel)
        cancel.set()
        with pytest.raises(Interrupted):
            second.result(10)
        go_on.set()
        assert first.result(10).path.read_text() == "piece"


def test_others_are_let_in_when_making_fails(tmp_path: Path) -> None:
    cache = Cache(tmp_path)

    def fails(temp: Path) -> dict[str, int]:
        temp.write_text("half")
        raise ValueError

    def works(temp: Path) -> dict[str, int]:
        temp.write_text("whole")
        return {}

    with pytest.raises(ValueError):  # noqa: PT011  # the one raised above
        cache.make("key", ".x", fails)
    assert cache.make("key", ".x", works).path.read_text() == "whole"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file() and path.name.startswith(".")] == []


@pytest.mark.parametrize("left", [b"", b"piecE"], ids=["empty", "changed"])
def test_what_a_loss_of_power_leaves_is_a_miss(tmp_path: Path, left: bytes) -> None:
    cache = Cache(tmp_path)

    def work(temp: Path) -> dict[str, int]:
        temp.write_bytes(b"piece")
        return {}

    entry = cache.make("key", ".x", work)
    entry.path.write_bytes(left)
    assert cache.find("key", ".x") is None
    assert cache.make("key", ".x", work).path.read_bytes() == b"piece"

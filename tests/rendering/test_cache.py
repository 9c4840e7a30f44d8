"""The cache: an entry is made once, and is there whole or not at all."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import stitcher
from stitcher.errors import Interrupted
from stitcher.rendering.cache import Cache, counting
from stitcher.rendering.options import RenderOptions
from tests.footage import make_coded_clip


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


@pytest.mark.slow
def test_a_draft_and_a_delivery_leave_each_other_what_they_made(tmp_path: Path) -> None:
    clips = [make_coded_clip(tmp_path / f"{number}.mp4", number, 24) for number in (1, 2)]
    film = stitcher.assemble(clips, transition="dissolve", duration="8f")
    options = RenderOptions(cache=tmp_path / "cache")
    held: list[dict[Path, int]] = []
    for preset in ("draft", "master-copy", "draft", "master-copy"):
        out = tmp_path / f"{preset}.mp4"
        out.unlink(missing_ok=True)
        stitcher.render(film, out, preset=preset, options=options)
        pieces = (path for path in (tmp_path / "cache" / "pieces").rglob("*.mp4") if path.is_file())
        held.append({path: path.stat().st_ino for path in pieces})
    draft, both, *later = held
    assert draft
    assert draft.items() < both.items()
    assert later == [both, both]


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


def _put(cache: Cache, key: str, content: str = "piece", suffix: str = ".x") -> None:
    def work(temp: Path) -> dict[str, int]:
        temp.write_text(content)
        return {}

    cache.make(key, suffix, work)


def test_what_is_made_and_what_is_found_is_counted_while_somebody_asks(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "a")
    _put(cache, "before")
    with counting(cache) as count:
        for key in ("before", "one", "one", "two"):
            _put(cache, key)
        cache.find("two", ".x")
        cache.find("three", ".x")
        _put(cache, "note on a film", suffix=".film")
        _put(Cache(tmp_path / "b"), "elsewhere")
    _put(cache, "after")
    assert (count.made, count.found) == (2, 3)


def test_the_cache_is_gone_through_again_once_it_has_grown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STITCHER_CACHE_GIGABYTES", "0.00001")
    gone_through: list[Path] = []
    monkeypatch.setattr(Cache, "prune", lambda cache: gone_through.append(cache.folder))
    cache = Cache(tmp_path)
    _put(cache, "first", "x" * 9000)
    for _ in range(3):
        cache.prune_if_grown()
    assert len(gone_through) == 1
    _put(cache, "slight", "x" * 99)
    cache.prune_if_grown()
    assert len(gone_through) == 1
    _put(cache, "more", "x")
    cache.prune_if_grown()
    assert len(gone_through) == 2

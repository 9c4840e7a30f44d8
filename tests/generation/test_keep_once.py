"""Kept files: written once, read-only, and never written over."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from stitcher.errors import OutputError
from stitcher.generation.keep_once import free_name, keep_bytes, put_in_place


def test_a_file_is_put_in_place_read_only(tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(b"take")
    put_in_place(tmp_path / "part", tmp_path / "1.mp4")
    assert (tmp_path / "1.mp4").read_bytes() == b"take"
    assert (tmp_path / "1.mp4").stat().st_mode & 0o222 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["1.mp4"]


@pytest.mark.parametrize("links", [True, False], ids=["with links", "without links"])
def test_what_stands_there_is_never_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:

        def none(*arguments: object) -> None:
            raise OSError(errno.EPERM, "no links here")

        monkeypatch.setattr(os, "link", none)
    (tmp_path / "1.mp4").write_bytes(b"paid for")
    (tmp_path / "part").write_bytes(b"other")
    with pytest.raises(OutputError, match="Nothing is ever overwritten"):
        put_in_place(tmp_path / "part", tmp_path / "1.mp4")
    assert (tmp_path / "1.mp4").read_bytes() == b"paid for"


def test_a_file_system_without_links_is_served_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*arguments: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", none)
    keep_bytes(b"frame", tmp_path / "1.last.png")
    assert (tmp_path / "1.last.png").read_bytes() == b"frame"
    assert (tmp_path / "1.last.png").stat().st_mode & 0o222 == 0


def test_the_same_bytes_again_change_nothing_and_others_are_refused(tmp_path: Path) -> None:
    keep_bytes(b"frame", tmp_path / "1.last.png")
    before = (tmp_path / "1.last.png").stat()
    keep_bytes(b"frame", tmp_path / "1.last.png")
    assert (tmp_path / "1.last.png").stat().st_mtime_ns == before.st_mtime_ns
    with pytest.raises(OutputError):
        keep_bytes(b"another", tmp_path / "1.last.png")


def test_other_bytes_get_a_name_of_their_own(tmp_path: Path) -> None:
    wanted = tmp_path / "1.start.png"
    keep_bytes(b"one", wanted)
    assert free_name(wanted, b"one") == wanted
    assert free_name(wanted, b"two").name == "1.start-2.png"

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest

from stitcher.errors import DiskFull, MediaMissing, OutputError
from stitcher.media import files
from tests.tools import unprivileged


def test_publishing_replaces_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "film.mp4"
    target.write_bytes(b"old")
    temp = files.temporary_beside(target)
    temp.write_bytes(b"new")
    files.publish(temp, target)
    assert target.read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["film.mp4"]


def test_publishing_something_new_makes_it_read_only(tmp_path: Path) -> None:
    temp, target = tmp_path / "1.mp4.part", tmp_path / "1.mp4"
    temp.write_bytes(b"new")
    files.publish_once(temp, target)
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o444
    assert [path.name for path in tmp_path.iterdir()] == ["1.mp4"]


@pytest.mark.parametrize("links", [True, False], ids=["hard links", "no hard links"])
def test_publishing_something_new_never_replaces(
    links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    if not links:
        monkeypatch.setattr(os, "link", refuse)
    temp, target, other = tmp_path / "1.mp4.part", tmp_path / "1.mp4", tmp_path / "2.mp4"
    temp.write_bytes(b"new")
    target.write_bytes(b"somebody's")
    with pytest.raises(OutputError, match="left as it is"):
        files.publish_once(temp, target)
    assert target.read_bytes() == b"somebody's"
    files.publish_once(temp, other)
    assert other.read_bytes() == b"new"


def test_a_file_system_without_links_is_served_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*arguments: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", none)
    files.write_once(tmp_path / "1.last.png", b"frame")
    assert (tmp_path / "1.last.png").read_bytes() == b"frame"
    assert (tmp_path / "1.last.png").stat().st_mode & 0o222 == 0


def test_the_same_bytes_again_change_nothing_and_others_are_refused(tmp_path: Path) -> None:
    files.write_once(tmp_path / "1.last.png", b"frame")
    before = (tmp_path / "1.last.png").stat()
    files.write_once(tmp_path / "1.last.png", b"frame")
    assert (tmp_path / "1.last.png").stat().st_mtime_ns == before.st_mtime_ns
    with pytest.raises(OutputError):
        files.write_once(tmp_path / "1.last.png", b"another")


def test_other_bytes_get_a_name_of_their_own(tmp_path: Path) -> None:
    wanted = tmp_path / "1.start.png"
    files.write_once(wanted, b"one")
    assert files.next_free_path(wanted, b"one") == wanted
    assert files.next_free_path(wanted, b"two").name == "1.start-2.png"


@pytest.mark.parametrize("links", [True, False], ids=["hard links", "no hard links"])
def test_a_kept_file_gets_a_second_name_that_replaces_nothing(
    links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    if not links:
        monkeypatch.setattr(os, "link", refuse)
    (tmp_path / "1.mp4").write_bytes(b"take")
    files.link_once(tmp_path / "1.mp4", tmp_path / "2.mp4")
    assert (tmp_path / "1.mp4").read_bytes() == (tmp_path / "2.mp4").read_bytes() == b"take"
    assert (tmp_path / "2.mp4").stat().st_mode & 0o222 == 0
    with pytest.raises(OutputError, match="Nothing is ever overwritten"):
        files.link_once(tmp_path / "1.mp4", tmp_path / "2.mp4")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.mp4", "2.mp4"]


def test_an_atomic_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"old")
    with pytest.raises(FileNotFoundError), files.atomic_write(tmp_path / "film.mp4") as temp:
        temp.with_name("nowhere").rename(temp)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


@pytest.mark.parametrize("name", ["film.mp4", "a" * 250 + ".mkv", "é" * 120 + ".mov", "%d 'x'.mp4"])
def test_a_temporary_name_is_new_hidden_and_of_the_same_kind(tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    temp = files.temporary_beside(target)
    temp.write_bytes(b"")
    assert temp.parent == target.parent
    assert temp.name.startswith(".")
    assert temp.suffix == target.suffix
    assert files.temporary_beside(target) != temp


def test_a_failed_publish_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "film.mp4"
    target.write_bytes(b"old")
    with pytest.raises(OutputError, match="film"):
        files.publish(tmp_path / "not there", target)
    assert target.read_bytes() == b"old"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT], ids=["no space", "quota"])
def test_a_full_disk_has_its_own_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def full(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)
    target = tmp_path / "film.mp4"
    target.write_bytes(b"old")
    with pytest.raises(DiskFull, match="no space left"):
        files.write_whole(target, b"new")
    assert target.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_the_hash_is_that_of_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "x"
    content = os.urandom(3 << 20)
    path.write_bytes(content)
    assert files.sha256_file(path) == hashlib.sha256(content).hexdigest()


def test_free_bytes_are_told_for_a_folder_still_to_be_made(tmp_path: Path) -> None:
    assert files.free_bytes(tmp_path / "not" / "yet") > 0


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("missing", "is not there"),
        ("folder", "folder"),
        ("fifo", "pipe"),
        ("device", "device"),
        ("nul", "name"),
    ],
)
def test_only_regular_files_are_opened(tmp_path: Path, kind: str, said: str) -> None:
    path = tmp_path / "clip.mp4"
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "device":
        path = Path("/dev/zero")
    elif kind == "nul":
        path = tmp_path / "a\0b.mp4"
    with pytest.raises(MediaMissing, match=said):
        files.read_head(path, 16)


def test_an_unreadable_file_is_said_to_be_so(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"x")
    path.chmod(0)
    with unprivileged(tmp_path), pytest.raises(MediaMissing, match="permissions"):
        files.read_head(path, 16)

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from stitcher.media import analyze, probe_cache
from stitcher.media.probe import probe, probe_sound, probe_unnamed, renamed
from tests.footage import Footage

LONG_AGO_NS = 10**18


@pytest.fixture
def clip_path(footage: Footage, tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    shutil.copy(footage.clip(1, audio="tone"), path)
    os.utime(path, ns=(LONG_AGO_NS, LONG_AGO_NS))
    return path


def no_looking(*_: object) -> None:
    raise AssertionError("the file was looked at again")


def test_a_second_probe_answers_from_the_memo(clip_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = probe(clip_path), probe_sound(clip_path)
    monkeypatch.setattr(analyze, "sniff", no_looking)
    assert (probe(clip_path), probe_sound(clip_path)) == first


@pytest.mark.parametrize("change", ["touched", "grown", "another file", "written over, times put back"])
def test_a_changed_file_is_looked_at_again(
    clip_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    probe(clip_path)
    if change == "touched":
        os.utime(clip_path, ns=(LONG_AGO_NS, LONG_AGO_NS + 1))
    elif change == "grown":
        clip_path.write_bytes(clip_path.read_bytes() + b"\0" * 8)
        os.utime(clip_path, ns=(LONG_AGO_NS, LONG_AGO_NS))
    elif change == "written over, times put back":
        with open(clip_path, "r+b") as file:
            file.seek(-1, os.SEEK_END)
            file.write(b"!")
        os.utime(clip_path, ns=(LONG_AGO_NS, LONG_AGO_NS))
    else:
        copy = clip_path.with_name("copy.mp4")
        shutil.copy(clip_path, copy)
        os.utime(copy, ns=(LONG_AGO_NS, LONG_AGO_NS))
        copy.replace(clip_path)
    monkeypatch.setattr(analyze, "sniff", no_looking)
    with pytest.raises(AssertionError, match="looked at again"):
        probe(clip_path)


@pytest.mark.parametrize("damage", ["cut", "flipped", "emptied", "garbage"])
def test_a_damaged_memo_is_as_none(clip_path: Path, own_cache: Path, damage: str) -> None:
    clip = probe(clip_path)
    for slot in (own_cache / "probes").rglob("*"):
        if slot.is_dir():
            continue
        content = bytearray(slot.read_bytes())
        if damage == "cut":
            content = content[: len(content) // 2]
        elif damage == "flipped":
            content[len(content) // 2] ^= 1
        else:
            content = bytearray(b"" if damage == "emptied" else b"garbage" * 9)
        slot.write_bytes(content)
    assert probe(clip_path) == clip


def test_what_was_found_before_a_file_had_its_name_is_remembered(
    clip_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip, facts = probe_unnamed(clip_path)
    named = clip_path.with_name("named.mp4")
    clip_path.rename(named)
    first = renamed(clip, named, facts)
    monkeypatch.setattr(analyze, "sniff", no_looking)
    assert probe(named) == first


def test_a_file_written_this_instant_is_not_remembered(clip_path: Path, own_cache: Path) -> None:
    # In the future, so that a slow machine does not make it the past.
    now = time.time_ns() + 60 * 10**9
    os.utime(clip_path, ns=(now, now))
    probe(clip_path)
    assert not (own_cache / "probes").exists()


def test_a_cache_that_cannot_be_written_is_passed_over(
    clip_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    monkeypatch.setenv("STITCHER_CACHE", str(blocked))
    assert probe(clip_path).video.frames == 49


def test_the_cache_folder_is_the_users_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STITCHER_CACHE")
    assert probe_cache.cache_folder().name == "stitcher"


def test_what_is_known_of_a_file_outlasts_a_second_name_that_it_is_given(
    clip_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, before = (probe(clip_path), probe_sound(clip_path)), os.stat(clip_path)
    os.link(clip_path, clip_path.with_name("second name.mp4"))
    probe_cache.carry_over(clip_path, before)
    monkeypatch.setattr(analyze, "sniff", no_looking)
    assert (probe(clip_path), probe_sound(clip_path)) == first


def test_nothing_is_carried_over_to_other_content(clip_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    probe(clip_path)
    before = os.stat(clip_path)
    clip_path.write_bytes(clip_path.read_bytes() + b"\0" * 8)
    probe_cache.carry_over(clip_path, before)
    monkeypatch.setattr(analyze, "sniff", no_looking)
    with pytest.raises(AssertionError, match="looked at again"):
        probe(clip_path)

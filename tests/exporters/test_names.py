"""Names of media in a hand-over: safe, and each its own."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from stitcher.exporters.names import UniqueNames


@given(st.lists(st.sampled_from(["a.mp4", "A.mp4", "a-2.mp4", "a.mov", "ü.mp4", "con.mp4", "..", "a2.wav"])))
def test_every_file_has_a_name_and_a_reel_of_its_own(wanted: list[str]) -> None:
    names = UniqueNames()
    files, reels = [names.file_name(name) for name in wanted], [names.reel(name) for name in wanted]
    assert len({name.casefold() for name in files}) == len(set(reels)) == len(wanted)
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", name) for name in files)
    assert all(re.fullmatch(r"[A-Z0-9]{1,8}", reel) for reel in reels)


def test_files_of_one_name_are_counted() -> None:
    names = UniqueNames()
    assert [names.file_name("1.mp4") for _ in range(3)] == ["1.mp4", "1-2.mp4", "1-3.mp4"]
    assert [names.reel("harbour-dawn.mp4") for _ in range(3)] == ["HARBOURD", "HARBOUR2", "HARBOUR3"]

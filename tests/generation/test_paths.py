"""Names of files: readable, apart from each other, and right on every file system."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stitcher.generation.paths import frame_file, shot_folder, take_file

IDS = st.from_regex(r"[^\W_][\w.-]{0,63}", fullmatch=True)


@pytest.mark.parametrize("shot", ["harbour", "s07", "the_end", "a-1"])
def test_a_plain_id_is_its_own_folder(shot: str) -> None:
    assert shot_folder(shot) == f"takes/{shot}"


@pytest.mark.parametrize(
    ("shot", "folder"),
    [
        ("Häfen", "hafen~"),
        ("con", "con~"),
        ("A", "a~"),
        ("7.", "7~"),
        ("海", "shot~"),
        ("x" * 64, "x" * 30 + "~"),
    ],
    ids=["letters", "reserved", "capital", "dot", "no ASCII", "long"],
)
def test_any_other_id_becomes_a_slug_with_a_hash(shot: str, folder: str) -> None:
    assert re.fullmatch(re.escape(f"takes/{folder}") + "[0-9a-f]{8}", shot_folder(shot))


@given(one=IDS, two=IDS)
def test_no_two_shots_share_a_folder_even_where_capitals_do_not_count(one: str, two: str) -> None:
    folders = [unicodedata.normalize("NFC", shot_folder(shot)).casefold() for shot in (one, two)]
    assert (folders[0] == folders[1]) == (one == two)
    assert re.fullmatch(r"takes/[a-z0-9][a-z0-9_~-]{0,62}", folders[0])


def test_no_two_files_of_a_shot_share_a_name() -> None:
    names = [
        take_file("a", 1, "take", "runway"),
        take_file("a", 2, "edit", "runway"),
        take_file("a", 1, "take", "animatic"),
        take_file("a", 1, "start-image", "runway"),
        take_file("a", 1, "upscale", "runway", variant="2160p"),
        take_file("a", 1, "upscale", "runway", variant="2160p", piece=0),
        take_file("a", 1, "upscale", "runway", variant="2160p", piece=1),
        take_file("a", 1, "upscale", "runway", variant="1080p"),
        *(frame_file("a", 1, provider, "last") for provider in ("runway", "animatic")),
        frame_file("a", 1, "runway", "start"),
        frame_file("a", 1, "runway", "first"),
    ]
    assert len(set(names)) == len(names)
    assert names[0] == "takes/a/1.mp4"
    assert names[6] == "takes/a/1.2160p.part-2.mp4"


def test_a_variant_cannot_lead_out_of_the_folder() -> None:
    assert take_file("a", 1, "upscale", "runway", variant="../../etc") == "takes/a/1.etc.mp4"

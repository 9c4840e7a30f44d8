"""The shipped delivery presets and loudness targets: each is there, and says where its numbers come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stitcher.delivery.load import list_loudness, list_presets, load_loudness, load_preset
from stitcher.delivery.preset import Preset
from stitcher.errors import PresetError
from stitcher.preset_files import package_folder, read_preset, read_toml

NAMES = {
    *(
        "master-copy",
        "draft",
        "youtube-1080p",
        "youtube-2160p",
        "youtube-2160p-hdr",
        "shorts",
        "tiktok",
        "reels",
    ),
    *("x-1080p", "vimeo-1080p", "vimeo-2160p", "web-hevc", "web-av1", "hls", "master-prores-hq"),
    *(
        "master-prores-4444",
        "master-dnxhr-hqx",
        "avid-dnxhr-opatom",
        "broadcast-xdcam50",
        "proxy",
        "seq-png16",
    ),
    *("seq-exr", "poster", "preview-gif"),
}
ROWS = {"web", "web-dialogue", "ebu-r128", "atsc-a85", "netflix", "netflix-low-dialogue", "none"}


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "user"
    (folder / "delivery").mkdir(parents=True)
    monkeypatch.setenv("STITCHER_PRESETS", str(folder))
    return folder


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


MINE = """\
preset = 1
name = "mine"
title = "Mine"
checked = "2026-11"
container = "mp4"

[picture]
codec = "h264"
pixel_format = "yuv420p"
crf = 20
"""


def test_every_row_of_the_table_is_a_preset(user: Path) -> None:
    assert {found.name for found, _ in list_presets()} == NAMES


def test_every_loudness_row_is_there(user: Path) -> None:
    assert {found.name for found, _ in list_loudness()} == ROWS


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_shipped_value_says_what_kind_it_is(name: str) -> None:
    path = package_folder() / "delivery" / f"{name}.toml"
    written = read_toml(path)

    def says_kind(key: str) -> bool:
        table: Any = written
        for part in key.split("."):
            table = table[part]
        return isinstance(table, dict) and "kind" in table

    stated = [key for key, _ in read_preset(path, Preset).cited()]
    assert stated
    assert [key for key in stated if not says_kind(key)] == []


@pytest.mark.parametrize("name", sorted(NAMES))
def test_what_is_called_spec_or_limit_names_its_source(name: str) -> None:
    preset = read_preset(package_folder() / "delivery" / f"{name}.toml", Preset)
    assert [key for key, cited in preset.cited() if cited.kind != "practice" and cited.source is None] == []


def test_loudness_numbers_name_their_sources() -> None:
    for _, row in list_loudness(environ={"STITCHER_PRESETS": "/nowhere"}):
        assert [key for key, cited in row.cited() if cited.kind != "practice" and cited.source is None] == []


def test_a_dialogue_gated_row_is_not_certified() -> None:
    assert not load_loudness("netflix").certified


def test_loudness_of_sound_preset_rows_exists(user: Path) -> None:
    for _, preset in list_presets():
        if preset.sound is not None:
            asked = preset.sound.loudness
            for name in {asked.value, *asked.at.values()}:
                load_loudness(name)


def test_a_bare_value_is_a_practice(user: Path) -> None:
    write(user / "delivery", "mine", MINE)
    crf = load_preset("mine").picture.crf
    assert crf is not None
    assert (crf.value, crf.kind, crf.source) == (20, "practice", None)


def test_an_unknown_name_brings_the_nearest() -> None:
    with pytest.raises(PresetError, match="Did you mean youtube-1080p"):
        load_preset("youtube-1080")

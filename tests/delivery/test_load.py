"""The shipped delivery presets and loudness targets: each is there, and says where its numbers come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stitcher.delivery.load import list_loudness, list_presets, load_loudness
from stitcher.delivery.preset import Preset
from stitcher.preset_files import package_folder, read_preset, read_toml

NAMES = {
    *(
        "master-copy",
        "copy-one-encoder",
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
    *("seq-exr", "poster", "preview-gif", "review", "media-prores-422", "media-dnxhr-lb", "media-dnxhr-hqx"),
}
ROWS = {"web", "web-dialogue", "ebu-r128", "atsc-a85", "netflix", "netflix-low-dialogue", "none"}


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "user"
    (folder / "delivery").mkdir(parents=True)
    monkeypatch.setenv("STITCHER_PRESETS", str(folder))
    return folder


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

"""The presets that are listed and explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run


def test_presets_lists_them(run: Run, here: Path) -> None:
    names = [preset["name"] for preset in run("presets", "--json").document["presets"]]
    assert {"master-copy", "draft", "youtube-1080p"} <= set(names)
    assert "youtube-1080p" in run("presets").out


@pytest.mark.parametrize(
    ("name", "pictures"),
    [
        ("seq-exr", "exr sequence"),
        ("seq-png16", "16-bit png sequence"),
        ("poster", "jpeg still"),
        ("preview-gif", "gif"),
        ("hls", "h264"),
        ("master-copy", "source"),
    ],
)
def test_presets_say_what_comes_out(run: Run, here: Path, name: str, pictures: str) -> None:
    listed = {preset["name"]: preset["codec"] for preset in run("presets", "--json").document["presets"]}
    assert listed[name] == pictures


def test_presets_show_names_the_source_of_numbers(run: Run, here: Path) -> None:
    ended = run("presets", "show", "youtube-1080p")
    assert "picture.codec" in ended.out
    assert "https://support.google.com/" in ended.out
    assert run("presets", "show", "youtube-1080p", "--json").document["preset"]["name"] == "youtube-1080p"


def test_a_preset_of_the_project_overrides(run: Run, here: Path) -> None:
    listed = {preset["name"]: preset for preset in run("presets", "--json").document["presets"]}
    own = here / "presets" / "delivery" / "draft.toml"
    own.parent.mkdir(parents=True)
    own.write_bytes(Path(listed["draft"]["path"]).read_bytes())
    shown = run("presets", "show", "draft", "--json").document
    assert (shown["origin"], shown["overrides"]) == ("project", [listed["draft"]["path"]])

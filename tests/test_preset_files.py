"""Preset files are found in three places, and bad ones say where and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from stitcher.delivery.load import load_preset
from stitcher.errors import PresetError
from stitcher.preset_files import find_presets, package_folder


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


def test_the_users_file_overrides_the_packages(user: Path) -> None:
    text = (package_folder() / "delivery" / "draft.toml").read_text(encoding="utf-8")
    write(user / "delivery", "draft", text.replace('title = "Draft"', 'title = "My draft"'))
    assert load_preset("draft").title == "My draft"
    assert find_presets("delivery")["draft"].origin == "user"


def test_the_projects_file_overrides_the_users(user: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    write(user / "delivery", "mine", MINE)
    write(project / "presets" / "delivery", "mine", MINE.replace("crf = 20", "crf = 21"))
    write(project / ".stitcher" / "presets" / "delivery", "mine", MINE.replace("crf = 20", "crf = 22"))
    preset = load_preset("mine", project=project)
    assert preset.picture.crf is not None
    assert preset.picture.crf.value == 22
    found = find_presets("delivery", project=project)["mine"]
    assert (found.origin, len(found.overrides)) == ("project", 2)


def test_a_bare_value_is_a_practice(user: Path) -> None:
    write(user / "delivery", "mine", MINE)
    crf = load_preset("mine").picture.crf
    assert crf is not None
    assert (crf.value, crf.kind, crf.source) == (20, "practice", None)


def test_an_unknown_name_brings_the_nearest() -> None:
    with pytest.raises(PresetError, match="Did you mean youtube-1080p"):
        load_preset("youtube-1080")


BAD = {
    "unknown key": (
        MINE + "crv = 3\n",
        r"mine\.toml: picture\.crv: there is no such key; did you mean 'crf'",
    ),
    "unknown table": (MINE + "\n[pictures]\n", r"pictures: there is no such key; did you mean 'picture'"),
    "wrong type": (MINE.replace("crf = 20", 'crf = "best"'), r"picture\.crf.*number"),
    "unknown codec": (MINE.replace('"h264"', '"h263"'), r"picture\.codec"),
    "no such source": (
        MINE.replace("crf = 20", 'crf = { value = 20, source = "x" }'),
        "picture.crf cites 'x'",
    ),
    "other name": (MINE.replace('name = "mine"', 'name = "yours"'), "says 'yours'"),
    "not TOML": ("preset = \n", r"mine\.toml: is not valid TOML: .*line 1"),
    "missing table": ('preset = 1\nname = "mine"\n', r"picture: field required"),
    "bad gop": (MINE + 'gop = "often"\n', r"picture\.gop"),
    "other version": (MINE.replace("preset = 1", "preset = 2"), r"preset: input should be 1"),
}


@pytest.mark.parametrize(("text", "said"), BAD.values(), ids=BAD)
def test_a_bad_file_says_where_and_why(user: Path, text: str, said: str) -> None:
    write(user / "delivery", "mine", text)
    with pytest.raises(PresetError, match=said):
        load_preset("mine")


def test_a_file_that_is_no_text_is_refused(user: Path) -> None:
    (user / "delivery" / "mine.toml").write_bytes(b"\xff\xfe\0")
    with pytest.raises(PresetError, match="not UTF-8"):
        load_preset("mine")


def test_a_huge_file_is_not_read(user: Path) -> None:
    write(user / "delivery", "mine", "# " + "x" * 300_000)
    with pytest.raises(PresetError, match="no preset"):
        load_preset("mine")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("prores", "Did you mean master-prores-4444 or master-prores-hq or media-prores-422?"),
        ("exr", "Did you mean seq-exr?"),
        ("yuotube-1080p", "Did you mean youtube-1080p?"),
        ("master", "Did you mean master-copy or master-dnxhr-hqx"),
        ("instagram", "There are: "),
    ],
)
def test_a_preset_that_does_not_exist_gets_the_right_hint(name: str, meant: str) -> None:
    with pytest.raises(PresetError) as caught:
        load_preset(name, environ={})
    assert meant in str(caught.value)

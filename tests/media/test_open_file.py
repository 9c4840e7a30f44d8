"""What was made is opened in the system's player, where there is one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stitcher.errors import ToolError
from stitcher.media.open_file import open_file, opener


def program(folder: Path, name: str, script: str = "exit 0") -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("platform", "name", "more"),
    [
        ("darwin", "open", {}),
        ("linux", "xdg-open", {"DISPLAY": ":0"}),
        ("linux", "xdg-open", {"WAYLAND_DISPLAY": "wayland-0"}),
    ],
)
def test_each_system_has_its_opener(tmp_path: Path, platform: str, name: str, more: dict[str, str]) -> None:
    made = program(tmp_path, name)
    assert opener(platform, {"PATH": str(tmp_path), **more}) == str(made)


def test_where_there_is_none_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="no xdg-open"):
        opener("linux", {"PATH": str(tmp_path), "DISPLAY": ":0"})
    program(tmp_path, "xdg-open")
    with pytest.raises(ToolError, match="no screen"):
        opener("linux", {"PATH": str(tmp_path)})


@pytest.mark.skipif(os.name == "nt", reason="Windows opens files itself")
def test_an_opener_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("open", "xdg-open"):
        program(tmp_path, name, 'test "$1" = "$(dirname "$0")/film.mp4" || exit 3')
    monkeypatch.setenv("PATH", str(tmp_path) + os.pathsep + os.environ["PATH"])
    monkeypatch.setenv("DISPLAY", ":0")
    open_file(tmp_path / "film.mp4")
    with pytest.raises(ToolError, match="could not open it"):
        open_file(tmp_path / "other.mp4")

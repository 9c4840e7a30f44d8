"""Folders that are whole or not there: what a killed stitcher left is put back, or swept away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stitcher.errors import DiskFull, OutputBusy
from stitcher.media.replaced_folder import held_folder, replaced_folder

_KILLED = """
import os, signal, sys
from pathlib import Path
from stitcher.media import replaced_folder as module
folder, at = Path(sys.argv[1]), sys.argv[2]
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
rename = Path.rename
def renamed(path, target):
    rename(path, target)
    if at == "between" and str(path) == str(folder): die()
Path.rename = renamed
with module.held_folder(folder), module.replaced_folder(folder) as new:
    (new / "film").write_text("new")
    if at == "filling": die()
"""


def write(folder: Path, text: str) -> None:
    with held_folder(folder), replaced_folder(folder) as new:
        (new / "film").write_text(text)


@pytest.mark.parametrize("at", ["filling", "between"])
def test_what_was_there_is_there_after_a_kill_and_the_next_goes_on(tmp_path: Path, at: str) -> None:
    folder = tmp_path / "out"
    write(folder, "old")
    done = subprocess.run([sys.executable, "-c", _KILLED, str(folder), at], check=False)
    assert done.returncode == -signal.SIGKILL
    with held_folder(folder):
        assert (folder / "film").read_text() == "old"
    write(folder, "newer")
    assert (folder / "film").read_text() == "newer"
    assert os.listdir(tmp_path) == ["out"]


def test_a_second_stitcher_is_told_who_writes_there(tmp_path: Path) -> None:
    with (
        held_folder(tmp_path / "out"),
        pytest.raises(OutputBusy, match=f"process {os.getpid()} on"),
        held_folder(tmp_path / "out"),
    ):
        pass
    assert os.listdir(tmp_path) == []


def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write(folder, "old")

    def fill_up() -> None:
        with held_folder(folder), replaced_folder(folder) as new:
            (new / "film").write_text("ne")
            raise OSError(28, "No space left on device")

    with pytest.raises(DiskFull):
        fill_up()
    assert (folder / "film").read_text() == "old"
    assert os.listdir(tmp_path) == ["out"]

"""Kdenlive and Shotcut themselves, where they are installed, on a virtual display: each opens its project and saves it.

Besides the editors it takes `Xvfb` and `xdotool`, for Kdenlive `dbus-run-session` and `dbus-send` too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import stitcher
from stitcher.exporters.cut import Place, handover_of
from stitcher.exporters.exporter import Exporter
from stitcher.exporters.kdenlive import KdenliveExporter
from stitcher.exporters.shotcut import ShotcutExporter
from tests.exporters.mlt_reading import properties
from tests.footage import Footage

_PATIENCE = 90
"""Seconds."""

KDENLIVE = """
kdenlive "$1" & editor=$!
save() {
    # Its window is called after the project once that is loaded; what is saved before is empty.
    xdotool search --onlyvisible --name timeline &&
        dbus-send --session --print-reply --dest=org.kde.kdenlive-$editor /kdenlive/MainWindow_1 \\
        org.kde.KMainWindow.activateAction string:file_save
}
"""
SHOTCUT = """
shotcut --noupgrade "$1" & editor=$!
save() { xdotool search --onlyvisible --name Shotcut windowfocus key ctrl+s; }
"""
UNTIL_SAVED = """
trap 'kill -9 $editor' EXIT
for second in $(seq 90); do
    save >&2
    sleep 1
    if ! cmp -s "$1" "$2"; then exit 0; fi
done
exit 1
"""


def installed(*programs: str) -> None:
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed")


@contextmanager
def display() -> Iterator[dict[str, Path | str]]:
    """A virtual display of its own, by what a program on it has to be told."""
    end, number = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(number), "-screen", "0", "1400x900x24"],
        pass_fds=[number],
        stderr=subprocess.DEVNULL,
    )
    os.close(number)
    try:
        with os.fdopen(end) as said:
            yield {"DISPLAY": f":{said.readline().strip()}"}
    finally:
        server.terminate()
        server.wait(10)


def saved(script: str, project: Path, *before: str) -> ET.Element:
    """The project, as an editor that opened it saves it."""
    given = project.with_suffix(".given")
    shutil.copy(project, given)
    home = project.parent / "home"
    (home / "run").mkdir(parents=True, mode=0o700)
    command = [*before, "bash", "-c", script + UNTIL_SAVED, "bash", str(project), str(given)]
    with display() as on_it:
        # Kdenlive asks what to do where it finds, among temporary files, that it was killed before.
        settings = {"HOME": home, "XDG_RUNTIME_DIR": home / "run", "TMPDIR": home / "run", **on_it}
        done = subprocess.run(
            command,
            env={**os.environ, **{name: str(value) for name, value in settings.items()}},
            capture_output=True,
            timeout=2 * _PATIENCE,
        )
    assert done.returncode == 0, done.stderr[-2000:].decode(errors="replace")
    return ET.parse(project).getroot()


def handed(exporter: Exporter, footage: Footage, folder: Path) -> tuple[Path, ET.Element]:
    clips = footage.chain(3, first_id=70, frames=25, audio="click")
    film = stitcher.lay_out(stitcher.assemble(clips, transition="dissolve", duration="7f"))
    (file,) = exporter.export(handover_of(film, place=Place(folder / "media", "relative"))).files
    (folder / "media").mkdir()
    for clip in clips:
        shutil.copy(clip, folder / "media" / clip.name)
    project = folder / file.name
    project.write_bytes(file.content)
    return project, ET.fromstring(file.content)


def entries(root: ET.Element) -> list[int]:
    """How many clips each playlist has, those without left out."""
    return sorted(filter(None, (len(one.findall("entry")) for one in root.iter("playlist"))))


@pytest.mark.editors
@pytest.mark.slow
def test_kdenlive_opens_its_project_with_every_clip_in_place(footage: Footage, tmp_path: Path) -> None:
    installed("kdenlive", "Xvfb", "xdotool", "dbus-run-session", "dbus-send")
    project, given = handed(KdenliveExporter(), footage, tmp_path)
    opened = saved(KDENLIVE, project, "dbus-run-session", "--")
    assert entries(opened) == entries(given)
    mixes = [properties(one) for one in opened.iter("transition")]
    assert len([one for one in mixes if "kdenlive:mixcut" in one]) == 2


@pytest.mark.editors
@pytest.mark.slow
def test_shotcut_opens_its_project_with_every_clip_in_place(footage: Footage, tmp_path: Path) -> None:
    installed("shotcut", "Xvfb", "xdotool")
    project, given = handed(ShotcutExporter(), footage, tmp_path)
    opened = saved(SHOTCUT, project)
    assert entries(opened) == entries(given)
    main = next(one for one in opened.findall("tractor") if properties(one).get("shotcut") == "1")
    assert len(main.findall("track")) == 1 + len(
        [one for one in given.iter("playlist") if one.attrib["id"][0] in "VA"]
    )

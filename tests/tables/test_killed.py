"""A table's films, killed twice on the way and started again: all are there, and nothing was made twice."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.footage import Footage

FILMS = 8
ARGUMENTS = (
    "render",
    "board.yaml",
    "--table",
    "rows.csv",
    "-o",
    "out/${slug}.mp4",
    "--jobs",
    "2",
    "--cache",
    "cache",
)


def start(folder: Path) -> subprocess.Popen[bytes]:
    """The films of the table, begun."""
    argv = [sys.executable, "-m", "stitcher", *ARGUMENTS]
    return subprocess.Popen(argv, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def finished(folder: Path) -> dict[Path, tuple[int, int]]:
    """Films and pieces that are there whole, each with which file it is and since when."""
    pieces = [path for path in folder.glob("cache/pieces/??/*.mp4") if path.with_suffix(".json").exists()]
    films = list(folder.glob("out/[!.]*.mp4"))
    return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in (*pieces, *films)}


@pytest.mark.slow
def test_killed_twice_nothing_is_made_twice(footage: Footage, tmp_path: Path) -> None:
    clip = json.dumps(str(footage.clip(64, frames=25)))
    (tmp_path / "board.yaml").write_text(
        f'stitcher: 1\nshots:\n  - {{id: a, clip: {clip}}}\n  - {{id: b, title: {{text: "${{slug}}", duration: 6f}}}}\n'
    )
    (tmp_path / "rows.csv").write_text("slug\n" + "".join(f"film-{n}\n" for n in range(FILMS)))
    there: dict[Path, tuple[int, int]] = {}
    for enough in (2, 4):
        process = start(tmp_path)
        while process.poll() is None and len(list(tmp_path.glob("out/[!.]*.mp4"))) < enough:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        now = finished(tmp_path)
        assert there.items() <= now.items()
        there = now
    process = start(tmp_path)
    _, error = process.communicate(timeout=120)
    assert process.returncode == 0, error.decode()
    whole = finished(tmp_path)
    assert there.items() <= whole.items()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(
        [*(f"film-{n}.mp4" for n in range(FILMS)), "report.csv", "report.json"]
    )
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["kept"] + report["made"] == FILMS
    assert report["kept"] >= 4

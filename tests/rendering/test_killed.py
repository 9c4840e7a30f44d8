"""A render killed at any moment, and started again, gives the film it would have given."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.footage import Footage

SCRIPT = """
import sys
from pathlib import Path
import stitcher
clips, out, cache = sys.argv[1].split("|"), Path(sys.argv[2]), Path(sys.argv[3])
board = stitcher.assemble(clips, transition="dissolve", duration="8f")
stitcher.render(board, out, options=stitcher.RenderOptions(cache=cache))
"""
KILLS = 25
"""Renders that die; rounds that end before they are killed are not counted."""


def start(clips: list[Path], out: Path, cache: Path) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-c", SCRIPT, "|".join(map(str, clips)), str(out), str(cache)]
    return subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_anywhere_and_run_again_gives_the_same_film(footage: Footage, tmp_path: Path) -> None:
    clips = [footage.clip(n, audio="tone", frames=49) for n in (1, 2, 3)]
    whole = tmp_path / "whole.mp4"
    began = time.monotonic()
    process = start(clips, whole, tmp_path / "cache-whole")
    _, error = process.communicate(timeout=120)
    assert process.returncode == 0, error.decode()
    lasts = time.monotonic() - began
    wanted = whole.read_bytes()

    chance = random.Random(20)
    folder = tmp_path / "killed"
    folder.mkdir()
    out = folder / "film.mp4"
    killed = 0
    for round_number in range(4 * KILLS):
        if killed == KILLS:
            break
        out.write_bytes(b"the old film")
        cache = tmp_path / f"cache-{round_number}"
        process = start(clips, out, cache)
        time.sleep(chance.uniform(0.1, 0.95) * lasts)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        # A quick round is over before the blow falls; it does not count.
        killed += process.returncode == -signal.SIGKILL
        assert out.read_bytes() in (b"the old film", wanted)
        again = start(clips, out, cache)
        _, error = again.communicate(timeout=120)
        assert again.returncode == 0, error.decode()
        assert out.read_bytes() == wanted
        assert {path.name for path in folder.iterdir()} == {"film.mp4"}
    assert killed == KILLS

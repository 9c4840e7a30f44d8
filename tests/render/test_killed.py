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
stitcher.render(board, out, cache=cache)
"""
KILLS = 25


def start(clips: list[Path], out: Path, cache: Path) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-c", SCRIPT, "|".join(map(str, clips)), str(out), str(cache)]
    return subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


@pytest.mark.slow
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
    for round_number in range(KILLS):
        out.write_bytes(b"the old film")
        # Every third round begins with an empty cache, the others go on from what was killed before.
        cache = tmp_path / f"cache-{round_number // 3}"
        process = start(clips, out, cache)
        time.sleep(chance.uniform(0.3, 1.0) * lasts)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        assert out.read_bytes() in (b"the old film", wanted)
        again = start(clips, out, cache)
        _, error = again.communicate(timeout=120)
        assert again.returncode == 0, error.decode()
        assert out.read_bytes() == wanted
        assert {path.name for path in folder.iterdir()} == {"film.mp4"}
    assert killed >= KILLS // 2

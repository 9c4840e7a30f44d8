"""Memory of a mix does not follow its cues or its length. Measured in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.sound.material import sound, tone

resource = pytest.importorskip("resource", reason="Windows does not tell how much memory was used")

SECOND = 48_000
MEASURED = """
import random, resource, sys
from pathlib import Path
from tests.sound.material import AAC, cue, described
from stitcher.delivery.spec import UNTOUCHED
from stitcher.sound.mix import plan_mix
from stitcher.sound.mixdown import render_sound
from stitcher.sound.store import Workshop
from stitcher.timeline.model import GainKey

folder, count, seconds = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
film = seconds * 48_000
short, long = described(folder / "short.wav", 3 * 48_000), described(folder / "long.wav", 130 * 48_000)
places = random.Random(1)
cues = [cue(short, places.randrange(film - 3 * 48_000), 3 * 48_000, gain_db=-20.0) for _ in range(count)]
keys = tuple(GainKey(48_000 * at, -6.0 * (at % 2)) for at in range(1, seconds))
cues.append(cue(long, 0, film, loop=True, gain_db=-20.0, gain_keys=keys))
cues.append(cue(long, 48_000, film - 48_000, loop=True, gain_db=-20.0))
assert render_sound(plan_mix(cues, film), AAC, UNTOUCHED, folder / "out", work=Workshop(folder)).samples == film
# Linux counts what the program that started this one had in `ru_maxrss`; VmHWM is this one's alone.
status = Path("/proc/self/status").read_text()
own = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
print((own + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how much a program had at most")
def test_five_hundred_cues_in_ten_minutes_and_a_ducked_bed_take_less_than_300_megabytes(
    tmp_path: Path,
) -> None:
    sound(tmp_path / "short.wav", tone(3 * SECOND))
    sound(tmp_path / "long.wav", tone(130 * SECOND))
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(tmp_path), "498", "600"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 300

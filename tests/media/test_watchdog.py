from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from stitcher.media import watchdog
from stitcher.media.ffmpeg_process import run
from tests.media.processes import ENDLESS, SOURCE, becomes, is_alive, needs_proc

_PARENT = """
import os, sys
from stitcher.media import watchdog
from stitcher.media.ffmpeg_process import run
seen = watchdog.watch
def watch(pid):
    seen(pid)
    print(pid, flush=True)
watchdog.watch = watch
if sys.argv[1] == "fork":
    if os.fork():
        os.wait()
run(sys.argv[2:])
"""


@needs_proc
@pytest.mark.parametrize("how", ["plain", "fork"])
def test_a_killed_parent_takes_ffmpeg_with_it(how: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT, how, *ENDLESS],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_alive(pid)
        os.killpg(parent.pid, signal.SIGKILL)
    assert becomes(lambda: not is_alive(pid))


@needs_proc
def test_a_watcher_that_was_ended_is_replaced() -> None:
    run([*SOURCE, "-f", "null", "-"])
    first = watchdog._watcher
    assert first is not None
    first.kill()
    assert becomes(lambda: not is_alive(first.pid))
    for _ in range(2):
        run([*SOURCE, "-f", "null", "-"])
    assert watchdog._watcher is not None
    assert watchdog._watcher.poll() is None
    assert watchdog._watcher.pid != first.pid


@needs_proc
def test_a_sweep_ends_only_what_lost_its_stitcher() -> None:
    mark = watchdog.owner_mark()
    lost_mark = f"{mark.split()[0]} {mark.split()[1]} 1"

    def sleeper(owner: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            ["sleep", "60"],
            env={"PATH": os.environ["PATH"], watchdog.OWNER_VARIABLE: owner},
            start_new_session=True,
        )

    lost, kept, foreign = sleeper(lost_mark), sleeper(mark), sleeper("pid:[1] 999999 1")
    try:
        assert becomes(lambda: watchdog.sweep() == 1)
        assert lost.wait(5) == -signal.SIGKILL
        assert (kept.poll(), foreign.poll()) == (None, None)
    finally:
        for process in (lost, kept, foreign):
            process.kill()
            process.wait()

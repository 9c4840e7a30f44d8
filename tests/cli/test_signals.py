"""Ctrl-C and its relatives: exit code 130, nothing left but the cache."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from stitcher.cli import signals
from tests.footage import Footage, ffmpeg_exe

_ENTRY = [sys.executable, "-c", "from stitcher.cli.main import entry; entry()"]


@pytest.fixture
def endless_ffmpeg(tmp_path: Path) -> Path:
    """An ffmpeg that answers questions, and never ends when it is given work."""
    program = tmp_path / "ffmpeg"
    program.write_text(
        '#!/bin/sh\ncase " $* " in *" -progress "*) exec sleep 300;; esac\n'
        f'exec {shlex.quote(ffmpeg_exe())} "$@"\n'
    )
    program.chmod(0o755)
    return program


def _at_work(process: subprocess.Popen[str]) -> list[psutil.Process]:
    found = []
    for child in psutil.Process(process.pid).children(recursive=True):
        # Programs that were only asked a question may end while they are looked at.
        with contextlib.suppress(psutil.NoSuchProcess):
            if child.name() == "sleep":
                found.append(child)
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    "number",
    [
        pytest.param(signal.SIGINT, id="SIGINT"),
        pytest.param(signal.SIGTERM, id="SIGTERM"),
        pytest.param(signal.SIGHUP, id="SIGHUP"),
    ],
)
def test_a_signal_stops_a_render_and_a_second_run_goes_on(
    number: signal.Signals, footage: Footage, tmp_path: Path, endless_ffmpeg: Path
) -> None:
    clips = footage.chain(2, first_id=70, frames=25)
    command = [*_ENTRY, "assemble", *map(str, clips), "-o", "film.mp4", "--preset", "draft", "--json"]
    environment = {**os.environ, "STITCHER_CACHE": str(tmp_path / "cache")}
    folder = tmp_path / "films"
    folder.mkdir()
    (folder / "film.mp4").write_bytes(b"the old film")
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**environment, "STITCHER_FFMPEG": str(endless_ffmpeg)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        give_up = time.monotonic() + 60
        while not (children := _at_work(process)):
            assert time.monotonic() < give_up
            assert process.poll() is None, process.stdout.read() if process.stdout else ""
            time.sleep(0.02)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads(out)["error"]["kind"] == "Interrupted"
    assert "Traceback" not in err
    assert [path.name for path in folder.iterdir()] == ["film.mp4"]
    assert (folder / "film.mp4").read_bytes() == b"the old film"
    assert not psutil.wait_procs(children, timeout=5)[1]
    again = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(again.stdout)["films"][0]["frames"] == 49


def test_the_first_signal_sets_the_event_and_the_second_ends_it() -> None:
    said: list[str] = []
    with signals.cancel_on_signal(said.append) as cancel:
        signal.raise_signal(signal.SIGINT)
        assert cancel.is_set()
        assert len(said) == 1
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_handlers_are_put_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with signals.ended_by_signal():
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        with signals.cancel_on_signal(lambda text: None):
            pass
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before


def test_what_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with signals.ended_by_signal():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_other_threads_keep_their_handlers() -> None:
    seen: list[bool] = []

    def work() -> None:
        with signals.cancel_on_signal(lambda text: None) as cancel:
            seen.append(cancel.is_set())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [False]

"""Run ffmpeg on data that is made while it runs: the same care as `ffmpeg.run`, with a pipe to its input.

A feeder that dies leaves ffmpeg with an end of file that looks like the end of the data, and a short file that is
valid. So nothing fed is published by ffmpeg's word: whoever feeds counts what came out, and a feeder that fails
kills ffmpeg before it closes the pipe.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shlex
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence

from stitcher.errors import FfmpegMissing, Interrupted
from stitcher.media import watchdog
from stitcher.media.ffmpeg import child_environment, find
from stitcher.media.ffmpeg_failure import LEVELS, ended_badly
from stitcher.media.threads import FILTER_OPTIONS

_log = logging.getLogger(__name__)

_TICK_S = 0.2


def feed(
    args: Sequence[str],
    chunks: Iterable[bytes | memoryview],
    *,
    on_chunk: Callable[[int], None] | None = None,
    cancel: threading.Event | None = None,
    stall_s: float = 120,
) -> int:
    """Run ffmpeg on `chunks`, written to its standard input, and return how many of them it took.

    `args` come without the program and read from `pipe:0`. `on_chunk` is called with the number written so far.
    Time that `chunks` takes to make its data is its own; ffmpeg may take up to `stall_s` to accept one chunk, and
    as long again to finish after the last.

    Raises `Interrupted` when `cancel` is set, `DiskFull`, `FfmpegFailed` for any other end than success, and
    whatever `chunks` raises. The process has ended by then, in every case. What it wrote is whole only when this
    returns; count it all the same.
    """
    program = find()
    argv = [str(program.path), "-nostdin", "-hide_banner", "-y", "-nostats", *LEVELS, *FILTER_OPTIONS, *args]
    _log.debug("feeding %s", shlex.join(argv))
    with tempfile.TemporaryFile() as stderr:
        try:
            process = subprocess.Popen(
                argv,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                env=child_environment(),
                start_new_session=True,
                bufsize=0,
            )
        except OSError as exc:
            raise FfmpegMissing(f"{argv[0]!r} could not be started: {exc.strerror or exc}.") from exc
        watchdog.watch(process.pid)
        guard = _Guard(process, cancel, stall_s)
        try:
            written = _write(process, chunks, guard, on_chunk)
            guard.expect()
            process.wait()
        except BaseException:
            # Killed while the pipe is still open: closing it first would let ffmpeg finish a short file.
            _kill(process)
            raise
        finally:
            guard.stop()
            watchdog.unwatch(process.pid)
            if process.stdin is not None:
                # What is left in a pipe whose reader has gone is of no interest.
                with contextlib.suppress(OSError):
                    process.stdin.close()
        if guard.cancelled:
            raise Interrupted("Stopped on request; what is finished is kept, run the same again to go on.")
        if process.returncode == 0 and written is not None and not guard.stalled:
            return written
        how = "" if process.returncode else "ffmpeg ended before it had taken everything in"
        if guard.stalled:
            how = f"ffmpeg took nothing in for {stall_s:g} s"
        raise ended_badly(argv, process.returncode, stderr, program.version, how)


def _write(
    process: subprocess.Popen[bytes],
    chunks: Iterable[bytes | memoryview],
    guard: _Guard,
    on_chunk: Callable[[int], None] | None,
) -> int | None:
    """How many chunks were written; `None` when ffmpeg stopped reading."""
    pipe = process.stdin
    assert pipe is not None
    written = 0
    for chunk in chunks:
        if guard.cancelled:
            return None
        guard.expect()
        rest = memoryview(chunk).cast("B")
        try:
            while rest:
                rest = rest[pipe.write(rest) :]
        except OSError:
            process.wait()
            return None
        guard.rest()
        written += 1
        if on_chunk is not None:
            on_chunk(written)
    if guard.cancelled:
        return None
    try:
        pipe.close()
    except OSError:
        process.wait()
        return None
    return written


class _Guard:
    """Kills the process when it is asked to stop or takes nothing in, so that a blocked write returns."""

    def __init__(
        self, process: subprocess.Popen[bytes], cancel: threading.Event | None, stall_s: float
    ) -> None:
        self.cancelled = False
        self.stalled = False
        self._process = process
        self._cancel = cancel
        self._stall_s = stall_s
        self._since: float | None = None
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="ffmpeg feed", daemon=True)
        self._thread.start()

    def expect(self) -> None:
        """From now on it is ffmpeg's turn."""
        self._since = time.monotonic()

    def rest(self) -> None:
        """From now on it is ours."""
        self._since = None

    def stop(self) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(_TICK_S):
            if self._cancel is not None and self._cancel.is_set():
                self.cancelled = True
                _kill(self._process)
                return
            since = self._since
            if since is not None and time.monotonic() - since > self._stall_s:
                self.stalled = True
                _kill(self._process)
                return


def _kill(process: subprocess.Popen[bytes]) -> None:
    # Nothing of a file that is being fed is worth finishing, so there is no asking first.
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            if os.name == "posix":
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        process.wait()

"""Run ffmpeg as a child process that cannot hang, outlives nobody, and says why it failed.

Graphs and argument lists are built elsewhere (with ffmpeg-python) and arrive here finished. `run` lets ffmpeg read
files, and data from its standard input where it is given some, and follows its progress; `feed` gives it data alone.

A feeder that dies leaves ffmpeg with an end of file that looks like the end of the data, and a short file that is
valid. So nothing fed is published by ffmpeg's word: whoever feeds counts what came out, and a feeder that fails kills
ffmpeg before it closes the pipe.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import os
import shlex
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from stitcher.errors import FfmpegMissing, Interrupted
from stitcher.media import watchdog
from stitcher.media.ffmpeg import child_environment, find
from stitcher.media.ffmpeg_failure import LEVELS, ended_badly, read_tail, without_levels
from stitcher.media.threads import FILTER_OPTIONS

_log = logging.getLogger(__name__)

_STDERR_KEPT = 1 << 20
_GRACE_S = 10.0
_CANCEL_GRACE_S = 1.0
_BUSY_FACTOR = 10
_TICK_S = 0.1
_PROGRESS = frozenset((b"frame", b"out_time_us", b"total_size", b"progress"))


def run(
    args: Sequence[str],
    *,
    fed: Iterable[bytes | memoryview] | None = None,
    on_frames: Callable[[int], None] | None = None,
    cancel: threading.Event | None = None,
    stall_s: float = 120,
    cwd: Path | str | None = None,
    trial: bool = False,
) -> str:
    """Run ffmpeg to its end and return what it wrote to stderr (the last 1 MiB, without statistics lines).

    `args` come without the program. What is `fed` is made in a thread of its own and written to `pipe:0`, as much of it
    as ffmpeg takes. `on_frames` is called from this thread with the number of frames written so far, each time it
    grows. Standard output carries the progress, so outputs must be files. A `trial` that fails leaves no log.

    Raises `Interrupted` when `cancel` is set, `DiskFull`, `FfmpegFailed` for any other end than success, also when
    nothing moves for `stall_s` seconds, and whatever `fed` raises. The process has ended by then, in every case. An
    exit code of 0 says little: count and check what was written.
    """
    # A filter that looks at everything before it lets anything out shows no progress, yet works: it is given longer
    # while it uses the processor.
    guard = _Guard(cancel, stall_s, busy_s=stall_s * _BUSY_FACTOR, grace_s=_GRACE_S)
    argv = ["-progress", "pipe:1", *args]
    with _started(argv, guard, fed=fed is not None, told=True, cwd=cwd, logged=not trial) as child:
        guard.expect()
        with contextlib.nullcontext() if fed is None else _feeding(child, fed, guard):
            _follow(child.output, guard, on_frames)
    return child.report


def feed(
    args: Sequence[str],
    chunks: Iterable[bytes | memoryview],
    *,
    cancel: threading.Event | None = None,
    stall_s: float = 120,
) -> int:
    """Run ffmpeg on `chunks`, written to its standard input, and return how many of them it took.

    `args` come without the program and read from `pipe:0`. Time that `chunks` takes to make its data is its own;
    ffmpeg may take up to `stall_s` to accept one chunk, and as long again to finish after the last.

    Raises `Interrupted` when `cancel` is set, `DiskFull`, `FfmpegFailed` for any other end than success, and
    whatever `chunks` raises. The process has ended by then, in every case. What it wrote is whole only when this
    returns; count it all the same.
    """
    # Nothing of a file that is being fed is worth finishing, so there is no asking before it is killed.
    guard = _Guard(cancel, stall_s, busy_s=stall_s, grace_s=0)
    with _started(args, guard, fed=True) as child:
        written, complete = _write(child.input, chunks, guard)
        if not complete:
            child.fault = "ffmpeg ended before it had taken everything in"
    return written


@contextlib.contextmanager
def _feeding(child: _Child, chunks: Iterable[bytes | memoryview], guard: _Guard) -> Iterator[None]:
    """Data written to ffmpeg by a thread, for as long as it is followed. Raises what `chunks` raises."""
    faults: list[BaseException] = []

    def work() -> None:
        try:
            _write(child.input, chunks, guard)
        except BaseException as exc:
            faults.append(exc)
            # Before its input ends, which it would take for the end of the data.
            guard.end(child.process, 0)

    feeder = threading.Thread(target=work, name="ffmpeg feeder", daemon=True)
    feeder.start()
    try:
        yield
    except BaseException:
        guard.end(child.process, 0)
        raise
    finally:
        # ffmpeg has ended, or is about to: nothing waits for it to read on.
        feeder.join()
    if faults:
        raise faults[0]


def _follow(progress: IO[bytes], guard: _Guard, on_frames: Callable[[int], None] | None) -> None:
    """Read what ffmpeg tells of its progress until it closes its output."""
    latest: dict[bytes, bytes] = {}
    frames = 0
    for line in progress:
        name, _, value = line.strip().partition(b"=")
        if name not in _PROGRESS or latest.get(name) == value:
            continue
        latest[name] = value
        if name == b"frame" and value.isdigit() and int(value) > frames:
            frames = int(value)
            if on_frames is not None:
                guard.rest()
                on_frames(frames)
        guard.expect()


def _write(
    pipe: IO[bytes],
    chunks: Iterable[bytes | memoryview],
    guard: _Guard,
) -> tuple[int, bool]:
    """How many chunks were written, and whether ffmpeg read on to the last."""
    written = 0
    for chunk in chunks:
        if guard.cancelled:
            return written, False
        guard.expect()
        try:
            pipe.write(memoryview(chunk).cast("B"))
            pipe.flush()
        except OSError:
            return written, False
        guard.rest()
        written += 1
    if guard.cancelled:
        return written, False
    guard.expect()
    try:
        pipe.close()
    except OSError:
        return written, False
    return written, True


@dataclass(slots=True)
class _Child:
    """One ffmpeg under way."""

    process: subprocess.Popen[bytes]
    fault: str = ""
    """What went wrong, should it end as if all were well."""
    report: str = ""
    """What it wrote to stderr, once it has ended well."""

    @property
    def input(self) -> IO[bytes]:
        """What it is fed through."""
        assert self.process.stdin is not None
        return self.process.stdin

    @property
    def output(self) -> IO[bytes]:
        """What it tells its progress through."""
        assert self.process.stdout is not None
        return self.process.stdout


@contextlib.contextmanager
def _started(
    args: Sequence[str],
    guard: _Guard,
    *,
    fed: bool = False,
    told: bool = False,
    cwd: Path | str | None = None,
    logged: bool = True,
) -> Iterator[_Child]:
    """An ffmpeg under guard, with pipes to its input (`fed`) and from its output (`told`). It is waited for at the end,
    where everything but success is raised; it has ended by then, however the body of the `with` was left.
    """
    guard.check()
    program = find()
    _sweep_once()
    argv = [str(program.path), "-nostdin", "-hide_banner", "-y", "-nostats", *LEVELS, *FILTER_OPTIONS, *args]
    _log.debug("running %s", shlex.join(argv))
    with tempfile.TemporaryFile() as stderr:
        try:
            process = subprocess.Popen(
                argv,
                stdin=subprocess.PIPE if fed else subprocess.DEVNULL,
                stdout=subprocess.PIPE if told else subprocess.DEVNULL,
                stderr=stderr,
                env=child_environment(),
                cwd=cwd,
                start_new_session=True,
            )
        except OSError as exc:
            raise FfmpegMissing(f"{argv[0]!r} could not be started: {exc.strerror or exc}.") from exc
        watchdog.watch(process.pid)
        child = _Child(process)
        try:
            guard.start(process)
            yield child
            guard.expect()
            process.wait()
        finally:
            # While its input is still open: closing it first would let ffmpeg finish a short file.
            guard.end(process)
            guard.stop()
            watchdog.unwatch(process.pid)
            for pipe in (process.stdin, process.stdout):
                # What is left in a pipe whose reader has gone is of no interest.
                with contextlib.suppress(OSError):
                    if pipe is not None:
                        pipe.close()
        if guard.cancelled:
            raise Interrupted()
        how = guard.fault or ("" if process.returncode else child.fault)
        if process.returncode or how:
            raise ended_badly(
                argv, process.returncode, stderr, version=program.version, how=how, logged=logged
            )
        child.report = without_levels(read_tail(stderr, _STDERR_KEPT))


@functools.lru_cache(maxsize=1)
def _sweep_once() -> None:
    watchdog.sweep()


class _Guard:
    """Ends the process when it is cancelled or stands still, so that whoever waits for it is let go."""

    def __init__(
        self, cancel: threading.Event | None, stall_s: float, *, busy_s: float, grace_s: float
    ) -> None:
        self.cancelled = False
        self.fault = ""
        self._grace_s = grace_s
        self._cancel = cancel
        self._stall_s = stall_s
        self._busy_s = busy_s
        """How long it may stand still while it uses the processor."""
        self._since: float | None = None
        self._done = threading.Event()
        self._ending = threading.Lock()
        self._thread: threading.Thread | None = None

    def check(self) -> None:
        """Raises `Interrupted` when it is cancelled already: what is short might be done before it is looked at."""
        if self._cancel is not None and self._cancel.is_set():
            raise Interrupted()

    def start(self, process: subprocess.Popen[bytes]) -> None:
        # A thread, not select: pipes cannot be selected on Windows.
        self._thread = threading.Thread(target=self._watch, args=(process,), name="ffmpeg guard", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def expect(self) -> None:
        """It is ffmpeg's turn; it has just moved."""
        self._since = time.monotonic()

    def rest(self) -> None:
        """It is not ffmpeg's turn."""
        self._since = None

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        worked, ticks = 0.0, watchdog.cpu_ticks(process.pid)
        while not self._done.wait(min(_TICK_S, self._stall_s / 4)):
            if self._cancel is not None and self._cancel.is_set():
                self.cancelled = True
                # What it was writing is thrown away, so it need not be given time to finish the file.
                self.end(process, _CANCEL_GRACE_S)
                return
            since, now = self._since, time.monotonic()
            if since is None or now - max(since, worked) <= self._stall_s:
                continue
            # One that is blocked or stopped does not use the processor.
            used = watchdog.cpu_ticks(process.pid)
            if used is None or used == ticks or now - since > self._busy_s:
                self.fault = f"ffmpeg made no progress for {now - since:.0f} s and was stopped"
                self.end(process)
                return
            worked, ticks = now, used

    def end(self, process: subprocess.Popen[bytes], most_s: float = _GRACE_S) -> None:
        """Have the process end, with all it has started: asked, where it is given time for it, and then killed."""
        with self._ending:
            if process.poll() is not None:
                return
            grace_s = min(self._grace_s, most_s)
            if grace_s:
                # Exactly one SIGTERM: ffmpeg takes several for impatience and leaves undecodable files.
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(grace_s)
                    return
            if os.name == "posix":
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
            process.wait()

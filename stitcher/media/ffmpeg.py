"""The one door to the ffmpeg program: found once, asked once what it can do, and run so that it cannot hang.

Graphs and argument lists are built elsewhere (with ffmpeg-python) and arrive here as a finished argument list.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import logging
import os
import queue
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from stitcher.errors import FfmpegMissing, Interrupted
from stitcher.media import probe_cache, watchdog
from stitcher.media.ffmpeg_failure import LEVELS, ended_badly, read_tail, without_levels
from stitcher.media.threads import FILTER_OPTIONS

_log = logging.getLogger(__name__)

_STDERR_KEPT = 1 << 20
_GRACE_S = 10.0
_CANCEL_GRACE_S = 1.0
_ASK_S = 60.0
_BUSY_FACTOR = 10

_ENVIRONMENT = frozenset((
    "PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TMP", "TEMP", "DISPLAY",
    "WAYLAND_DISPLAY", "SYSTEMROOT", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA",
    "PROGRAMDATA", "OMP_NUM_THREADS",
))  # fmt: skip
_ENVIRONMENT_PREFIXES = (
    "LC_", "LD_", "DYLD_", "XDG_", "FONTCONFIG_", "CUDA_", "NVIDIA_", "LIBVA_", "MFX_", "ONEVPL_", "VK_",
)  # fmt: skip


def file_url(path: Path | str) -> str:
    """`file:` and the absolute path: a name ffmpeg never takes for an option, a protocol or a pattern list."""
    return f"file:{os.path.abspath(path)}"


def child_environment() -> dict[str, str]:
    """What a child process may know of our environment: enough to run, no keys, no proxies."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.upper() in _ENVIRONMENT or name.upper().startswith(_ENVIRONMENT_PREFIXES)
    }
    kept[watchdog.OWNER_VARIABLE] = watchdog.owner_mark()
    # One heap a thread, glibc's way, keeps what each of ffmpeg's many threads has ever used; so do heaps that have
    # come to hold pictures, which glibc moves there from where they are given back one by one.
    kept.setdefault("MALLOC_ARENA_MAX", "2")
    kept.setdefault("MALLOC_MMAP_THRESHOLD_", "131072")
    return kept


@dataclass(frozen=True)
class Ffmpeg:
    """One ffmpeg program. What it can do is asked when first needed, and once."""

    path: Path
    version: str
    """As it names itself, such as `7.1` or `N-118000-g1234567`."""

    def encoders(self) -> frozenset[str]:
        """Names of the encoders it was built with; hardware ones may still fail on this machine."""
        return _listed(self.path, "-encoders", r"^ [VAS][A-Z.]{5} (\S+)")

    def filters(self) -> frozenset[str]:
        """Names of its filters."""
        return _listed(self.path, "-filters", r"^ [A-Z.]{2,3} (\S+)\s+\S+->\S+")

    def muxers(self) -> frozenset[str]:
        """Names of the formats it writes; one with several names counts under each."""
        listed = _listed(self.path, "-muxers", r"^ [D ]E[d ]? +(\S+)")
        return frozenset(name for names in listed for name in names.split(","))

    def xfade_kinds(self) -> frozenset[str]:
        """Names of the transitions its `xfade` filter knows, without `custom`."""
        text = _ask(self.path, "-h", "filter=xfade")
        block = re.search(r"^\s+transition\s+<int>.*?\n((?:\s{5}\s*\S+\s+-?\d+\s.*\n)+)", text, re.MULTILINE)
        names = re.findall(r"^\s+(\S+)\s+-?\d+\s", block[1], re.MULTILINE) if block else []
        return frozenset(names) - {"custom"}


@functools.lru_cache(maxsize=64)
def _ask(program: Path, *question: str) -> str:
    if program != _bundled():
        return ask(program, *question)
    # One file that needs no library: what it says changes only with it. Others are asked every time.
    facts, written = os.stat(program), shlex.join(question)
    known = probe_cache.recall_answer(program, facts, written)
    if known is None:
        known = ask(program, *question)
        probe_cache.keep_answer(program, facts, written, known)
    return known


def ask(program: Path, *question: str) -> str:
    """What a program answers to a question, such as `-version`, now. Raises `FfmpegMissing` when it does not run."""
    try:
        answer = subprocess.run(
            [str(program), "-nostdin", "-hide_banner", *question],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=child_environment(),
            timeout=_ASK_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise FfmpegMissing(
            f"{str(program)!r} could not be run as ffmpeg ({exc}); install another, or set STITCHER_FFMPEG."
        ) from exc
    if answer.returncode:
        raise FfmpegMissing(
            f"{str(program)!r} does not answer as ffmpeg (it ended with {answer.returncode}); install another, or set "
            "STITCHER_FFMPEG."
        )
    return answer.stdout.decode(errors="replace")


@functools.lru_cache(maxsize=8)
def _listed(program: Path, question: str, pattern: str) -> frozenset[str]:
    return frozenset(re.findall(pattern, _ask(program, question), re.MULTILINE))


@functools.lru_cache(maxsize=1)
def _bundled() -> Path | None:
    """The program that comes inside imageio-ffmpeg, where there is one."""
    package = importlib.util.find_spec("imageio_ffmpeg")
    if package is None or package.origin is None:
        return None
    found = sorted(Path(package.origin).parent.glob("binaries/ffmpeg-*"))
    return found[0] if len(found) == 1 and os.access(found[0], os.X_OK) else None


def _packaged() -> str:
    """The program of imageio-ffmpeg: its own, or one it finds."""
    own = _bundled()
    if own is not None and "IMAGEIO_FFMPEG_EXE" not in os.environ:
        # The package runs it to see whether it works, and so would we, once more.
        with contextlib.suppress(FfmpegMissing):
            if _version(own) is not None:
                return str(own)
    try:
        import imageio_ffmpeg

        found = str(imageio_ffmpeg.get_ffmpeg_exe())
        return shutil.which(found) or found
    except (ImportError, RuntimeError, OSError) as exc:
        raise FfmpegMissing(
            "No ffmpeg program was found; install the package imageio-ffmpeg, or set STITCHER_FFMPEG to one."
        ) from exc


def _version(program: Path) -> str | None:
    named = re.search(r"^ffmpeg version (\S+)", _ask(program, "-version"), re.MULTILINE)
    return named[1] if named is not None else None


@functools.lru_cache(maxsize=4)
def _found(override: str) -> Ffmpeg:
    if override:
        place = shutil.which(override)
        if place is None:
            raise FfmpegMissing(
                f"STITCHER_FFMPEG is {override!r}, which is not a program that can be run; correct it or unset it."
            )
    else:
        place = _packaged()
    program = Path(os.path.abspath(place))
    version = _version(program)
    if version is None:
        raise FfmpegMissing(
            f"{str(program)!r} does not answer as ffmpeg; set STITCHER_FFMPEG to one that does."
        )
    return Ffmpeg(program, version)


def find() -> Ffmpeg:
    """The ffmpeg program to use: `STITCHER_FFMPEG`, then imageio-ffmpeg's. Raises `FfmpegMissing`."""
    return _found(os.environ.get("STITCHER_FFMPEG", ""))


@functools.lru_cache(maxsize=1)
def _sweep_once() -> None:
    watchdog.sweep()


def run(
    args: Sequence[str],
    *,
    on_frames: Callable[[int], None] | None = None,
    cancel: threading.Event | None = None,
    stall_s: float = 120,
    cwd: Path | str | None = None,
    trial: bool = False,
) -> str:
    """Run ffmpeg to its end and return what it wrote to stderr (the last 1 MiB, without statistics lines).

    `args` come without the program. `on_frames` is called from this thread with the number of frames written so
    far, each time it grows. Standard output carries the progress, so outputs must be files. A `trial` that fails
    leaves no log.

    Raises `Interrupted` when `cancel` is set, `DiskFull`, and `FfmpegFailed` for any other end than success,
    also when nothing moves for `stall_s` seconds. The process has ended by then, in every case. An exit code of
    0 says little: count and check what was written.
    """
    program = find()
    _sweep_once()
    argv = [
        str(program.path), "-nostdin", "-hide_banner", "-y", "-nostats",
        *LEVELS, *FILTER_OPTIONS, "-progress", "pipe:1", *args,
    ]  # fmt: skip
    _log.debug("running %s", shlex.join(argv))
    with tempfile.TemporaryFile() as stderr:
        try:
            process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=child_environment(),
                cwd=cwd,
                start_new_session=True,
            )
        except OSError as exc:
            raise FfmpegMissing(
                f"{str(program.path)!r} could not be started: {exc.strerror or exc}."
            ) from exc
        watchdog.watch(process.pid)
        try:
            _Follower(process, on_frames, cancel, stall_s).follow()
        except _Stalled as exc:
            raise ended_badly(
                argv, process.returncode, stderr, program.version, str(exc), logged=not trial
            ) from None
        finally:
            if process.poll() is None:
                _stop(process)
            watchdog.unwatch(process.pid)
            if process.stdout is not None:
                process.stdout.close()
        if process.returncode == 0:
            return without_levels(read_tail(stderr, _STDERR_KEPT))
        raise ended_badly(argv, process.returncode, stderr, program.version, logged=not trial)


class _Stalled(Exception):
    pass


class _Follower:
    """Reads the progress of one process until it ends, is cancelled or stands still."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        on_frames: Callable[[int], None] | None,
        cancel: threading.Event | None,
        stall_s: float,
    ) -> None:
        self._process = process
        self._on_frames = on_frames
        self._cancel = cancel
        self._stall_s = stall_s
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._seen: dict[bytes, bytes] = {}
        self._frames = 0
        self._grace_s = _GRACE_S

    def follow(self) -> None:
        # A thread, not select: pipes cannot be selected on Windows, and the pipe must be drained while stopping.
        reader = threading.Thread(target=self._read, name="ffmpeg progress", daemon=True)
        reader.start()
        try:
            self._watch()
            self._process.wait(self._stall_s)
        except subprocess.TimeoutExpired:
            raise _Stalled("ffmpeg closed its output but did not end, and was killed") from None
        finally:
            if self._process.poll() is None:
                _stop(self._process, self._grace_s)
            reader.join(_GRACE_S)

    def _watch(self) -> None:
        moved = time.monotonic()
        rested, ticks = moved, watchdog.cpu_ticks(self._process.pid)
        tick_s = min(0.1, self._stall_s / 4)
        while True:
            if self._cancel is not None and self._cancel.is_set():
                # What it was writing is thrown away, so it need not be given time to finish the file.
                self._grace_s = _CANCEL_GRACE_S
                raise Interrupted(
                    "Stopped on request; what is finished is kept, run the same again to go on."
                )
            with contextlib.suppress(queue.Empty):
                line = self._lines.get(timeout=tick_s)
                if line is None:
                    return
                if self._take(line):
                    moved = rested = time.monotonic()
                continue
            now = time.monotonic()
            if now - rested <= self._stall_s:
                continue
            # A filter that looks at everything before it lets anything out shows no progress, yet works: it is
            # given longer while it uses the processor. One that is blocked or stopped does not.
            used = watchdog.cpu_ticks(self._process.pid)
            if used is None or used == ticks or now - moved > self._stall_s * _BUSY_FACTOR:
                raise _Stalled(f"ffmpeg made no progress for {now - moved:.0f} s and was stopped")
            rested, ticks = now, used

    def _take(self, line: bytes) -> bool:
        name, _, value = line.strip().partition(b"=")
        if (
            name not in (b"frame", b"out_time_us", b"total_size", b"progress")
            or self._seen.get(name) == value
        ):
            return False
        self._seen[name] = value
        if name == b"frame" and value.isdigit() and int(value) > self._frames:
            self._frames = int(value)
            if self._on_frames is not None:
                self._on_frames(self._frames)
        return True

    def _read(self) -> None:
        stdout = self._process.stdout
        if stdout is not None:
            # A pipe closed under us only means that the process has been dealt with.
            with contextlib.suppress(ValueError, OSError):
                for line in stdout:
                    self._lines.put(line)
        self._lines.put(None)


def _stop(process: subprocess.Popen[bytes], grace_s: float = _GRACE_S) -> None:
    # Exactly one SIGTERM: ffmpeg takes several for impatience and leaves undecodable files.
    process.terminate()
    try:
        process.wait(grace_s)
    except subprocess.TimeoutExpired:
        if os.name == "posix":
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()

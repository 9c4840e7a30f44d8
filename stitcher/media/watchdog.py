"""Watchdog against orphans: no ffmpeg outlives the process that started it, even one killed with SIGKILL.

A watcher, one small shell for each process that runs ffmpeg, holds the reading end of a pipe whose writing end
only we hold. It is told of each child; when the pipe closes, for whatever reason, it kills those still listed.
PR_SET_PDEATHSIG would do the same on Linux alone, but has to be set between fork and exec, which is not safe in
a program with threads. What slips through (the watcher killed as well) is found by `sweep` at the next start.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import signal
import subprocess
import threading
from pathlib import Path

_log = logging.getLogger(__name__)

OWNER_VARIABLE = "STITCHER_OWNER"
"""Set in the environment of every child, so that `sweep` knows whose it was."""

_WATCH = """trap '' HUP INT TERM
list=' '
while read -r sign group; do
  case $sign in
    +) list="$list$group " ;;
    -) list="${list%% $group *} ${list#* $group }" ;;
  esac
done
for group in $list; do kill -s KILL -- "-$group" 2>/dev/null; done
"""

_lock = threading.Lock()
_watcher: subprocess.Popen[bytes] | None = None
_pipe: int | None = None
_hooked = False


def _forget_after_fork() -> None:
    # A forked worker must not hold its parent's pipe open, or the parent's death would go unseen.
    global _watcher, _pipe, _lock
    _lock = threading.Lock()
    if _pipe is not None:
        os.close(_pipe)
    if _watcher is not None:
        _watcher.returncode = 0
    _watcher = _pipe = None


def _close() -> None:
    global _watcher, _pipe
    with _lock:
        if _pipe is not None:
            os.close(_pipe)
            _pipe = None
        if _watcher is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                _watcher.wait(5)
            _watcher = None


def _start() -> None:
    global _watcher, _pipe, _hooked
    reading, writing = os.pipe()
    try:
        _watcher = subprocess.Popen(
            ["/bin/sh", "-c", _WATCH],
            stdin=reading,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
        )
    except OSError as exc:
        os.close(writing)
        _log.warning("no watcher over ffmpeg, a killed stitcher may leave one running: %s", exc)
        return
    finally:
        os.close(reading)
    _pipe = writing
    if not _hooked:
        os.register_at_fork(after_in_child=_forget_after_fork)
        atexit.register(_close)
        _hooked = True


def _tell(line: str) -> None:
    global _pipe
    if _pipe is None:
        return
    try:
        os.write(_pipe, line.encode())
    except OSError:
        # Somebody ended the watcher; the next child gets a new one.
        os.close(_pipe)
        _pipe = None
        if _watcher is not None:
            _watcher.wait()


def watch(group: int) -> None:
    """Have the process group killed when this process ends without having said `unwatch`."""
    if os.name != "posix":
        return
    with _lock:
        if _pipe is None:
            _start()
        _tell(f"+ {group}\n")


def unwatch(group: int) -> None:
    """Take back `watch`: the group has ended."""
    with _lock:
        _tell(f"- {group}\n")


def _start_ticks(pid: int) -> str | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    return stat.rpartition(")")[2].split()[19]


def owner_mark() -> str:
    """Who we are, as no other process of this machine can be: pid namespace, pid and start time."""
    try:
        namespace = os.readlink("/proc/self/ns/pid")
    except OSError:
        namespace = ""
    return f"{namespace} {os.getpid()} {_start_ticks(os.getpid())}"


def cpu_ticks(pid: int) -> int | None:
    """Processor time a process has used, in clock ticks; `None` where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[11]) + int(fields[12])


def _is_ours_and_lost(process: Path, namespace: str) -> bool:
    try:
        environment = (process / "environ").read_bytes()
    except OSError:
        return False
    prefix = OWNER_VARIABLE.encode() + b"="
    for entry in environment.split(b"\0"):
        if not entry.startswith(prefix):
            continue
        mark = entry[len(prefix) :].decode(errors="replace").split()
        if len(mark) != 3 or mark[0] != namespace or not mark[1].isdigit():
            return False
        return _start_ticks(int(mark[1])) != mark[2]
    return False


def sweep() -> int:
    """Kill ffmpeg processes whose stitcher is gone, and say how many there were. Only Linux can tell; else 0."""
    namespace = owner_mark().split()[0]
    if not namespace.startswith("pid:"):
        return 0
    killed = 0
    for process in Path("/proc").iterdir():
        if not process.name.isdigit() or int(process.name) == os.getpid():
            continue
        # Only group leaders: that is what `run` starts, and what its children would be killed with.
        try:
            if os.getpgid(int(process.name)) != int(process.name) or process.stat().st_uid != os.getuid():
                continue
        except OSError:
            continue
        if _is_ours_and_lost(process, namespace):
            with contextlib.suppress(OSError):
                os.killpg(int(process.name), signal.SIGKILL)
                killed += 1
                _log.warning(
                    "ended ffmpeg process %s, left over from a stitcher that was killed", process.name
                )
    return killed

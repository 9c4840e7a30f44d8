"""Wall time and memory of a whole process tree, and how near two films are to a reference."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.footage import ffmpeg_exe


@dataclass(frozen=True)
class Measured:
    """One run of a command."""

    seconds: float
    """Wall."""
    cpu_seconds: float
    """User and system, of the command and its children."""
    megabytes: float
    """Highest sum of the tree's proportional set sizes, sampled."""


def run(argv: Sequence[str], *, env: dict[str, str] | None = None) -> Measured:
    """Run a command to its end; raises with its error text when it fails."""
    before = psutil.Process().cpu_times()
    began = time.perf_counter()
    process = psutil.Popen(
        argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=env
    )
    peak = [0]
    watcher = threading.Thread(target=_watch, args=(process, peak), daemon=True)
    watcher.start()
    _, error = process.communicate()
    seconds = time.perf_counter() - began
    watcher.join()
    if process.returncode:
        raise RuntimeError(
            f"{' '.join(argv[:6])} … ended with {process.returncode}:\n{error.decode()[-2000:]}"
        )
    after = psutil.Process().cpu_times()
    cpu = after.children_user - before.children_user + after.children_system - before.children_system
    return Measured(seconds, cpu, peak[0] / 1e6)


def _watch(process: psutil.Popen, peak: list[int]) -> None:
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        total = 0
        try:
            for member in [process, *process.children(recursive=True)]:
                total += _share(member)
        except psutil.Error:
            continue
        peak[0] = max(peak[0], total)
        time.sleep(0.2)


def _share(process: psutil.Process) -> int:
    """A process's proportional set size in bytes; where the kernel adds it up itself, that is cheap to ask."""
    try:
        text = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
    except OSError:
        return int(process.memory_info().rss)
    found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def nearness(film: Path, reference: Path, frames: Sequence[tuple[int, int]]) -> dict[str, float]:
    """Mean PSNR (dB, luma) and, where this ffmpeg has it, VMAF of a film over half-open frame ranges."""
    chosen = "+".join(f"between(n\\,{start}\\,{stop - 1})" for start, stop in frames)
    found: dict[str, float] = {}
    for name, pattern in (("psnr", r"y:([\d.]+|inf)"), ("libvmaf", r"VMAF score: ([\d.]+)")):
        # Equal tags on both, or ffmpeg converts one of them before comparing.
        same = f"setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709,select={chosen}"
        graph = f"[0:v]{same},setpts=N/24/TB[a];[1:v]{same},setpts=N/24/TB[b];[a][b]{name}"
        said = subprocess.run(
            [
                ffmpeg_exe(),
                "-nostdin",
                "-hide_banner",
                "-i",
                str(film),
                "-i",
                str(reference),
                "-lavfi",
                graph,
                "-f",
                "null",
                "-",
            ],
            capture_output=True,
            text=True,
            check=False,
        ).stderr
        if match := re.search(pattern, said):
            found["vmaf" if name == "libvmaf" else name] = float(match[1])
    return found

"""The ffmpeg program: where it is, its version, and which encoders, filters and muxers it was built with."""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from stitcher.errors import FfmpegMissing
from stitcher.media import probe_cache, watchdog

_BRIEFLY_S = 60.0

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
    stat, written = os.stat(program), shlex.join(question)
    answer = probe_cache.get_text(program, stat, written)
    if answer is None:
        answer = ask(program, *question)
        probe_cache.put_text(program, stat, written, answer, final=True)
    return answer


def ask(program: Path, *question: str) -> str:
    """What a program answers to a question, such as `-version`, now. Raises `FfmpegMissing` when it does not run."""
    try:
        answer = run_briefly(program, *question)
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise FfmpegMissing(
            f"{str(program)!r} could not be run as ffmpeg ({exc}); install another, or set STITCHER_FFMPEG."
        ) from exc
    if answer.returncode:
        raise FfmpegMissing(
            f"{str(program)!r} does not answer as ffmpeg (it ended with {answer.returncode}); install another, or set "
            "STITCHER_FFMPEG."
        )
    return (answer.stdout + answer.stderr).decode(errors="replace")


def run_briefly(program: Path, *args: str) -> subprocess.CompletedProcess[bytes]:
    """What a program writes that is done in no time. Raises `OSError` and `subprocess.TimeoutExpired`."""
    return subprocess.run(
        [str(program), "-nostdin", "-hide_banner", *args],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=child_environment(),
        timeout=_BRIEFLY_S,
        check=False,
    )


@functools.lru_cache(maxsize=8)
def _listed(program: Path, question: str, pattern: str) -> frozenset[str]:
    return frozenset(re.findall(pattern, _ask(program, question), re.MULTILINE))


@functools.lru_cache(maxsize=1)
def _bundled() -> Path | None:
    """The program that comes inside imageio-ffmpeg, where there is one."""
    package = importlib.util.find_spec("imageio_ffmpeg")
    if package is None or package.origin is None:
        return None
    programs = sorted(Path(package.origin).parent.glob("binaries/ffmpeg-*"))
    return programs[0] if len(programs) == 1 and os.access(programs[0], os.X_OK) else None


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

        program = str(imageio_ffmpeg.get_ffmpeg_exe())
        return shutil.which(program) or program
    except (ImportError, RuntimeError, OSError) as exc:
        raise FfmpegMissing(
            "No ffmpeg program was found; install the package imageio-ffmpeg, or set STITCHER_FFMPEG to one."
        ) from exc


def _version(program: Path) -> str | None:
    named = re.search(r"^ffmpeg version (\S+)", _ask(program, "-version"), re.MULTILINE)
    return named[1] if named is not None else None


@functools.lru_cache(maxsize=4)
def _located(override: str) -> Ffmpeg:
    if override:
        path = shutil.which(override)
        if path is None:
            raise FfmpegMissing(
                f"STITCHER_FFMPEG is {override!r}, which is not a program that can be run; correct it or unset it."
            )
    else:
        path = _packaged()
    program = Path(os.path.abspath(path))
    version = _version(program)
    if version is None:
        raise FfmpegMissing(
            f"{str(program)!r} does not answer as ffmpeg; set STITCHER_FFMPEG to one that does."
        )
    return Ffmpeg(program, version)


def find() -> Ffmpeg:
    """The ffmpeg program to use: `STITCHER_FFMPEG`, then imageio-ffmpeg's. Raises `FfmpegMissing`."""
    return _located(os.environ.get("STITCHER_FFMPEG", ""))

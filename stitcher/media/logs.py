"""Error logs for whoever has to find out what went wrong: whole or absent, without secrets, and never many."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from stitcher.errors import StitcherError
from stitcher.media.files import write_whole
from stitcher.media.probe_cache import cache_folder
from stitcher.redact import redact
from stitcher.version import __version__

_KEPT = 20


def write_log(lines: Iterable[str]) -> Path | None:
    """The log that now holds the versions of everything and then what is `lines`, line by line.

    It lies in the cache's `logs`, where the newest 20 are kept. `None` where it could not be written: whoever writes
    one has something worse to report.
    """
    folder = cache_folder() / "logs"
    path = folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{secrets.token_hex(3)}.log"
    text = redact("\n".join((*_versions(), *lines, "")))
    with contextlib.suppress(OSError, StitcherError):
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode(errors="backslashreplace"))
        _prune(folder)
        return path
    return None


def _prune(folder: Path) -> None:
    # Another stitcher may be pruning as well.
    with contextlib.suppress(OSError):
        by_age = sorted(folder.iterdir(), key=lambda path: path.lstat().st_mtime_ns, reverse=True)
        for path in by_age[_KEPT:]:
            path.unlink(missing_ok=True)


def system_name() -> str:
    """The operating system, its release and the machine's kind.

    Not `platform.platform()`: that starts `uname`, a child that is given our whole environment, keys in it.
    """
    import platform

    return f"{platform.system()} {platform.release()} {platform.machine()}"


def _versions() -> list[str]:
    from importlib.metadata import PackageNotFoundError, version

    versions = [
        f"stitcher {__version__}",
        f"Python {sys.version}",
        system_name(),
    ]
    for package in ("av", "imageio-ffmpeg", "moviepy", "numpy", "pillow", "pydantic", "typer"):
        try:
            versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            versions.append(f"{package} is not installed")
    return versions

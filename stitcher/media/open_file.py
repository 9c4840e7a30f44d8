"""Opens a file with the program that the system has for its kind, as a double click does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from stitcher.errors import ToolError

_SETTLES_S = 3.0
"""An opener that fails does so at once; one that goes on has become the player."""


def opener(platform: str, environ: Mapping[str, str]) -> str:
    """The program that opens files on a system. Raises `ToolError` where there is none, or no screen."""
    name = "open" if platform == "darwin" else "xdg-open"
    found = shutil.which(name, path=environ.get("PATH"))
    if found is None:
        raise ToolError(f"There is no {name} on this machine to open it with.")
    if name == "xdg-open" and not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        raise ToolError("There is no screen here to open it on.")
    return found


def open_file(path: Path) -> None:
    """Open a file, and do not wait for its player to end. Raises `ToolError` where that is not possible."""
    if sys.platform == "win32":
        os.startfile(path)
        return
    program = opener(sys.platform, os.environ)
    try:
        started = subprocess.Popen(
            [program, os.path.abspath(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        code = started.wait(_SETTLES_S)
    except subprocess.TimeoutExpired:
        return
    except OSError as exc:
        raise ToolError(f"{program} cannot be started to open it ({exc.strerror}).") from exc
    if code:
        raise ToolError(f"{program} could not open it: this machine has no program for its kind.")

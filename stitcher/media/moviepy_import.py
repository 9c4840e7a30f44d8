"""MoviePy, imported so that the programs it looks for at import time are not shown any key.

It starts `ffmpeg` and `ffplay` with the whole environment, to see whether they are there.
"""

from __future__ import annotations

import os
import re
import sys
import threading

_SECRET = re.compile(r"(SECRET|TOKEN|PASSWORD|API_?KEY)$", re.IGNORECASE)
_lock = threading.Lock()


def import_moviepy() -> None:
    """Import MoviePy, once. Call it before importing anything from there."""
    with _lock:
        if "moviepy" in sys.modules:
            return
        hidden = {name: value for name, value in os.environ.items() if _SECRET.search(name)}
        for name in hidden:
            del os.environ[name]
        try:
            import moviepy  # noqa: F401  # what importing it does is what is wanted
        finally:
            os.environ.update(hidden)

"""Thread counts of encoders and filters. What comes out of some depends on them, so none is left to
take it from the machine: a film has the same bytes on one core and on sixteen. Only how many things are made at the
same time follows the machine, because no byte depends on that.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

THREADS = 4
"""Of an encoder that is alone: on two cores as quick as two, and worth it on more."""
SHARED = 1
"""Of each encoder that is run beside others."""

FILTER_OPTIONS = ("-filter_threads", str(THREADS), "-filter_complex_threads", str(THREADS))
"""zimg carries what it rounds from line to line within what one thread is given."""

_DEVICES = ("_nvenc", "_qsv", "_vaapi", "_videotoolbox")
_X265_POOL = 4
"""x265 decides otherwise where its pool is large enough to compare many pictures at once."""
_X265_MOST = 2
"""Pictures it makes at the same time; each holds many more."""
_SVT_LEVEL = 2
_LIMITS = ("-maxrate", "-bufsize")


def cores() -> int:
    """The processor's cores this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def held_to(encoder: str, options: Sequence[str], threads: int) -> tuple[str, ...]:
    """An encoder's output options, as argv, with its threads said in its own words: `threads` of them, as near as it
    counts them. What the options say already wins.

    Where bits are limited, no encoder works on two pictures, or two parts of one, at once: it would spend on one what
    it has seen of the other so far, and two runs on one machine would differ.
    """
    if encoder.endswith(_DEVICES):
        return tuple(options)
    limited = any(word in options for word in _LIMITS) or any("vbv-" in word for word in options)
    if encoder == "libx265":
        pictures = 1 if limited else min(threads, _X265_MOST)
        return _with_params(options, "-x265-params", {"pools": _X265_POOL, "frame-threads": pictures})
    if encoder == "libsvtav1":
        level = 1 if limited or "-b:v" in options else _SVT_LEVEL
        return _with_params(options, "-svtav1-params", {"lp": level})
    if encoder == "libx264" and limited:
        threads = 1
    return ("-threads", str(threads), *options)


def _with_params(options: Sequence[str], name: str, params: dict[str, int]) -> tuple[str, ...]:
    held = list(options)
    if name not in held:
        held += [name, ""]
    at = held.index(name) + 1
    settings = [f"{key}={value}" for key, value in params.items()]
    # What is said last counts.
    held[at] = ":".join([*settings, held[at]] if held[at] else settings)
    return tuple(held)

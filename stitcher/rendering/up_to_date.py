"""Whether a film is up to date: it stands where it would be put, made of the very same runs and proven then."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from stitcher.content_key import Exclusions, all_but, content_key
from stitcher.errors import StitcherError
from stitcher.media.clip import Clip
from stitcher.media.files import sha256_file
from stitcher.media.probe_cache import analyzer_version, get_text, put_text
from stitcher.rendering.cache import Cache
from stitcher.rendering.encode import tool_name
from stitcher.rendering.mux_job import MuxJob
from stitcher.rendering.options import Verify
from stitcher.rendering.soundtrack import Soundtrack

_SUFFIX = ".film"


NOT_IN_KEY: Exclusions = {Clip: all_but(Clip, "sha256"), Soundtrack: all_but(Soundtrack, "sha256")}


def film_key(job: MuxJob, verify: Verify) -> str:
    """SHA-256 of everything that decides a film's bytes, and of how it was proven."""
    return content_key(tool_name(), analyzer_version(), job, verify, excluded=NOT_IN_KEY)


def is_up_to_date(cache: Cache, key: str, out: Path, *, read: bool) -> bool:
    """Whether `out` holds what was published under that key.

    Its bytes are read where `read` is set; otherwise only where it is not, by its inode, size and times, in the very
    state it was published or read in last.
    """
    entry = cache.find(key, _SUFFIX)
    if entry is None or not out.is_file():
        return False
    try:
        stat = os.stat(out)
        sha256 = None if read else get_text(out, stat, "sha256")
        if sha256 is None:
            sha256 = sha256_file(out)
            put_text(out, stat, "sha256", sha256)
    except (OSError, StitcherError):
        return False
    return entry.facts.get("film") == sha256


@contextlib.contextmanager
def remembered(cache: Cache, key: str, out: Path, sha256: str) -> Iterator[None]:
    """Keep the hash of what the body publishes at `out`, for the next time nothing has changed.

    It is kept before the film is there, so that who is killed in between finds it up to date: one with another hash
    is not.
    """

    def work(temp: Path) -> dict[str, str]:
        temp.write_text(sha256)
        return {"film": sha256}

    cache.make(key, _SUFFIX, work)
    yield
    with contextlib.suppress(OSError):
        put_text(out, os.stat(out), "sha256", sha256, final=True)

"""Programs some tests need besides what is installed with stitcher."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest


def require(*programs: str) -> str:
    """The path of the first of these programs that is installed.

    Skips the test where none is; on CI, where everything is installed, that is a failure.
    """
    for program in programs:
        if (found := shutil.which(program)) is not None:
            return found
    said = f"{' or '.join(programs)} is not installed"
    if os.environ.get("CI"):
        pytest.fail(said)
    pytest.skip(said)


@contextlib.contextmanager
def unprivileged(folder: Path) -> Iterator[None]:
    """Be somebody who may not read everything, also where the tests run as root; `folder` stays reachable."""
    if os.geteuid() != 0:
        yield
        return
    nobody = 65534
    for place in (folder, *folder.parents):
        if place.stat().st_uid == 0 and not place.stat().st_mode & 0o001:
            place.chmod(place.stat().st_mode | 0o011)
    os.seteuid(nobody)
    try:
        yield
    finally:
        os.seteuid(0)

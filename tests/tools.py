"""Programs some tests need besides what is installed with stitcher."""

from __future__ import annotations

import os
import shutil

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

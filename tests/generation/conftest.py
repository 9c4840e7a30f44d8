"""What tests of generating share."""

from __future__ import annotations

import pytest

from stitcher.generation.models import Models, load_models


@pytest.fixture(scope="session")
def models() -> Models:
    """The models that ship, whatever the user's folder holds."""
    return load_models(environ={"STITCHER_PRESETS": "/nonexistent"})

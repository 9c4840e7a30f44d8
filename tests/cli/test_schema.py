"""The schema that is printed or written."""

from __future__ import annotations

import json
from pathlib import Path

import stitcher
from tests.cli.conftest import Run


def test_schema_prints_the_storyboards_schema(run: Run, here: Path) -> None:
    assert run("schema").document == stitcher.schema()
    assert run("schema", "-o", "s.json").code == 0
    assert json.loads((here / "s.json").read_text()) == stitcher.schema()

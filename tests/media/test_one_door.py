from __future__ import annotations

import re
from pathlib import Path

import pytest

import stitcher

ROOT = Path(stitcher.__file__).parent
OPENERS = re.compile(r"\bav\.open\(|\b(?:Image|Pillow)\.open\(|\bsubprocess\b|\bPopen\b")
ROOMS = sorted({path.relative_to(ROOT).parts[0] for path in ROOT.rglob("*.py")} - {"media", "standin"})


@pytest.mark.parametrize("room", ROOMS)
def test_only_media_opens_media_files_and_starts_programs(room: str) -> None:
    files = (ROOT / room).rglob("*.py") if (ROOT / room).is_dir() else [ROOT / room]
    assert [path.name for path in files if OPENERS.search(path.read_text(encoding="utf-8"))] == []

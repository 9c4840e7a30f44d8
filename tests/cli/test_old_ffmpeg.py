"""A system's ffmpeg in the place of the one that comes with stitcher."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from stitcher.media import ffmpeg
from tests.cli.conftest import Run


def _is_old(program: Path) -> bool:
    said = subprocess.run([program, "-version"], capture_output=True, text=True, check=True).stdout
    found = re.match(r"ffmpeg version (\d+)\.(\d+)", said)
    return found is not None and (int(found[1]), int(found[2])) < (7, 1)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("doctor",), id="doctor"),
        pytest.param(("assemble", "A", "B", "-o", "f.mp4"), id="match"),
        pytest.param(("assemble", "A", "B", "-o", "f.mp4", "--transition", "dissolve"), id="dissolve"),
        pytest.param(("assemble", "A", "B", "-o", "f.mp4", "--preset", "draft"), id="draft"),
    ],
)
def test_an_old_program_is_refused_by_name_before_any_work(
    run: Run,
    command: tuple[str, ...],
    system_ffmpeg: Path,
    here: Path,
    chain: list[Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not _is_old(system_ffmpeg):
        pytest.skip("the system's ffmpeg is new enough")
    monkeypatch.setenv("STITCHER_CACHE", str(here / "cache"))
    names = {"A": chain[0], "B": chain[1]}
    ended = run(*(names.get(word, word) for word in command))
    assert ended.code == 69
    said = ended.err + ended.out
    assert f"ffmpeg {ffmpeg.find().version}" in said
    assert "7.1 or later" in said
    assert "unset STITCHER_FFMPEG" in said
    assert not (here / "f.mp4").exists()
    assert not (here / "cache" / "pieces").exists()

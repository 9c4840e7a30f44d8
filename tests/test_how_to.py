"""What the how-to pages show can be done as it is shown."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from stitcher.storyboard.load import parse
from tests.footage import Footage, run_ffmpeg

PAGES = Path(__file__).resolve().parent.parent / "docs" / "how-to"


def _blocks(language: str) -> list[tuple[str, str]]:
    return [
        (page.name, block)
        for page in sorted(PAGES.glob("*.md"))
        for block in re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    ]


@pytest.mark.parametrize(("page", "storyboard"), _blocks("yaml"))
def test_every_storyboard_of_a_how_to_loads(page: str, storyboard: str) -> None:
    assert parse(storyboard, variables={"version": "long"}).shots, page


@pytest.mark.slow
def test_every_program_of_a_how_to_runs(
    footage: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for number, name in enumerate(("a.mp4", "b.mp4")):
        shutil.copy(footage.clip(number, frames=25), name)
    run_ffmpeg("-f", "lavfi", "-i", "sine=r=48000:d=1", "score.wav")
    Path("storyboard.yaml").write_text(
        'stitcher: 1\nshots:\n  - {id: a, clip: a.mp4}\n  - {id: b, title: {text: "${name}", duration: 1s}}\n'
    )
    programs = _blocks("python")
    assert len(programs) > 4
    for page, program in programs:
        exec(compile(program, page, "exec"), {"__name__": "how_to"})
    assert Path("film.mp4").exists()

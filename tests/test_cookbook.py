"""Every program of the cookbook, run exactly as it is printed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from PIL import Image

import stitcher
from tests.footage import Footage, run_ffmpeg

_PAGE = Path(__file__).resolve().parent.parent / "docs" / "cookbook.md"
_RECIPES = [
    (section.partition("\n")[0], program)
    for section in _PAGE.read_text(encoding="utf-8").split("\n## ")[1:]
    for program in re.findall(r"```python\n(.*?)```", section, re.DOTALL)
]
_MADE = {
    "A film for each row of a table": ["out/Anna.mp4", "out/Bertil.mp4"],
    "An upright version": ["out/wide.mp4", "out/upright.mp4"],
    "Music that ducks under a line": ["film.mp4", "mix.wav", "mix.png"],
    "To Resolve and back": ["out/resolve/timeline.xml", "out/back.yaml"],
    "Without blocking asyncio": ["film.mp4", "poster.png"],
}
_TOLD = {
    "Join a folder of clips": "23 frames copied, 2 encoded",
    "A film for each row of a table": "Nobody: ",
    "An upright version": "1080 1920",
    "To Resolve and back": "2 shots came back",
    "A film from prompts": "door takes/",
}


@pytest.fixture
def files(footage: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the programs name, in the folder they run in."""
    monkeypatch.chdir(tmp_path)
    Path("shots").mkdir()
    for name, clip in zip(("a.mp4", "b.mp4"), footage.chain(2, first_id=80, frames=13), strict=True):
        shutil.copy(clip, name)
        shutil.copy(clip, Path("shots") / name)
    run_ffmpeg("-f", "lavfi", "-i", "sine=r=48000:d=2", "score.wav")
    run_ffmpeg("-f", "lavfi", "-i", "sine=f=300:r=48000:d=1", "line.wav")
    Image.new("RGB", (320, 180), "#456").save("harbour.jpg")


def test_every_heading_of_the_cookbook_has_one_program() -> None:
    headings = re.findall(r"^## (.+)$", _PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [heading for heading, _ in _RECIPES] == headings
    assert len(headings) >= 10
    assert {*_MADE, *_TOLD} <= {*headings}


@pytest.mark.slow
@pytest.mark.usefixtures("files")
# MoviePy leaves the pipes of its ffmpeg to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("purpose", "program"), _RECIPES, ids=[purpose for purpose, _ in _RECIPES])
def test_a_program_of_the_cookbook_does_what_its_heading_says(
    purpose: str, program: str, capsys: pytest.CaptureFixture[str]
) -> None:
    exec(compile(program, purpose, "exec"), {"__name__": "cookbook"})
    for name in _MADE.get(purpose, ["film.mp4"]):
        assert Path(name).is_file(), name
        if name.endswith(".mp4"):
            assert stitcher.probe(name).video.frames > 12
    assert _TOLD.get(purpose, "") in capsys.readouterr().out

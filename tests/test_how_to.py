"""What the how-to pages show can be done as it is shown, and what they list is all there is."""

from __future__ import annotations

import inspect
import re
import shutil
from pathlib import Path
from typing import get_args

import pytest

import stitcher
from stitcher.generation import events
from stitcher.generation.states import State
from stitcher.rendering import progress
from stitcher.storyboard.load import parse
from tests.footage import Footage, run_ffmpeg

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = DOCS / "how-to"
OPERATOR = (PAGES / "operator.md").read_text(encoding="utf-8")
SCRIPTER = (PAGES / "scripter.md").read_text(encoding="utf-8")


def _blocks(language: str) -> list[tuple[str, str]]:
    """The pages' blocks of a language, each with the file it is, or else its page."""
    return [
        (title or page.name, block)
        for page in sorted(PAGES.glob("*.md"))
        for title, block in re.findall(
            rf'```{language}(?: title="([^"]+)")?\n(.*?)```', page.read_text(encoding="utf-8"), re.DOTALL
        )
    ]


@pytest.mark.parametrize(("page", "storyboard"), _blocks("yaml"))
def test_every_storyboard_of_a_how_to_loads(page: str, storyboard: str) -> None:
    variables = {"version": "long", "clip": "lamp.mp4", "headline": "Light for all"}
    assert parse(storyboard, variables=variables).shots, page


@pytest.fixture
def small_files(footage: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the pages' programs and storyboards name, in the folder they run in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    for number, name in enumerate(("a.mp4", "b.mp4")):
        shutil.copy(footage.clip(number, frames=25), name)
    run_ffmpeg("-f", "lavfi", "-i", "sine=r=48000:d=1", "score.wav")
    Path("storyboard.yaml").write_text(
        'stitcher: 1\nshots:\n  - {id: a, clip: a.mp4}\n  - {id: b, title: {text: "${name}", duration: 1s}}\n'
        "deliver: [{preset: draft, file: out/film.mp4}]\n"
    )


@pytest.mark.slow
@pytest.mark.usefixtures("small_files")
def test_every_program_of_a_how_to_runs() -> None:
    programs = [(name, program) for name, program in _blocks("python") if name.endswith(".md")]
    assert len(programs) > 4
    for page, program in programs:
        exec(compile(program, page, "exec"), {"__name__": "how_to"})
    assert Path("film.mp4").exists()
    assert Path("out/film.mp4").exists()


@pytest.mark.slow
@pytest.mark.usefixtures("small_files")
def test_the_effect_of_a_how_to_makes_a_film() -> None:
    [(module, code)] = [(name, program) for name, program in _blocks("python") if name.endswith(".py")]
    Path(module).write_text(code)
    [board] = [text for _, text in _blocks("yaml") if Path(module).stem in text]
    Path("effect.yaml").write_text(board)
    assert stitcher.render(stitcher.load("effect.yaml"), "film.mp4").encoded_frames == 25


def _first_cells(page: str, heading: str) -> list[str]:
    section = page.split(f"\n{heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| ([^|]+?) \|", section, re.MULTILINE)


def test_the_operator_is_told_of_every_exit_code_of_the_commands() -> None:
    commands = (DOCS / "commands.md").read_text(encoding="utf-8")
    codes = [code for code in _first_cells(commands, "## Exit codes") if code.isdigit()]
    assert [
        code for code in _first_cells(OPERATOR, "## Exit codes, and what to do") if code.isdigit()
    ] == codes


def test_the_operator_is_told_of_every_state_of_a_take() -> None:
    named = re.findall(r"`(\w+)`", " ".join(_first_cells(OPERATOR, "## What the ledger knows")))
    assert sorted(named) == sorted(state.value for state in State)


def test_the_scripter_is_told_what_every_promised_function_raises() -> None:
    named = set(re.findall(r"`(\w+)`", " ".join(_first_cells(SCRIPTER, "## What can go wrong"))))
    assert named == {name for name in stitcher.__all__ if inspect.isfunction(getattr(stitcher, name))}


@pytest.mark.parametrize("stages", [progress.Stage, events.Stage])
def test_every_stage_is_named(stages: object) -> None:
    section = SCRIPTER.split("## Progress and stopping")[1]
    assert [stage for stage in get_args(stages) if f"`{stage}`" not in section] == []

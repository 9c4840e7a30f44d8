"""A command line that is called like a function."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from stitcher.cli.main import main
from tests.footage import Footage, tone


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


Run = Callable[..., Ended]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs one command in this process."""

    def call(*arguments: str | Path) -> Ended:
        capfd.readouterr()
        code = main([str(argument) for argument in arguments])
        said = capfd.readouterr()
        return Ended(code, said.out, said.err)

    return call


@pytest.fixture(scope="session")
def chain(footage: Footage) -> list[Path]:
    """Three clips of a second, each beginning with the last frame of the one before."""
    return footage.chain(3, first_id=70, frames=25)


@pytest.fixture(scope="session")
def score(footage: Footage) -> Path:
    """Two seconds of a tone."""
    return footage.wav("cli-score", tone(2.0) * 0.2)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def board(here: Path, chain: list[Path]) -> Path:
    """A storyboard of two clips and a card, with a dissolve and a variable."""
    path = here / "board.yaml"
    path.write_text(
        f"""\
stitcher: 1
title: A film by ${{who}}
shots:
  - id: one
    clip: {json.dumps(str(chain[0]))}
  - id: two
    clip: {json.dumps(str(chain[1]))}
  - id: end
    title: {{text: End, duration: 1s}}
    transition: {{kind: dissolve, duration: 6f}}
deliver:
  - {{preset: master-copy, file: out/film.mp4}}
  - {{editor: resolve, folder: out/resolve}}
"""
    )
    return path

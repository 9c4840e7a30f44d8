"""The tutorial's commands, typed in its order, print what it says."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.tools import require

ROOT = Path(__file__).resolve().parent.parent
TUTORIAL = ROOT / "docs" / "tutorial.md"
_SECOND_HALF = "## Takes from prompts"
_PORT = "8765"
_BLOCK = re.compile(r'^```(\w+)(?: title="([^"]*)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)


@dataclass
class _Command:
    line: str
    output: list[str] = field(default_factory=list)
    """What the page says it prints, each line once, in order."""


def _commands(text: str, folder: Path) -> list[_Command]:
    """The commands of a text; one that writes each file shown in it comes where the file is shown."""
    commands: list[_Command] = []
    for number, (language, title, body) in enumerate(_BLOCK.findall(text)):
        if title:
            shown = folder / f"shown-{number}"
            shown.write_text(body)
            commands.append(_Command(f"cat '{shown}' >> {title.split(',')[0]}"))
        elif language == "console":
            for line in body.splitlines():
                if line.startswith("$ "):
                    commands.append(_Command(line.removeprefix("$ ")))
                elif line.strip():
                    commands[-1].output.append(line)
    return commands


def _script(commands: list[_Command], folder: Path) -> str:
    """One shell types them all. A server is waited for until it has said where it is."""
    lines = ["trap 'kill $(jobs -p) 2>/dev/null' EXIT"]
    for number, command in enumerate(commands):
        out = folder / f"out-{number}"
        lines.append(f"{{ {command.line}\n}} > '{out}' 2>&1")
        if command.line.endswith("&"):
            lines.append(f"for _ in $(seq 300); do [ -s '{out}' ] && break; sleep 0.1; done")
        else:
            lines.append(f"[ $? = 0 ] || {{ cat '{out}'; exit 1; }}")
    return "\n".join(lines)


def _pattern(line: str) -> str:
    return r"\s*".join(".*".join(map(re.escape, word.split("…"))) for word in line.split())


def _type(text: str, folder: Path) -> None:
    """Type the commands of a text in `folder` and hold what they print against what it says."""
    (folder / "fixtures").symlink_to(ROOT / "fixtures")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        text = text.replace(_PORT, str(free.getsockname()[1]))
    commands = _commands(text, folder)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RUNWAYML")}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [require("bash"), "-c", _script(commands, folder)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=540,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for number, command in enumerate(commands):
        printed = iter((folder / f"out-{number}").read_text().splitlines())
        for line in command.output:
            pattern = re.compile(r"\s*" + _pattern(line) + r"\s*")
            assert any(pattern.fullmatch(one) for one in printed), f"{command.line}\ndoes not print\n{line}"


def _halves() -> tuple[str, str]:
    page = TUTORIAL.read_text(encoding="utf-8")
    [setup] = re.findall(r"^## Before you begin\n.*?(?=^## )", page, re.MULTILINE | re.DOTALL)
    clips, prompts = page.split(_SECOND_HALF)
    return clips, setup + prompts


@pytest.mark.slow
def test_three_clips_become_a_delivered_film_as_the_tutorial_says(tmp_path: Path) -> None:
    _type(_halves()[0], tmp_path)


@pytest.mark.slow
def test_prompts_become_takes_as_the_tutorial_says(tmp_path: Path) -> None:
    _type(_halves()[1], tmp_path)

"""Shells ask how a command line goes on, and are told; nobody else waits for that."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import typer

from stitcher.cli.commands import app_for


def _told(**asked: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "stitcher"],
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        pytest.param("stitcher ren", ["render"], id="a command"),
        pytest.param("stitcher takes c", ["circle"], id="one below another"),
        pytest.param("stitcher render --pre", ["--preset"], id="an option"),
        pytest.param("stitcher render b.yaml --verify f", ["full"], id="a choice"),
    ],
)
def test_bash_is_told_what_may_come(line: str, told: list[str]) -> None:
    place = str(len(line.split()) - 1)
    assert _told(_STITCHER_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD=place) == told


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("bash", "complete -o default -F _stitcher_completion stitcher"),
        ("zsh", "compdef _stitcher_completion stitcher"),
        ("fish", "complete --command stitcher"),
    ],
)
def test_what_a_shell_has_to_be_told_is_printed(shell: str, line: str) -> None:
    assert any(one.startswith(line) for one in _told(_STITCHER_COMPLETE=f"source_{shell}"))


def test_a_command_is_built_without_what_shells_ask_for() -> None:
    command = typer.main.get_command(app_for(["render", "b.yaml"]))
    assert not [one for one in command.params if "--install-completion" in one.opts]

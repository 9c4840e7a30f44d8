"""The documents say what the command line does: nothing undocumented, nothing invented."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from stitcher import errors
from stitcher.cli.commands import app_for

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
COMMANDS = (ROOT / "docs" / "commands.md").read_text()

_GROUP: Any = typer.main.get_command(app_for([]))
_NAMES = sorted(_GROUP.commands)


def _section(name: str) -> str:
    found = re.search(rf"^## {re.escape(name)}\b(.*?)(?=^## |\Z)", COMMANDS, re.MULTILINE | re.DOTALL)
    return found[0] if found else ""


@pytest.mark.parametrize("name", _NAMES)
def test_every_command_is_in_the_readme(name: str) -> None:
    assert f"`stitcher {name}" in README


@pytest.mark.parametrize("name", _NAMES)
def test_every_option_is_documented(name: str) -> None:
    text = _section(name)
    assert text, f"docs/commands.md has no section on {name}"
    command = _GROUP.commands[name]
    general = {"--json", "--help"}
    options = {option for parameter in command.params for option in parameter.opts if option.startswith("-")}
    missing = [option for option in sorted(options - general) if f"`{option}" not in text]
    assert not missing


def test_no_command_is_documented_that_does_not_exist() -> None:
    written = set(re.findall(r"`stitcher ([a-z][\w-]*)", README))
    assert written <= set(_NAMES)


def test_no_option_is_documented_that_does_not_exist() -> None:
    known = {"--", *(option for parameter in _GROUP.params for option in parameter.opts), "--help"}
    for name in _NAMES:
        command = _GROUP.commands[name]
        known |= {
            option
            for one in (command, *getattr(command, "commands", {}).values())
            for parameter in one.params
            for option in (*parameter.opts, *parameter.secondary_opts)
        }
    assert set(re.findall(r"`[^`]*?(--[a-z][a-z-]*)", COMMANDS)) <= known


def test_every_exit_code_is_documented() -> None:
    def codes(kind: type[errors.StitcherError]) -> set[int]:
        children = [child for child in kind.__subclasses__() if child is not errors.GenerateError]
        return {kind.exit_code}.union(*map(codes, children))

    written = {int(code) for code in re.findall(r"^\| (\d+) \|", COMMANDS, re.MULTILINE)}
    assert codes(errors.StitcherError) - {errors.StitcherError.exit_code} <= written


def test_every_environment_variable_is_documented() -> None:
    internal = {"STITCHER_OWNER", "STITCHER_POLL_SECONDS"}
    used = set()
    for path in (ROOT / "stitcher").rglob("*.py"):
        used |= set(re.findall(r"\bSTITCHER_[A-Z_]*[A-Z]\b", path.read_text()))
    documents = "".join(path.read_text() for path in (ROOT / "docs").glob("*.md"))
    assert {name for name in used - internal if f"`{name}`" not in documents} == set()


def test_links_between_documents_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"^- \[(.+)\]\((2.+)\)$", (folder / "index.md").read_text(), re.MULTILINE)
    headings = {path.name: path.read_text().splitlines()[0] for path in folder.glob("2*.md")}
    assert {name: f"# {title}" for title, name in listed} == headings


@pytest.mark.parametrize(
    "page", [ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda page: page.name
)
def test_files_of_the_code_that_documents_name_are_there(page: Path) -> None:
    named = re.findall(r"`((?:[a-z_]+/)+[a-z_0-9]+\.py)(?::\w+)?`", page.read_text())
    missing = [
        name for name in named if not any((base / name).exists() for base in (ROOT, ROOT / "stitcher"))
    ]
    assert missing == []

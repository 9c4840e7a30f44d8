"""The commands as files: each knows the facade, values and errors only; and as a help text that is whole."""

from __future__ import annotations

from pathlib import Path

import pytest

import stitcher.cli
from stitcher.cli.commands import _PANELS
from tests.cli.conftest import Run
from tests.imports import imports_of, modules

FILES = sorted(Path(stitcher.cli.__file__).parent.glob("*.py"))
VALUES = {
    "stitcher",
    "stitcher.api",
    "stitcher.deliveries",
    "stitcher.errors",
    "stitcher.timebase",
    "stitcher.version",
    "stitcher.generation.options",
    "stitcher.generation.prices",
    "stitcher.generation.provenance",
    "stitcher.media.audible_streams",
    "stitcher.media.clip",
    "stitcher.rendering.options",
    "stitcher.rendering.segments",
    "stitcher.seam_report.report",
    "stitcher.session",
    "stitcher.storyboard.assemble_options",
    "stitcher.storyboard.suggest",
    "stitcher.tables.options",
    "stitcher.timeline.uncertain_matches",
}
"""Frozen values with what is pure about them; of `deliveries` the outcome of one."""
ELSEWHERE = {("exit_status.py", "stitcher.media.logs")}
"""A bug is found here, and here alone it is logged."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_command_knows_no_room_past_the_facade(path: Path) -> None:
    module = next(name for name, file in modules().items() if file == path)
    past = {
        name
        for name in imports_of(module) - VALUES
        if name.split(".")[0] == "stitcher" and not name.startswith("stitcher.cli")
    }
    assert {(path.name, name) for name in past} <= ELSEWHERE


def test_the_facade_is_called_by_every_command() -> None:
    modules = {"adopt": "rescue", "retry": "rescue"}
    for name in [name for names in _PANELS.values() for name in names]:
        function = {"import": "import_cut"}.get(name, name.replace("-", "_"))
        text = FILES[0].with_name(f"{modules.get(function, function)}.py").read_text()
        assert "api." in text, name


def test_help_groups_the_commands_and_cuts_no_summary(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = run("--help").out.splitlines()
    start, stop = lines.index("Film:"), next(n for n, line in enumerate(lines) if "Exit codes" in line)
    rows = [line for line in lines[start:stop] if line]
    assert [row for row in rows if not row.startswith(" ")] == [f"{panel}:" for panel in _PANELS]
    summaries = [row for row in rows if row.startswith(" ")]
    assert sorted(row.split()[0] for row in summaries) == sorted(
        name for names in _PANELS.values() for name in names
    )
    assert all(row.endswith(".") and not row.endswith("..") and len(row) <= 80 for row in summaries)


@pytest.mark.parametrize(
    ("command", "usage"),
    [
        (["assemble"], "assemble [OPTIONS] CLIPS…"),
        (["generate"], "generate [OPTIONS] [BOARD] [SHOTS…]"),
        (["upscale"], "upscale [OPTIONS] BOARD [SHOTS…]"),
        (["adopt"], "adopt [OPTIONS] [BOARD] SHOT TASK"),
        (["probe"], "probe [OPTIONS] FILES…"),
        (["takes", "list"], "takes list [OPTIONS] BOARD [SHOTS…]"),
    ],
    ids=" ".join,
)
def test_usage_is_as_a_person_would_write_it(run: Run, command: list[str], usage: str) -> None:
    text = run(*command, "--help").out
    assert text.splitlines()[0] == f"Usage: stitcher {usage}"
    assert "<list" not in text
    assert "..." not in text

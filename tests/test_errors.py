"""The tree of errors: drawn as it is, with its exit codes, and able to cross processes."""

from __future__ import annotations

import importlib
import inspect
import pickle
import re
from pathlib import Path
from typing import Any

import pytest

import stitcher
from stitcher import errors
from stitcher.errors import Issue, StitcherError

CLASSES = [
    found
    for _, found in inspect.getmembers(errors, inspect.isclass)
    if issubclass(found, StitcherError) and found.__module__ == "stitcher.errors"
]


def drawn() -> dict[str, tuple[str | None, int]]:
    """Each class of the drawing with its parent and exit code, by how far it is indented."""
    found: dict[str, tuple[str | None, int]] = {}
    above: dict[int, str] = {}
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"([ │├└─]*)([A-Z]\w+) +(\d+) ", line)
        if match is None:
            continue
        depth = len(match[1]) // 4
        above[depth] = match[2]
        found[match[2]] = (above[depth - 1] if depth > 1 else None, int(match[3]))
    return found


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_error_is_drawn_with_its_parent_and_exit_code(cls: type[StitcherError]) -> None:
    parent = None if cls is StitcherError else cls.__mro__[1].__name__
    assert drawn()[cls.__name__] == (parent, cls.exit_code)


def test_nothing_is_drawn_that_does_not_exist() -> None:
    assert set(drawn()) == {cls.__name__ for cls in CLASSES}


ARGUMENTS: dict[str, object] = {
    "allowed_credits": 50,
    "argv": ["ffmpeg", "-i", "a.mp4"],
    "balance_before_credits": 100,
    "balance_credits": 75,
    "ceiling_credits": 25,
    "code": 1,
    "cost_credits": 10,
    "extra": "aaf",
    "file": "takes/a/1.mp4",
    "frames": 96,
    "holder": "process 1",
    "how": "ffmpeg stood still",
    "issues": [Issue("no", Path("a.yaml"), 3, 5, "  x: 1"), Issue.at(("shots", 0), "nor this")],
    "log": Path("logs/1.txt"),
    "message": "what is wrong",
    "needed_credits": 75,
    "path": Path("a.mp4"),
    "raw": "{}",
    "reason": "is not there",
    "shot": "a",
    "shots": ["a", "b"],
    "status": 400,
    "stderr_tail": "tail",
    "take": 1,
    "task_id": "t",
    "task_ids": ("t", "u"),
}
"""A value for every parameter that any error takes."""


def everywhere(base: type[StitcherError] = StitcherError) -> set[type[StitcherError]]:
    """The class and all that are derived from it, in whatever module."""
    return {base}.union(*(everywhere(derived) for derived in base.__subclasses__()))


def with_all_facts(cls: type[StitcherError]) -> StitcherError:
    _, *parameters = inspect.signature(cls.__init__).parameters.values()
    names = {parameter.name for parameter in parameters if parameter.kind is not parameter.VAR_KEYWORD}
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        names.update(errors.ErrorDetails.__annotations__)
    arguments: dict[str, Any] = {name: ARGUMENTS[name] for name in names}
    return cls(**arguments)


def test_every_error_crosses_processes_with_its_facts_and_notes() -> None:
    root = Path(stitcher.__path__[0])
    derived = re.compile(rf"^class \w+\(({'|'.join(cls.__name__ for cls in CLASSES)})\)", re.MULTILINE)
    for module in root.rglob("*.py"):
        if derived.search(module.read_text("utf-8")):
            importlib.import_module(".".join(("stitcher", *module.relative_to(root).with_suffix("").parts)))
    for cls in everywhere():
        error = with_all_facts(cls)
        error.add_note("and this")
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is cls
        assert (str(again), again.args, vars(again)) == (str(error), error.args, vars(error)), cls


def test_an_error_of_issues_made_of_a_text_has_one_issue_without_a_place() -> None:
    error = errors.PlanError("no film")
    assert (str(error), error.issues) == ("no film", (Issue("no film"),))

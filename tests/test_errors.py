"""The tree of errors: drawn as it is, with its exit codes, and able to cross processes."""

from __future__ import annotations

import inspect
import pickle
import re

import pytest

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


MADE = [
    errors.PreflightError([Issue("shot 'a': no")]),
    errors.BudgetExceeded("too much", 75, 50),
    errors.Rejected("no", 400),
    errors.OutOfCredits("empty", 400, needed_credits=10, balance_credits=7),
    errors.DownloadFailed("later", shot="a", take=1, task_id="t", cost_credits=10),
    errors.Interrupted("stopped", task_ids=("t",)),
    errors.DailyCap("tomorrow", 429),
    errors.TakeFailed("failed", shot="a", take=1, code="INTERNAL", cost_credits=0, task_id="t"),
    errors.UnknownOutcome("who knows", shot="a", take=1, ceiling_credits=25, balance_credits=75),
    errors.LedgerBusy("busy", "process 1"),
    errors.IllegalMove("no"),
    errors.TakeHeld("other", shot="a", take=1, file="takes/a/1.mp4", cost_credits=25, task_id="t"),
    errors.MediaMissing("a.mp4", "is not there"),
    errors.NotAsAsked("a.mp4", "has 96 frames where 241 were asked for", 96),
    errors.FfmpegFailed(["ffmpeg"], 1, "tail"),
]


@pytest.mark.parametrize("error", MADE, ids=lambda error: type(error).__name__)
def test_an_error_crosses_processes_with_its_facts(error: StitcherError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (str(again), vars(again)) == (str(error), vars(error))

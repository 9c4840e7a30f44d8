"""Chains killed at every change of the ledger, before and after it reaches the disk, and gone on with.

Whatever happens: nothing is bought twice by itself, every accepted task ends on disk, and each take starts from
the last frame of the one before.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from stitcher.errors import UnknownOutcome
from stitcher.generation import generate, rescue
from stitcher.generation.options import GenerateOptions
from stitcher.generation.runway.provider import RunwayProvider
from stitcher.generation.states import State
from stitcher.standin import StandIn
from stitcher.storyboard.model import Storyboard
from tests.generation.chain_kit import (
    CHAIN,
    KEY,
    START,
    code_of,
    coding_server,
    project,
    runway,
    takes_of,
)
from tests.generation.killing import Fate, Killed

CHANGES_PER_TAKE = 7
"""INTENT, room for the answer, SENDING, ACCEPTED, SUCCEEDED, STORED, FRAMED."""


@pytest.fixture
def server(coded: Path) -> Iterator[StandIn]:
    with coding_server(coded) as running:
        yield running


@pytest.fixture
def fate() -> Fate:
    return Fate()


def chained(count: int) -> str:
    extra = (f"  - {{id: s{number}, start: previous, prompt: x}}\n" for number in range(4, count + 1))
    return "".join((*CHAIN[:count], *extra))


def decide(board: Storyboard, server: StandIn, provider: RunwayProvider, folder: Path) -> None:
    """What a person does about an unknown outcome: look in the portal, adopt the task, or accept to pay again."""
    [unknown] = [take for take in takes_of(folder) if take.state is State.UNKNOWN]
    owned = {take.task_id for take in takes_of(folder)}
    found = [task.id for task in server.books.tasks if task.id not in owned]
    if found:
        rescue.adopt(board, unknown.shot, found[0], provider=provider)
    else:
        rescue.retry(board, unknown.shot, unknown.ceiling_credits, provider=provider)


def finish(board: Storyboard, server: StandIn, provider: RunwayProvider, folder: Path) -> None:
    """Run until it is done, deciding what has to be decided."""
    for _ in range(3):
        try:
            generate.generate(board, provider=provider)
        except UnknownOutcome:
            before = len(server.books.creates)
            decide(board, server, provider, folder)
            assert len(server.books.creates) - before <= len(board.shots)
        else:
            return
    raise AssertionError("it does not come to an end")


def check(server: StandIn, folder: Path, count: int) -> None:
    takes = takes_of(folder)
    assert len(server.books.creates) == count
    assert max(server.books.booked.values()) == 1
    owned = {take.task_id: take for take in takes if take.task_id is not None}
    assert {task.id for task in server.books.tasks} == set(owned)
    assert all(take.state is State.FRAMED for take in owned.values())
    assert sum(take.actual_credits or 0 for take in owned.values()) == server.books.charged == 10 * count
    assert code_of(folder / "takes/s1/1.start.png") == START
    for number in range(2, count + 1):
        start = (folder / f"takes/s{number}/1.start.png").read_bytes()
        assert start == (folder / f"takes/s{number - 1}/1.last.png").read_bytes()
        assert code_of(folder / f"takes/s{number}/1.start.png")[1] == 48


def run_killed(server: StandIn, fate: Fate, folder: Path, count: int, at: int, *, after: bool) -> None:
    board = project(folder, chained(count))
    with runway(server) as provider:
        fate.arm(2 * at - (not after))
        with pytest.raises(Killed):
            generate.generate(board, provider=provider, options=GenerateOptions(open_ledger=fate.open))
        finish(board, server, provider, folder)
    check(server, folder, count)


@pytest.mark.parametrize("after", [False, True], ids=["before the disk", "after the disk"])
@pytest.mark.parametrize("at", range(1, CHANGES_PER_TAKE + 1))
def test_one_take_killed_at_every_change(
    server: StandIn, fate: Fate, tmp_path: Path, at: int, after: bool
) -> None:
    run_killed(server, fate, tmp_path, 1, at, after=after)


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True], ids=["before the disk", "after the disk"])
@pytest.mark.parametrize("at", range(1, 3 * CHANGES_PER_TAKE + 1))
def test_a_chain_of_three_killed_at_every_change(
    server: StandIn, fate: Fate, tmp_path: Path, at: int, after: bool
) -> None:
    run_killed(server, fate, tmp_path, 3, at, after=after)


@pytest.mark.slow
@pytest.mark.parametrize("at", range(1, 10 * CHANGES_PER_TAKE + 1))
def test_a_chain_of_ten_killed_at_every_change(server: StandIn, fate: Fate, tmp_path: Path, at: int) -> None:
    run_killed(server, fate, tmp_path, 10, at, after=bool(at % 2))


@pytest.mark.slow
def test_a_chain_killed_again_and_again_still_buys_each_take_once(
    server: StandIn, fate: Fate, tmp_path: Path
) -> None:
    board = project(tmp_path, chained(3))
    with runway(server) as provider:
        for _ in range(60):
            fate.arm(6)
            try:
                generate.generate(board, provider=provider, options=GenerateOptions(open_ledger=fate.open))
            except Killed:
                continue
            except UnknownOutcome:
                decide(board, server, provider, tmp_path)
                continue
            break
        finish(board, server, provider, tmp_path)
    assert max(server.books.booked.values()) == 1
    assert len(server.books.creates) == 3


@pytest.mark.slow
@pytest.mark.parametrize("after_s", [0.9, 1.3, 1.7, 2.2])
def test_a_process_really_killed_goes_on(coded: Path, tmp_path: Path, after_s: float) -> None:
    board = project(tmp_path, chained(3))
    environ = {
        **os.environ,
        "RUNWAYML_API_SECRET": KEY,
        "STITCHER_POLL_SECONDS": "0.05",
    }
    with coding_server(coded, running_s=0.2) as server:
        environ["RUNWAYML_BASE_URL"] = server.url
        command = [sys.executable, "-m", "stitcher", "generate", str(board.path)]
        child = subprocess.Popen(
            [*command, "--provider", "runway", "--yes"],
            env=environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(after_s)
        child.send_signal(signal.SIGKILL)
        child.wait()
        with runway(server) as provider:
            finish(board, server, provider, tmp_path)
        check(server, tmp_path, 3)

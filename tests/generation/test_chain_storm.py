"""Sixty shots in three chains through rough weather: complete in the end, and the books agree to the credit."""

from __future__ import annotations

import contextlib
import random
from pathlib import Path

import pytest

from stitcher.errors import StitcherError, UnknownOutcome
from stitcher.generation import generate
from stitcher.generation.rescue import adopt
from stitcher.generation.runway.provider import RunwayProvider
from stitcher.generation.states import State
from stitcher.standin import Fault, StandIn
from stitcher.standin.faults import Chooser, Kind
from stitcher.storyboard.model import Storyboard
from tests.generation.chain_kit import coding_server, project, runway, takes_of

CHAINS, LENGTH = 3, 20


def weather(seed: int) -> Chooser:
    """Faults by chance, the same for the same seed; none that costs a person's decision too often."""
    chance = random.Random(seed)

    def choose(kind: Kind, nth: int) -> Fault | None:
        if chance.random() > 0.2:
            return None
        match kind:
            case "task":
                return chance.choice([Fault.throttled(0.05), Fault.fails("INTERNAL", cost=0)])
            case "look":
                return chance.choice([Fault.http(503), Fault.html(), Fault.drop(), Fault.says("THINKING")])
            case "download":
                return chance.choice([Fault.expired(), Fault.cut_off(), Fault.short(), Fault.flipped()])
            case "create":
                return chance.choice([None, None, Fault.drop(booked=True)])
            case _:
                return None

    return choose


def shots() -> str:
    lines = []
    for one in range(CHAINS):
        for number in range(LENGTH):
            start = "start.png" if number == 0 else f"{{shot: c{one}s{number - 1}}}"
            lines.append(f"  - {{id: c{one}s{number}, start: {start}, prompt: x}}\n")
    return "".join(lines)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_sixty_shots_in_three_chains_end_complete_and_the_books_agree(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    board = project(tmp_path / "film", shots())
    cache = tmp_path_factory.mktemp("coded")
    with coding_server(cache, choose=weather(7), speed=50, pending_s=0.5, running_s=1.0) as server:
        with runway(server, timeout_s=5) as provider:
            for _ in range(80):
                try:
                    generate.generate(board, provider=provider)
                except UnknownOutcome as exc:
                    _adopt(server, board, exc.shot or "", tmp_path / "film", provider)
                except StitcherError:
                    continue
                else:
                    break
        takes = [take for take in takes_of(tmp_path / "film") if take.state is State.FRAMED]
        assert len({take.shot for take in takes}) == CHAINS * LENGTH == len(takes)
        assert sum(take.spent_credits for take in takes_of(tmp_path / "film")) == server.books.charged
        assert server.books.charged == 10 * CHAINS * LENGTH
        assert all(create.resend == 0 for create in server.books.creates)
    for one in range(CHAINS):
        for number in range(1, LENGTH):
            start = (tmp_path / f"film/takes/c{one}s{number}/1.start.png").read_bytes()
            assert start == (tmp_path / f"film/takes/c{one}s{number - 1}/1.last.png").read_bytes()


def _adopt(server: StandIn, board: Storyboard, shot: str, folder: Path, provider: RunwayProvider) -> None:
    owned = {take.task_id for take in takes_of(folder)}
    [lost] = [task.id for task in server.books.tasks if task.id not in owned]
    # There is weather while fetching, too: what was adopted is recorded, and the next run goes on.
    with contextlib.suppress(StitcherError):
        adopt(board, shot, lost, provider=provider)

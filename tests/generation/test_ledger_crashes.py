"""The ledger under crashes: at every step, at random, and by a real kill."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from stitcher.errors import BudgetExceeded, IllegalMove, InputError, LedgerError, UnknownOutcome
from stitcher.generation.ledger import Ledger
from stitcher.generation.paths import ledger_path
from stitcher.generation.states import ENDED_WITHOUT_FILE, State, may_move
from tests.generation.killing import Fate, Killed
from tests.generation.making import Clock, make_request

SHOTS = ("s01", "s02", "s03")
BUDGET = 150


class LedgerMachine(RuleBasedStateMachine):
    """Any order of moves and crashes, compared with a plain model of what must be known."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="ledger-"))
        self.path = ledger_path(self.folder)
        self.clock = Clock()
        self.states: dict[int, State] = {}
        self.tasks: dict[int, str] = {}
        self.lengths: dict[int, int] = {}
        self.bought: dict[str, int] = dict.fromkeys(SHOTS, 0)

    @initialize()
    def start(self) -> None:
        self.ledger = Ledger.open(self.path, clock=self.clock)

    def teardown(self) -> None:
        self.ledger.close()
        shutil.rmtree(self.folder)

    def moved(self, take_id: int, state: State) -> None:
        self.states[take_id] = state
        self.lengths[take_id] += 1

    @rule(shot=st.sampled_from(SHOTS), accept=st.sampled_from([None, None, 25]))
    def intend(self, shot: str, accept: int | None) -> None:
        mine = self.ledger.takes(shot)
        try:
            take = self.ledger.intend(
                make_request(shot), allowed_credits=BUDGET, second_charge_credits=accept
            )
        except BudgetExceeded:
            assert self.ledger.spent().committed + 25 > BUDGET
            return
        except InputError:
            assert mine[-1].state not in ENDED_WITHOUT_FILE or mine[-1].spent_credits
            return
        if take.id in self.states:
            assert self.states[take.id] is State.INTENT
        else:
            given_up = ENDED_WITHOUT_FILE | ({State.UNKNOWN} if accept else set())
            assert all(self.states[other.id] in given_up for other in mine)
            self.states[take.id] = State.INTENT
            self.lengths[take.id] = 1

    @precondition(lambda self: self.states)
    @rule(data=st.data(), after=st.sampled_from(State))
    def move(self, data: st.DataObject, after: State) -> None:
        take_id = data.draw(st.sampled_from(sorted(self.states)))
        before = self.states[take_id]
        task = f"task-{take_id}"
        acts = {
            State.INTENT: lambda: self.ledger.not_sent(take_id, "refused"),
            State.SENDING: lambda: self.ledger.sending(take_id),
            State.ACCEPTED: lambda: self.ledger.accepted(take_id, task, estimated_credits=25),
            State.SUCCEEDED: lambda: self.ledger.succeeded(take_id, cost_credits=25),
            State.STORED: lambda: self.ledger.stored(
                take_id, file=f"takes/{take_id}.mp4", sha256="0", size=1, frames=121
            ),
            State.HELD: lambda: self.ledger.held(
                take_id, "is another", file=f"takes/{take_id}.held.mp4", sha256="0", size=1, frames=96
            ),
            State.DECLINED: lambda: self.ledger.declined(take_id),
            State.FRAMED: lambda: self.ledger.framed(take_id, frame_file="f", frame_sha256="0"),
            State.REJECTED: lambda: self.ledger.rejected(take_id, "no"),
            State.FAILED: lambda: self.ledger.failed(take_id, "INTERNAL", "no", cost_credits=0),
            State.CANCELLED: lambda: (
                self.ledger.withdraw(take_id, "no")
                if before is State.INTENT
                else self.ledger.cancelled(take_id, cost_credits=0)
            ),
            State.GONE: lambda: self.ledger.gone(take_id),
            State.UNKNOWN: lambda: self.ledger.outcome_unknown(take_id, "broken"),
            State.ADOPTED: lambda: self.ledger.adopt(take_id, task),
            State.WRITTEN_OFF: lambda: self.ledger.write_off(take_id),
        }
        shot = self.ledger.get(take_id).shot
        same = [other.id for other in self.ledger.takes(shot) if other.id != take_id]
        others = [state for other, state in self.states.items() if other != take_id and other not in same]
        later = {other: self.states[other] for other in same if other > take_id}
        alive = [state for state in later.values() if state not in {State.INTENT, *ENDED_WITHOUT_FILE}]
        try:
            acts[after]()
        except UnknownOutcome:
            assert after is State.SENDING
            assert State.UNKNOWN in others
        except InputError:
            assert after is State.ADOPTED
            assert alive
        except IllegalMove:
            assert not may_move(before, after) or (after is State.SENDING and State.SENDING in others)
        else:
            assert may_move(before, after)
            self.moved(take_id, after)
            if after is State.SENDING:
                assert State.UNKNOWN not in others
                for other in same:
                    if self.states[other] is State.UNKNOWN:
                        self.moved(other, State.WRITTEN_OFF)
            if after is State.ADOPTED:
                assert not alive
                for other, state in later.items():
                    if state is State.INTENT:
                        self.moved(other, State.CANCELLED)
            if after in (State.ACCEPTED, State.ADOPTED):
                self.tasks[take_id] = task

    @rule()
    def crash(self) -> None:
        """The process is gone: nothing is committed any more, the system lets go of the lock."""
        self.ledger._connection.close()
        assert self.ledger._lock is not None
        self.ledger._lock.release()
        for take_id, state in self.states.items():
            if state is State.SENDING:
                self.moved(take_id, State.UNKNOWN)
        self.ledger = Ledger.open(self.path, clock=self.clock)

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "ledger"):
            return
        takes = {take.id: take for take in self.ledger.takes()}
        assert {take_id: take.state for take_id, take in takes.items()} == self.states
        for take_id, task in self.tasks.items():
            assert takes[take_id].task_id == task
        for take_id, take in takes.items():
            history = self.ledger.history(take_id)
            assert len(history) == self.lengths[take_id]
            assert history[-1].after is take.state
            assert all(one.after is two.before for one, two in pairwise(history))
        assert sum(state is State.SENDING for state in self.states.values()) <= 1
        spent = self.ledger.spent()
        assert spent.committed <= BUDGET
        assert spent.total == sum(take.spent_credits for take in takes.values())


TestLedgerMachine = LedgerMachine.TestCase
TestLedgerMachine.settings = settings(
    max_examples=10, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)


STEPS = ("intent", "sending", "accepted", "succeeded", "stored", "framed")


@pytest.mark.parametrize("reached", range(len(STEPS)), ids=STEPS)
def test_a_death_in_the_middle_of_a_commit_leaves_the_state_before(tmp_path: Path, reached: int) -> None:
    path = ledger_path(tmp_path)
    ledger = Ledger.open(path)
    take = ledger.intend(make_request())
    acts: list[Callable[[], object]] = [
        lambda: ledger.sending(take.id),
        lambda: ledger.accepted(take.id, "t1"),
        lambda: ledger.succeeded(take.id, cost_credits=25),
        lambda: ledger.stored(take.id, file="1.mp4", sha256="0", size=1, frames=121),
        lambda: ledger.framed(take.id, frame_file="f", frame_sha256="0"),
    ]
    for act in acts[:reached]:
        act()
    # The next move is cut short where the history line would be written.
    ledger._connection.execute(
        "CREATE TEMP TRIGGER death BEFORE INSERT ON move BEGIN SELECT RAISE(ROLLBACK, 'power cut'); END"
    )
    if reached < len(acts):
        with pytest.raises((LedgerError, InputError)):
            acts[reached]()
    ledger.close()
    with Ledger.open(path) as again:
        expected = "unknown" if STEPS[reached] == "sending" else STEPS[reached]
        assert again.get(take.id).state.value == expected


@pytest.mark.parametrize("at", range(1, 5))
def test_a_first_request_is_given_up_in_the_step_that_sends_the_second(tmp_path: Path, at: int) -> None:
    path, fate = ledger_path(tmp_path), Fate()
    with fate.open(path) as ledger:
        first = ledger.intend(make_request())
        ledger.sending(first.id)
        ledger.outcome_unknown(first.id, "no answer")
        second = ledger.intend(make_request(), second_charge_credits=25)
        fate.arm(at)
        with pytest.raises(Killed):
            ledger.sending(second.id)
    with Ledger.open(path) as again:
        states = [again.get(take.id).state for take in (first, second)]
    before, after = [State.UNKNOWN, State.INTENT], [State.WRITTEN_OFF, State.UNKNOWN]
    assert states == (after if at == 4 else before)


CHILD = """
import sys
from pathlib import Path
from stitcher.generation.ledger import Ledger
from tests.generation.making import make_request

with Ledger.open(Path(sys.argv[1])) as ledger:
    print("open", flush=True)
    for number in range(int(sys.argv[2]), 1_000_000):
        take = ledger.intend(make_request("s01", number))
        print(take.id, "intent", flush=True)
        for name, act in (
            ("sending", lambda: ledger.sending(take.id)),
            ("accepted", lambda: ledger.accepted(take.id, f"task-{take.id}", reply="x" * 3000)),
            ("succeeded", lambda: ledger.succeeded(take.id, cost_credits=25)),
            ("stored", lambda: ledger.stored(take.id, file=f"{take.id}.mp4", sha256="0", size=1, frames=121)),
            ("framed", lambda: ledger.framed(take.id, frame_file="f", frame_sha256="0")),
        ):
            act()
            print(take.id, name, flush=True)
"""
ORDER = {name: index for index, name in enumerate(STEPS)}


def killed_at_random(path: Path, first: int, seconds: float) -> dict[int, str]:
    """What a child said it had recorded before it was killed."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path), str(first)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "open\n"
    time.sleep(seconds)
    child.send_signal(signal.SIGKILL)
    said: dict[int, str] = {}
    lines = child.stdout.read().split("\n")
    child.stdout.close()
    child.wait()
    for line in lines[:-1]:
        number, name = line.split()
        said[int(number)] = name
    return said


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_killed_at_random_points_everything_said_to_be_recorded_is(tmp_path: Path) -> None:
    path = ledger_path(tmp_path)
    chance = random.Random(7)
    first = 1
    for _ in range(3):
        said = killed_at_random(path, first, chance.uniform(0.005, 0.1))
        with Ledger.open(path) as ledger:
            for take_id, name in said.items():
                take = ledger.get(take_id)
                if take.state is State.UNKNOWN:
                    # Sent, perhaps answered, nothing recorded: the one state that a person must look at.
                    assert name in ("intent", "sending")
                    ledger.write_off(take_id)
                else:
                    assert ORDER[take.state.value] >= ORDER[name]
                    assert ORDER[take.state.value] <= ORDER[name] + 1
            for take in ledger.unknown():
                ledger.write_off(take.id)
            first = ledger.next_number("s01", "runway")


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_a_killed_holder_lets_go_of_the_lock(tmp_path: Path) -> None:
    path = ledger_path(tmp_path)
    killed_at_random(path, 1, 0.01)
    Ledger.open(path).close()

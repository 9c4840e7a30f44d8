"""The question about the price, in a real terminal: it can be seen, answered, and left with one Ctrl-C."""

from __future__ import annotations

import os
import re
import select
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from stitcher.standin import StandIn
from tests.generation.chain_kit import CHAIN, KEY, coding_server, project

pty = pytest.importorskip("pty", reason="Windows has no pseudo-terminals")

QUESTION = b"Spend 10 credits ($0.10)? [y/N]: "
MOVES = re.compile(rb"\x1b\[\d*[A-GJKM]|\r")
"""What goes back over what stands on the terminal."""


@pytest.fixture
def server(coded: Path) -> Iterator[StandIn]:
    with coding_server(coded) as running:
        yield running


class Terminal:
    """A command on a terminal of its own."""

    def __init__(self, folder: Path, server: StandIn, *words: str) -> None:
        environment = {
            **os.environ,
            "RUNWAYML_API_SECRET": KEY,
            "RUNWAYML_BASE_URL": server.url,
            "STITCHER_POLL_SECONDS": "0.02",
            "TERM": "xterm-256color",
        }
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execve(sys.executable, [sys.executable, "-m", "stitcher", *words], environment)
        self.shown = b""

    def read(self, seconds: float, until: bytes | None = None) -> bytes:
        """What is written within so many seconds, or until it holds something."""
        end, new = time.monotonic() + seconds, b""
        while time.monotonic() < end and (until is None or until not in new):
            ready, _, _ = select.select([self.master], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                break
            try:
                part = os.read(self.master, 65536)
            except OSError:
                break
            if not part:
                break
            new += part
        self.shown += new
        return new

    def type(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def ended(self) -> int:
        """The exit code, once everything is read."""
        self.read(60)
        _, status = os.waitpid(self.pid, 0)
        os.close(self.master)
        return os.waitstatus_to_exitcode(status)


@pytest.mark.slow
def test_nothing_is_drawn_over_the_question_and_one_ctrl_c_leaves_it(server: StandIn, tmp_path: Path) -> None:
    project(tmp_path, CHAIN[0])
    terminal = Terminal(tmp_path, server, "generate", "board.yaml", "--provider", "runway")
    assert QUESTION in terminal.read(60, QUESTION)
    # A live display paints ten times a second.
    after = terminal.shown.partition(QUESTION)[2] + terminal.read(1)
    assert MOVES.findall(after) == []
    terminal.type(b"\x03")
    began = time.monotonic()
    assert terminal.ended() == 130
    assert time.monotonic() - began < 30
    assert b"nothing was sent" in terminal.shown
    assert server.books.creates == ()


@pytest.mark.slow
@pytest.mark.parametrize(("answer", "code", "bought"), [(b"y\n", 0, 1), (b"n\n", 130, 0)], ids=["yes", "no"])
def test_the_answer_is_heard(server: StandIn, tmp_path: Path, answer: bytes, code: int, bought: int) -> None:
    project(tmp_path, CHAIN[0])
    terminal = Terminal(tmp_path, server, "generate", "board.yaml", "--provider", "runway")
    terminal.read(60, QUESTION)
    terminal.type(answer)
    assert terminal.ended() == code
    assert len(server.books.creates) == bought

"""What is written of this machine is found out without asking another program."""

from __future__ import annotations

import platform
import re
import subprocess
from pathlib import Path

import pytest

import stitcher
from stitcher.media.logs import system_name, write_log

ASKS = re.compile(r"platform\.(platform|processor|architecture|uname|libc_ver)\(")
"""Of these some start a program, which is given the whole environment."""


def test_no_program_is_asked_what_system_this_is(monkeypatch: pytest.MonkeyPatch) -> None:
    # What Python found out about this machine in an earlier test would hide the question.
    monkeypatch.setattr(platform, "_uname_cache", None)
    monkeypatch.setattr(platform, "_platform_cache", {})
    started: list[object] = []
    monkeypatch.setattr(subprocess.Popen, "__init__", lambda self, args, **_: started.append(args))
    log = write_log(["it failed"])
    assert log is not None
    assert system_name() in log.read_text("utf-8")
    assert platform.system() in system_name()
    assert started == []


def test_nothing_here_asks_in_a_way_that_starts_one() -> None:
    modules = Path(stitcher.__path__[0]).rglob("*.py")
    assert [
        path.name for path in modules if ASKS.search(re.sub(r"`[^`]*`", "", path.read_text("utf-8")))
    ] == []

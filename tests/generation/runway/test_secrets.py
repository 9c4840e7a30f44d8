"""The key goes to the API's own address and nowhere else: no log, no error, no file."""

from __future__ import annotations

import logging
import platform
import re
import subprocess
import traceback
from pathlib import Path
from typing import Any

import pytest

from stitcher.errors import StitcherError
from stitcher.generation.provider import Expected, Submission, Succeeded
from stitcher.generation.runway.provider import RunwayProvider
from stitcher.standin import Fault, StandIn
from tests.generation.following import follow
from tests.standin_kit import KEY

TAKE = Submission(
    "image_to_video",
    {"model": "gen4_turbo", "promptImage": "https://example.com/a.png", "ratio": "1280:720", "duration": 5},
)
FAULTS: list[tuple[Any, Fault]] = [
    ("create", Fault.drop()),
    ("create", Fault.http(400, f"bad key {KEY}")),
    ("create", Fault.http(401, f"Bearer {KEY} is unknown")),
    ("create", Fault.http(500, f"Authorization: Bearer {KEY}")),
    ("create", Fault.html()),
    ("create", Fault.redirect(f"https://example.com/?token={KEY}")),
    ("look", Fault.http(500, KEY)),
    ("look", Fault.http(401, KEY)),
    ("task", Fault.fails("INTERNAL", f"secret {KEY}")),
    ("download", Fault.http(403, KEY)),
    ("download", Fault.redirect("http://169.254.169.254/latest")),
]


@pytest.mark.parametrize(("kind", "fault"), FAULTS, ids=lambda value: getattr(value, "what", value))
def test_the_key_is_seen_nowhere(
    kind: Any,
    fault: Fault,
    provider: RunwayProvider,
    server: StandIn,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    server.script(kind, *[fault] * (2 if kind == "look" else 9))
    said: list[str] = []
    try:
        task_id = provider.submit(TAKE).task_id
        task = follow(task_id, provider.look, pace=provider.pace)
        said.append(repr(task))
        if isinstance(task, Succeeded):
            provider.fetch(task, tmp_path / "1.mp4", Expected("video"))
    except StitcherError as exc:
        said += [repr(vars(exc)), "".join(traceback.format_exception(exc))]
    said += [repr(provider), repr(provider._settings), repr(vars(provider))]
    said += [record.getMessage() + repr(record.args) for record in caplog.records]
    for path in tmp_path.rglob("*"):
        said.append(path.name + path.read_bytes().decode("latin-1"))
    assert not [text for text in said if KEY in text or re.search("_jwt=(?!.redacted)", text)]
    assert server.books.leaks == ()


def test_no_child_process_is_started_to_talk_to_the_service(
    provider: RunwayProvider, server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What Python found out about this machine in an earlier test would hide the question.
    monkeypatch.setattr(platform, "_uname_cache", None)
    monkeypatch.setattr(platform, "_platform_cache", {})
    started: list[object] = []
    monkeypatch.setattr(subprocess.Popen, "__init__", lambda self, args, **_: started.append(args))
    provider.account()
    provider.submit(TAKE)
    assert started == []

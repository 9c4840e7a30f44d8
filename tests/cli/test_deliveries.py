"""Several films of one run, of which some fail."""

from __future__ import annotations

import threading
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import pytest

import stitcher
from stitcher import api, deliveries, session
from stitcher.cli.deliveries import Deliveries
from stitcher.deliveries import Delivered
from stitcher.errors import (
    DiskFull,
    FfmpegFailed,
    InputError,
    Interrupted,
    OutputError,
    PresetError,
    StitcherError,
    VerifyError,
)
from tests.cli.conftest import Run

GOOD = "{preset: master-copy, file: out/good.mp4}"
BAD = {
    "a container nobody knows": ("{preset: master-copy, file: out/bad.xyz}", 73),
    "an unknown preset": ("{preset: yuotube-1080p, file: out/bad.mp4}", 78),
}


@pytest.fixture
def deliver(board: Path) -> Any:
    """Give the storyboard these deliveries, a cut and no card, so that it is quick to make."""

    def write(*entries: str) -> Path:
        head = board.read_text().split("  - id: end")[0]
        board.write_text(head + "deliver:\n" + "".join(f"  - {entry}\n" for entry in entries))
        return board

    return write


@pytest.mark.parametrize("bad_first", [True, False], ids=["first", "last"])
@pytest.mark.parametrize(("bad", "code"), BAD.values(), ids=BAD.keys())
def test_the_others_are_made_all_the_same(
    run: Run, here: Path, deliver: Any, bad: str, code: int, bad_first: bool
) -> None:
    board = deliver(*((bad, GOOD) if bad_first else (GOOD, bad)))
    ended = run("render", board, "--set", "who=me")
    assert ended.code == code
    assert sorted(path.name for path in (here / "out").iterdir()) == ["good.mp4"]
    assert "out/good.mp4" in ended.out
    assert "stitcher: " in ended.err
    assert "1 of 2 films failed" in ended.err.splitlines()[-1]


def test_a_machine_is_told_what_was_made_and_what_was_not(run: Run, here: Path, deliver: Any) -> None:
    board = deliver(BAD["an unknown preset"][0], GOOD, BAD["a container nobody knows"][0])
    ended = run("render", board, "--set", "who=me", "--json")
    assert ended.code == 73
    document = ended.document
    assert [film["paths"] for film in document["films"]] == [[str(here / "out" / "good.mp4")]]
    assert [(one["preset"], one["error"]["exit_code"]) for one in document["failed"]] == [
        ("yuotube-1080p", 78),
        ("master-copy", 73),
    ]
    assert document["error"]["kind"] == "OutputError"
    assert Path(document["failed"][1]["file"]).name == "bad.xyz"


def test_the_only_delivery_fails_as_before(run: Run, deliver: Any) -> None:
    ended = run("render", deliver(BAD["a container nobody knows"][0]), "--set", "who=me", "--json")
    assert ended.code == 73
    assert list(ended.document) == ["error"]


def test_a_bug_in_one_does_not_keep_the_others_from_being_made(
    run: Run, here: Path, deliver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = deliver("{preset: draft, file: out/bad.mp4}", GOOD)
    real = session.render

    def broken(plan: Any, *rest: Any, **more: Any) -> Any:
        return 1 // 0 if plan.delivery.preset == "draft" else real(plan, *rest, **more)

    monkeypatch.setattr(deliveries, "render", broken)
    ended = run("render", board, "--set", "who=me", "--json")
    assert (ended.code, ended.document["error"]["kind"]) == (70, "Bug")
    assert (here / "out" / "good.mp4").is_file()


def test_stopping_ends_them_all_and_reports_those_done(
    run: Run, here: Path, deliver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = deliver(GOOD, "{preset: draft, file: out/a.mp4}", "{preset: proxy, file: out/b.mov}")
    real = session.render
    asked = []

    def stopped(plan: Any, *rest: Any, **more: Any) -> Any:
        asked.append(plan.delivery.preset)
        if plan.delivery.preset == "draft":
            raise Interrupted("Stopped on request.")
        return real(plan, *rest, **more)

    monkeypatch.setattr(deliveries, "render", stopped)
    ended = run("render", board, "--set", "who=me", "--json")
    assert (ended.code, ended.document["error"]["kind"]) == (130, "Interrupted")
    assert asked == ["master-copy", "draft"]
    assert len(ended.document["films"]) == 1


@pytest.mark.parametrize(
    ("errors", "code"),
    [
        ([PresetError("a"), OutputError("b")], 73),
        ([InputError("a"), VerifyError("b"), OutputError("c")], 70),
        ([PresetError("a"), InputError("b")], 65),
        ([OutputError("a"), DiskFull("b"), InputError("c")], 74),
        ([DiskFull("a"), FfmpegFailed(["ffmpeg"], 1, "")], 70),
        ([VerifyError("a"), Interrupted("b")], 130),
    ],
)
def test_the_exit_code_is_that_of_the_gravest(errors: list[StitcherError], code: int) -> None:
    made = Deliveries()
    for error in errors:
        made.add(Delivered("draft", Path("x.mp4"), None, error, count=2))
    assert made.show((), as_json=True) == code


@pytest.mark.slow
def test_a_demo_that_fails_in_one_film_makes_the_others(
    run: Run, here: Path, chain: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Path] = []
    real = api.render

    def first_fails(plan: Any, out: Path, **more: Any) -> Any:
        calls.append(out)
        if len(calls) == 1:
            raise VerifyError("The first is not what was planned.")
        return real(stitcher.assemble(chain[:1]), out, options=more["options"])

    monkeypatch.setattr(api, "render", first_fails)
    monkeypatch.setattr(api, "generate", lambda board, **_: type("", (), {"takes": ()})())
    ended = run("demo", "--json")
    assert (ended.code, len(calls)) == (70, 3)
    assert [Path(one["file"]).name for one in ended.document["failed"]] == [calls[0].name]


def test_a_failed_render_leaves_the_callers_event_alone(here: Path, chain: list[Path]) -> None:
    # Several films made from Python with one event to stop them: one that fails does not stop the rest.
    cancel = threading.Event()
    plan = stitcher.plan(stitcher.assemble(chain[:2], transition="dissolve", duration="6f"))
    with pytest.raises(RuntimeError, match="mine"):
        stitcher.render(
            plan, here / "a.mp4", options=stitcher.RenderOptions(cancel=cancel, executor=_Broken())
        )
    assert not cancel.is_set()


class _Broken(Executor):
    def submit(self, *work: Any, **more: Any) -> Any:
        raise RuntimeError("mine")


def test_the_time_told_is_that_of_the_whole_command(
    run: Run, here: Path, chain: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = session.lay_out
    clock = {"now": 0.0}

    def slow(*arguments: Any, **more: Any) -> Any:
        clock["now"] += 40
        return real(*arguments, **more)

    monkeypatch.setattr("stitcher.cli.elapsed.time.monotonic", _Clock(clock))
    monkeypatch.setattr(session, "lay_out", slow)
    ended = run("assemble", *chain[:2], "-o", "film.mp4", "--transition", "cut", "--json")
    assert ended.document["wall_seconds"] >= 40
    assert ended.document["films"][0]["wall_seconds"] < 40


class _Clock:
    def __init__(self, late: dict[str, float]) -> None:
        import time

        self._real, self._late = time.monotonic, late

    def __call__(self) -> float:
        return self._real() + self._late["now"]


def test_what_is_not_done_is_told_to_machines_too(run: Run, here: Path, board: Path) -> None:
    document = run("render", board, "--set", "who=me", "--json").document
    assert any("'stitcher export " in note for note in document["notes"])

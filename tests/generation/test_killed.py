"""Edits, enlargements in pieces and accepted files, killed at every step: of the ledger, and of the work on files.

After each death the same is run again. It ends complete; nothing is bought twice by itself; the books are the
service's own; no file is lost, written over or left half made; and the film shows what it was to show.
"""

from __future__ import annotations

import errno
import hashlib
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

import stitcher
from stitcher.errors import InputError, TakeHeld, UnknownOutcome
from stitcher.generation.generate import Generated, generate
from stitcher.generation.held_takes import accept
from stitcher.generation.ledger import Ledger, OpenLedger
from stitcher.generation.options import GenerateOptions
from stitcher.generation.rescue import adopt, never_made
from stitcher.generation.runway.provider import RunwayProvider
from stitcher.generation.states import State
from stitcher.generation.upscale_run import upscale
from stitcher.media.clip import Clip
from stitcher.media.probe import probe
from stitcher.standin import MediaRequest, StandIn
from stitcher.standin.media import make_media
from stitcher.storyboard.load import load
from stitcher.storyboard.model import Storyboard
from tests.footage import Footage
from tests.generation.chain_kit import CHAIN, coding_server, project, runway, takes_of
from tests.generation.killing import Fate, Killed
from tests.generation.test_upscalers import codes

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
SHIPPED = Path(__file__).parents[2] / "presets" / "models"
UPSCALER = "magnific_video_upscaler_creative.toml"
FRAMES = 16

Act = Callable[[Storyboard, RunwayProvider, OpenLedger], object]


class Cached:
    """Makes what is asked for, and videos of the same video only once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, request: MediaRequest) -> Path:
        if request.video is None:
            return make_media(request)
        told = f"{request.endpoint} {request.width} {request.video.name}"
        kept = self._folder / f"{hashlib.sha256(told.encode()).hexdigest()}.mp4"
        if not kept.exists():
            make_media(request).replace(kept)
        shutil.copyfile(kept, request.target)
        return request.target


@pytest.fixture
def server(tmp_path: Path) -> Iterator[StandIn]:
    """A stand-in that takes little time."""
    (tmp_path / "made").mkdir()
    with StandIn(make=Cached(tmp_path / "made"), pending_s=0.005, running_s=0.01) as running:
        yield running


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("takes.ledger")
    }


def finish(act: Act, board: Storyboard, provider: RunwayProvider, server: StandIn, since: int) -> None:
    """Do the same again until it is done, deciding what a person has to decide."""
    assert board.path is not None
    folder = board.path.parent
    for _ in range(4):
        try:
            act(board, provider, Ledger.open)
        except UnknownOutcome as exc:
            owned = {take.task_id for take in takes_of(folder)}
            found = [task.id for task in server.books.tasks[since:] if task.id not in owned]
            if found:
                adopt(board, exc.shot or "", found[0], provider=provider)
            else:
                never_made(board, exc.shot or "", provider=provider, confirm=lambda said: True)
        else:
            return
    raise AssertionError("it does not come to an end")


def killed_at_every_step(
    begin: Path, act: Act, server: StandIn, check: Callable[[Path, int], None], *, stride: int = 1
) -> int:
    """Run `act` in copies of a project, killed so many steps later each time, until it is not; after how many."""
    for at in itertools.count(1, stride):
        folder = begin.with_name(f"{begin.name}-{at}")
        shutil.copytree(begin, folder)
        before, tasks = hashes(folder), len(server.books.tasks)
        board = load(folder / "board.yaml")
        fate = Fate()
        fate.arm(at)
        with runway(server) as provider:
            try:
                with fate.over(folder / "takes"):
                    act(board, provider, fate.open)
            except Killed:
                finish(act, board, provider, server, tasks)
        now = hashes(folder)
        changed = {name for name in before if now.get(name) != before[name]}
        left = [name for name in now if ".stitcher-" in name or name.endswith(".part") or ".task-" in name]
        assert (changed - {name for name in before if ".task-" in name}, left) == (set(), []), at
        for take in takes_of(folder):
            if take.state is State.WRITTEN_OFF:
                assert (take.task_id, take.spent_credits) == (None, 0), at
                continue
            assert take.state is State.FRAMED, (at, take.label, take.state)
            assert now[str(take.file)] == take.sha256, (at, take.label)
        check(folder, tasks)
        shutil.rmtree(folder)
        if not fate.dead:
            return at - stride
    raise AssertionError


def bought(server: StandIn, folder: Path, before: int, count: int) -> None:
    """Each of `count` files was bought once, and costs in the ledger what it does at the service."""
    tasks = server.books.tasks[before:]
    mine = {take.task_id: take for take in takes_of(folder) if take.task_id is not None}
    assert ([task.id for task in tasks if task.id not in mine], len(tasks)) == ([], count)
    assert sum(mine[task.id].actual_credits or 0 for task in tasks) == sum(task.charged for task in tasks)


def own_clip(footage: Footage, folder: Path, shot: str) -> None:
    folder.mkdir()
    shutil.copyfile(footage.clip(5, frames=FRAMES), folder / "c.mp4")
    (folder / "board.yaml").write_text(f"stitcher: 1\nshots:\n  - {{id: a, clip: c.mp4, {shot}}}\n")


def in_pieces_of(frames: int, folder: Path) -> None:
    """Let the project's own table of models say that the upscaler takes no more frames than this."""
    (folder / "presets" / "models").mkdir(parents=True)
    said = (SHIPPED / UPSCALER).read_text()
    assert "max_frames = 720" in said
    (folder / "presets" / "models" / UPSCALER).write_text(
        said.replace("max_frames = 720", f"max_frames = {frames}")
    )


def test_an_edit_of_a_take_killed_at_every_step(server: StandIn, tmp_path: Path) -> None:
    begin = tmp_path / "edit"
    with runway(server) as provider:
        generate(project(begin, CHAIN[0]), provider=provider)
    project(begin, CHAIN[0].replace("prompt: one", "prompt: one, edit: {prompt: night}"))

    def act(board: Storyboard, provider: RunwayProvider, open_ledger: OpenLedger) -> Generated:
        return generate(board, provider=provider, options=GenerateOptions(open_ledger=open_ledger))

    def check(folder: Path, before: int) -> None:
        bought(server, folder, before, 1)
        shown = stitcher.lay_out(load(folder / "board.yaml")).items[0].source
        assert isinstance(shown, Clip)
        assert (shown.path, shown.video.frames) == (folder / "takes/s1/2.mp4", 49)

    assert killed_at_every_step(begin, act, server, check) > 20


def test_an_enlargement_in_pieces_killed_at_every_step(
    server: StandIn, footage: Footage, tmp_path: Path
) -> None:
    begin = tmp_path / "large"
    own_clip(footage, begin, "upscale: {by: runway, to: 720p}")
    in_pieces_of(FRAMES // 2, begin)
    seen: set[str] = set()

    def act(board: Storyboard, provider: RunwayProvider, open_ledger: OpenLedger) -> Generated:
        return upscale(board, provider=provider, options=GenerateOptions(open_ledger=open_ledger))

    def check(folder: Path, before: int) -> None:
        bought(server, folder, before, 2)
        shown = stitcher.lay_out(load(folder / "board.yaml")).items[0].source
        assert isinstance(shown, Clip)
        assert (shown.video.height, shown.video.frames) == (720, FRAMES)
        # The same bytes in the end, whatever happened; so they are looked at once.
        if shown.sha256 not in seen:
            assert codes(shown) == [(5, number) for number in range(FRAMES)]
        seen.add(shown.sha256)

    # What is skipped of one piece is met in the other.
    assert killed_at_every_step(begin, act, server, check, stride=3) > 50
    assert len(seen) == 1


def without_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a file system that gives a file one name only."""

    def refused(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refused)


@pytest.mark.parametrize("links", [True, False], ids=["", "without links"])
def test_a_file_that_is_accepted_killed_at_every_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:
        without_links(monkeypatch)
    begin = tmp_path / "held"
    (tmp_path / "coded").mkdir()
    board = project(begin, CHAIN[0])
    with coding_server(tmp_path / "coded", lengths={1: 9}) as server:
        with runway(server) as provider, pytest.raises(TakeHeld):
            generate(board, provider=provider)

        def act(board: Storyboard, provider: RunwayProvider, open_ledger: OpenLedger) -> object:
            assert board.path is not None
            folder = board.path.parent
            if all(take.state is State.FRAMED for take in takes_of(folder)):
                with pytest.raises(InputError, match="No take 1 of s1 waits"):
                    accept(folder, "s1", 1)
                return None
            return accept(folder, "s1", 1, open_ledger=open_ledger)

        def check(folder: Path, before: int) -> None:
            assert len(server.books.tasks) == before
            assert probe(folder / "takes/s1/1.mp4").video.frames == 9
            assert (folder / "takes/s1/1.last.png").exists()

        assert killed_at_every_step(begin, act, server, check) > 8


@pytest.mark.parametrize("links", [True, False], ids=["", "without links"])
def test_a_take_killed_at_every_step_of_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:
        without_links(monkeypatch)
    begin = tmp_path / "take"
    (tmp_path / "coded").mkdir()
    project(begin, CHAIN[0])

    def act(board: Storyboard, provider: RunwayProvider, open_ledger: OpenLedger) -> Generated:
        return generate(board, provider=provider, options=GenerateOptions(open_ledger=open_ledger))

    with coding_server(tmp_path / "coded") as server:

        def check(folder: Path, before: int) -> None:
            bought(server, folder, before, 1)
            assert probe(folder / "takes/s1/1.mp4").video.frames == 49

        assert killed_at_every_step(begin, act, server, check, stride=2) > 20

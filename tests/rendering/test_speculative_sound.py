"""A film's sound is begun before its length is certain, and is used only when the guess was right."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import stitcher
from stitcher.rendering import speculative_sound as room
from stitcher.rendering.context import RenderContext
from stitcher.seams import repeated_frames
from stitcher.sound import mixdown as rendering
from stitcher.sound.mix import Mix
from stitcher.sound.result import SoundResult
from tests.footage import Footage, tone


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STITCHER_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def mixes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Which thread mixed how many samples."""
    seen: list[tuple[str, int]] = []
    real = rendering.render_sound

    def counted(mix: Mix, *arguments: Any, **options: Any) -> SoundResult:
        seen.append((threading.current_thread().name, mix.film_samples))
        return real(mix, *arguments, **options)

    monkeypatch.setattr(rendering, "render_sound", counted)
    return seen


def test_a_right_guess_is_mixed_once_and_ahead(
    footage: Footage, tmp_path: Path, mixes: list[tuple[str, int]]
) -> None:
    board = stitcher.assemble(footage.chain(5, frames=25), music=footage.wav("bed", tone(2)))
    film = stitcher.render(board, tmp_path / "film.mp4")
    assert film.plan.frames == 5 * 25 - 4
    assert mixes == [("sound ahead", film.plan.timeline.samples)]
    assert film.sound is not None
    assert film.sound.samples == film.plan.timeline.samples


def test_a_wrong_guess_changes_nothing(
    footage: Footage, tmp_path: Path, mixes: list[tuple[str, int]]
) -> None:
    chain = footage.chain(5, frames=25)
    # The first seam is a plain cut, all others are doubled.
    board = stitcher.assemble([footage.clip(9, frames=25), *chain], music=footage.wav("bed", tone(2)))
    film = stitcher.render(board, tmp_path / "film.mp4")
    assert film.plan.frames == 6 * 25 - 4
    assert film.sound is not None
    assert film.sound.samples == film.plan.timeline.samples
    assert mixes[-1][1] == film.plan.timeline.samples
    again = stitcher.render(
        stitcher.plan(board), tmp_path / "again.mp4", options=stitcher.RenderOptions(cache=tmp_path / "other")
    )
    assert again.sound is not None
    assert (tmp_path / "film.mp4").read_bytes() == (tmp_path / "again.mp4").read_bytes()


def test_a_guess_that_fails_is_left_to_the_film_to_say(footage: Footage, tmp_path: Path) -> None:
    timeline = stitcher.lay_out(
        stitcher.assemble(footage.chain(2, frames=25), music=footage.wav("bed", tone(2)))
    )

    def refuses(_: stitcher.Timeline) -> stitcher.Plan:
        raise stitcher.errors.PlanError("no")

    with room.speculative_mix(refuses, tmp_path / "film.mp4", cache=tmp_path / "c", project=None) as ahead:
        ahead.likely(timeline)


def test_leaving_stops_what_runs(footage: Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    timeline = stitcher.lay_out(
        stitcher.assemble(footage.chain(2, frames=25), music=footage.wav("bed", tone(2)))
    )
    stopped = threading.Event()

    def waits(plan: stitcher.Plan, container: str, context: RenderContext) -> None:
        assert context.stop.wait(10)
        stopped.set()

    monkeypatch.setattr(room, "make_soundtrack", waits)
    with room.speculative_mix(
        stitcher.plan, tmp_path / "film.mp4", cache=tmp_path / "c", project=None
    ) as ahead:
        ahead.likely(timeline)
        ahead.certain(timeline)
        assert not stopped.is_set()
        ahead.certain(replace(timeline, title="another"))
        assert stopped.is_set()


def test_nothing_is_guessed_when_every_seam_is_known(
    footage: Footage, tmp_path: Path, mixes: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    board = stitcher.assemble(footage.chain(5, frames=25), music=footage.wav("bed", tone(2)))
    stitcher.lay_out(board)
    monkeypatch.setattr(repeated_frames, "measure", lambda *_: pytest.fail("measured again"))
    stitcher.render(board, tmp_path / "film.mp4")
    assert [name for name, _ in mixes] != ["sound ahead"]

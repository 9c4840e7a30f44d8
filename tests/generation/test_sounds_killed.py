"""Sounds that are bought, killed at every step: of the ledger, and of the work on files."""

from __future__ import annotations

from pathlib import Path

import pytest

import stitcher
from stitcher.generation.generate import Generated, generate
from stitcher.generation.ledger import OpenLedger
from stitcher.generation.options import GenerateOptions
from stitcher.generation.runway.provider import RunwayProvider
from stitcher.storyboard.load import load
from stitcher.storyboard.model import Storyboard
from tests.footage import tone
from tests.generation.sound_kit import CLEAN, DUBBED, LINE, RAIN, sound_project, sounding_server, with_sound
from tests.generation.test_killed import bought, killed_at_every_step

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def act(board: Storyboard, provider: RunwayProvider, open_ledger: OpenLedger) -> Generated:
    return generate(board, provider=provider, options=GenerateOptions(open_ledger=open_ledger))


@pytest.mark.parametrize(
    ("cues", "shot", "stride"),
    [((LINE,), "", 2), ((LINE, DUBBED), "", 7), ((CLEAN, RAIN), ", sound: voice", 9)],
    ids=["a line", "a line and its dub", "sounds made of files and of shots"],
)
def test_sounds_killed_at_every_step_are_bought_once_and_never_lost(
    tmp_path: Path, cues: tuple[str, ...], shot: str, stride: int
) -> None:
    begin = tmp_path / "sounds"
    if shot:
        with_sound(begin, tone(1.0))
    sound_project(begin, *cues, shot=shot)
    with sounding_server() as server:

        def check(folder: Path, before: int) -> None:
            bought(server, folder, before, len(cues) + bool(shot))
            film = stitcher.lay_out(load(folder / "board.yaml"))
            assert len(film.cues) == len(cues) + bool(shot)
            assert all(cue.sound.path.is_relative_to(folder / "takes") for cue in film.cues)

        assert killed_at_every_step(begin, act, server, check, stride=stride) > 10

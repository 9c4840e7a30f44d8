"""Bought sounds in the mix: on their samples, as any other sound, and a shot's voice where its own sound was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import stitcher
from tests.generation.chain_kit import runway
from tests.generation.sound_kit import EFFECT, sound_project, sounding, sounding_server, with_sound
from tests.sound.material import clicks, read

pytestmark = pytest.mark.slow


def mixed(folder: Path) -> np.ndarray:
    board = stitcher.load(folder / "board.yaml")
    stitcher.mix(board, folder / "mix.wav")
    return read(folder / "mix.wav")


def strike(samples: np.ndarray) -> int:
    """The sample that swings furthest."""
    return int(np.abs(samples).max(axis=1).argmax())


def test_a_bought_sound_is_on_its_sample(tmp_path: Path) -> None:
    came = clicks([1_000], 24_000, 1)
    board = sound_project(tmp_path, EFFECT)
    with sounding_server({"sound_effect": sounding(came)}) as server, runway(server) as provider:
        stitcher.generate(board, provider=provider)
    assert strike(mixed(tmp_path)) == 12_000 + 1_000


@pytest.mark.parametrize("early", [0, 6], ids=["from its beginning", "cut into"])
def test_the_sound_of_a_shots_picture_begins_where_its_picture_does(tmp_path: Path, early: int) -> None:
    came = clicks([24_000], 48_000, 1)
    shot = f", in: {early}f" if early else ""
    board = sound_project(tmp_path, "{role: effects, name: rain, generate: {picture: {shot: a}}}", shot=shot)
    with sounding_server({"video_to_audio": sounding(came)}) as server, runway(server) as provider:
        stitcher.generate(board, provider=provider)
    assert strike(mixed(tmp_path)) == 24_000 - early * 2_000


def test_a_shots_voice_is_where_its_own_sound_was(tmp_path: Path) -> None:
    own = clicks([30_000], 48_000, 2)
    with_sound(tmp_path, own)
    board = sound_project(tmp_path, shot=", sound: voice")
    came = clicks([30_000], 225_600, 1)
    with sounding_server({"voice_isolation": sounding(came)}) as server, runway(server) as provider:
        stitcher.generate(board, provider=provider)
        sent = server.books.tasks[0].inputs["audioUri"]
        assert strike(read(sent)) == 30_000
    assert strike(mixed(tmp_path)) == 30_000

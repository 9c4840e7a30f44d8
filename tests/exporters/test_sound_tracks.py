"""Sounds on tracks: what the mix does to one and no editor is told is a named loss."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from stitcher.exporters.cut import handover_of
from stitcher.exporters.losses import Loss
from stitcher.timeline.model import Sidechain, Timeline
from tests.exporters.films import film_of, music


def losses(**more: Any) -> list[Loss]:
    film = film_of(48)
    cue = music(film, **more)
    names = [name for name in Timeline.__slots__ if name != "cues"]
    film = Timeline(**{name: getattr(film, name) for name in names}, cues=(cue,))
    return [loss for loss in handover_of(film).losses if loss.kind == "processing"]


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"stretch": Fraction(101, 100)}, "stretched"),
        ({"loop": True, "loop_end_samples": 48_000}, "looped from within"),
        ({"loop": True, "loop_crossfade_samples": 480}, "looped from within"),
        ({"reflected_tail_samples": 480}, "continued past its ends"),
        ({"sidechain": Sidechain((), -30.0, 480, 4800)}, "compressed by another"),
    ],
)
def test_what_is_done_to_a_sound_in_the_mix_alone_is_named(values: dict[str, Any], named: str) -> None:
    assert losses(**values) == [Loss("processing", "score", named)]


def test_a_sound_that_is_only_played_has_nothing_done_to_it() -> None:
    assert losses(loop=True, gain_db=-3.0) == []

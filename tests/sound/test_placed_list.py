"""The list of a film's sounds says when each begins, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from stitcher.sound.placed_list import placed_sounds
from stitcher.timebase import FrameRange
from stitcher.timeline.fades import faded
from stitcher.timeline.model import Cue, GainKey, Sidechain
from stitcher.timeline.picture import PictureFade
from tests.factories import make_clip, make_sound
from tests.rendering.films import film

S = 48_000
FILM = film([make_clip(frames=240)])


def cue(name: str = "score", start: int = 0, length: int = 10, role: Any = "music", **more: Any) -> Cue:
    return Cue(name, role, make_sound(duration=Fraction(10)), start * S, length * S, **more)


LINE = cue("line", 1, 2, "dialogue")


@pytest.mark.parametrize(
    ("heard", "remarks"),
    [
        (cue(), ()),
        (cue(length=4), ("cut: 4 s of 10 s are heard",)),
        (cue(length=4, loop=True), ("looped",)),
        (cue(length=8, tempo=Fraction(5, 4)), ()),
        (cue(length=8, in_offset_samples=2 * S), ()),
        (cue(gain_keys=(GainKey(0, 0.0), GainKey(S, -10.0))), ("ducked by 10 dB",)),
        (cue(gain_keys=(GainKey(0, 3.0),)), ()),
        (cue(sidechain=Sidechain((LINE,), -30, 10, 10)), ("ducked by what is loud",)),
        (cue(length=4, shot="s0"), ()),
    ],
)
def test_what_becomes_of_a_sound_is_told(heard: Cue, remarks: tuple[str, ...]) -> None:
    (placed,) = placed_sounds(replace(FILM, cues=(heard,)))
    assert placed.remarks == remarks


def test_a_fade_of_the_film_is_no_ducking() -> None:
    fades = (
        PictureFade(FrameRange(0, 24), "in"),
        PictureFade(FrameRange(120, 144), "in", shot="s0"),
        PictureFade(FrameRange(216, 240), "out"),
    )
    lowered = (GainKey(5 * S, 0.0), GainKey(6 * S, -8.0), GainKey(8 * S, -8.0))
    cues = faded((cue(), cue("bed", gain_keys=lowered)), fades, Fraction(24))
    assert min(key.gain_db for key in cues[0].gain_keys) < -90
    placed = placed_sounds(replace(FILM, cues=cues, fades=fades))
    assert [one.remarks[:1] for one in placed] == [(), ("ducked by 8 dB",)]


def test_sounds_of_one_role_that_are_heard_at_once_are_told_once() -> None:
    cues = (cue("later", 8, 10), LINE, cue())
    placed = placed_sounds(replace(FILM, cues=cues, start_frame=86400))
    assert [(one.name, one.start) for one in placed] == [
        ("score", "01:00:00:00"),
        ("line", "01:00:01:00"),
        ("later", "01:00:08:00"),
    ]
    assert [one.remarks[-1:] for one in placed] == [
        (),
        ("cut: 2 s of 10 s are heard",),
        ("over score for 2 s",),
    ]

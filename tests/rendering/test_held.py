"""Films of clips whose last picture is held: it is shown, and the sound under it heard, to the end."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from stitcher.media.clip import Clip
from stitcher.media.probe import probe
from stitcher.rendering.film import prepare
from stitcher.timebase import FrameRange
from stitcher.timeline.conform import film_frames, source_picture
from tests.factories import make_clip
from tests.footage import Footage
from tests.media.test_last_frame_duration import rewritten
from tests.rendering.films import CUT, dissolve, film
from tests.rendering.test_film import assert_right, codes, made

PLAIN = ("-preset", "ultrafast", "-g", "12", "-bf", "0")


def held(footage: Footage, tmp_path: Path, suffix: str = ".mp4") -> Clip:
    """25 pictures in a second; the last is shown for another one."""
    source = footage.clip(1, frames=25, rate=Fraction(25), options=PLAIN)
    return probe(rewritten(source, tmp_path / f"held{suffix}", "if(eq(N,24),26*DURATION,DURATION)"))


def test_a_held_picture_fills_frames_at_any_rate_and_speed() -> None:
    clip = make_clip(frames=25, rate=25, last_seconds=Fraction(26, 25))
    assert film_frames(clip, Fraction(25)) == 50
    assert film_frames(clip, Fraction(24)) == 48
    assert film_frames(clip, Fraction(25), Fraction(2)) == 25
    assert {source_picture(clip, frame, Fraction(25)) for frame in range(24, 50)} == {24}


def test_a_picture_said_to_last_less_than_a_frame_has_one_at_the_clips_own_rate() -> None:
    clip = make_clip(frames=3, rate=Fraction(1, 2), last_seconds=Fraction(1, 25))
    assert film_frames(clip, Fraction(1, 2)) == 3
    assert film_frames(clip, Fraction(25)) == 101


def test_held_frames_are_encoded_and_the_plan_says_why() -> None:
    clip = make_clip(frames=48, last_seconds=Fraction(1))
    plan = prepare(film([clip]))
    assert (plan.copied_frames, plan.encoded_frames) == (48, 23)
    assert [segment.reason for segment in plan.encoded] == ["s0: its last picture is held"]


def test_held_frames_of_pictures_that_stand_alone_are_encoded_too() -> None:
    clip = make_clip(frames=48, group=1, codec="prores", last_seconds=Fraction(1))
    plan = prepare(film([clip]))
    assert (plan.copied_frames, plan.encoded_frames) == (48, 23)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("preset", "rate"),
    [("master-copy", Fraction(25)), ("draft", Fraction(25)), ("draft", Fraction(30))],
)
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_held_picture_is_shown_to_its_end(
    footage: Footage, tmp_path: Path, preset: str, rate: Fraction, suffix: str
) -> None:
    clip = held(footage, tmp_path, suffix)
    other = probe(footage.clip(2, frames=25, rate=Fraction(25), options=PLAIN))
    # At its own end, before a blend, from its middle, and where nothing but the held picture is seen.
    frames = film_frames(clip, rate)
    ranges = {2: FrameRange(frames // 4, frames), 4: FrameRange(frames - 12, frames)}
    timeline = film(
        [clip, other, clip, other, clip], [dissolve(6), CUT, dissolve(6), CUT], rate=rate, ranges=ranges
    )
    made(timeline, tmp_path / "film.mp4", preset=preset)
    assert_right(tmp_path / "film.mp4", timeline, [1, 2, 1, 2, 1])
    assert codes(tmp_path / "film.mp4")[-12:] == [(1, 24)] * 12

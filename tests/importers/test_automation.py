"""Key frames of a level, taken apart into gain, fades and key frames, and told apart from what was there before."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stitcher.exporters.cut import handover_of
from stitcher.exporters.levels import Level, levels_of
from stitcher.importers.automation import changed_keys, settled, with_keys, written_keys
from stitcher.importers.cut import CutClip, level_at
from stitcher.storyboard.values import read_time
from stitcher.timebase import FrameRange, frames_to_samples
from stitcher.timeline.ducking import summed
from stitcher.timeline.model import Cue, GainKey, Timeline
from tests.exporters.films import film_of, music
from tests.importers.test_own_exports import read_back

RATE = Fraction(25)
FILM = film_of(200, rate=RATE)
LEVELS = ["otio", "otio-resolve", "otio-premiere", "fcp7", "fcpxml"]


def heard(film: Timeline, name: str) -> tuple[Level, ...]:
    return read_back(handover_of(film), name).sounds[0].clips[0].levels


def as_cue(levels: tuple[Level, ...]) -> Cue:
    """The music as a storyboard that is imported has it."""
    fades, keys = settled(levels, FILM.frames)
    return music(
        FILM,
        gain_db=round(fades.gain_db, 2),
        fade_in_samples=frames_to_samples(fades.fade_in, RATE),
        fade_out_samples=frames_to_samples(fades.fade_out, RATE),
        gain_keys=tuple(
            GainKey(read_time(key["at"]).to_samples(RATE), key["gain"]) for key in written_keys(keys)
        ),
    )


def apart(one: Cue, other: Cue) -> float:
    """The most that two sounds differ by at any frame at which one of them is heard."""
    lines = [levels_of(cue, FrameRange(0, FILM.frames), RATE) for cue in (one, other)]
    pairs = [[level_at(line, frame) for line in lines] for frame in range(FILM.frames)]
    return max(abs(was - now) for was, now in pairs if max(was, now) > -45)


KEYS = st.lists(st.tuples(st.integers(1, 190), st.floats(-20, 6)), max_size=4, unique_by=lambda key: key[0])


@pytest.mark.parametrize("name", LEVELS)
@settings(max_examples=8, deadline=None)
@given(keys=KEYS, fade_in=st.sampled_from([0, 10]), fade_out=st.sampled_from([0, 30]))
def test_volume_automation_comes_back_within_a_tenth_of_a_decibel(
    name: str, keys: list[tuple[int, float]], fade_in: int, fade_out: int
) -> None:
    cue = music(
        FILM,
        gain_db=-4.0,
        fade_in_samples=frames_to_samples(fade_in, RATE),
        fade_out_samples=frames_to_samples(fade_out, RATE),
        gain_keys=tuple(GainKey(frames_to_samples(frame, RATE), gain) for frame, gain in sorted(keys)),
    )
    assert apart(cue, as_cue(heard(replace(FILM, cues=(cue,)), name))) <= 0.1


@pytest.mark.parametrize("name", LEVELS)
def test_a_fall_of_more_than_a_key_frame_can_go_up_is_told_from_above(name: str) -> None:
    keys = tuple(GainKey(frames_to_samples(frame, RATE), gain) for frame, gain in [(50, 6.0), (51, -20.0)])
    cue = music(FILM, gain_db=-4.0, gain_keys=keys)
    assert apart(cue, as_cue(heard(replace(FILM, cues=(cue,)), name))) <= 0.1


DUCKED = tuple(
    GainKey(frames_to_samples(frame, RATE), gain) for frame, gain in [(40, 0), (45, -10), (90, -10), (103, 0)]
)


def clip(levels: tuple[Level, ...], start: int = 0) -> CutClip:
    return CutClip("score", FrameRange(start, start + FILM.frames), levels=levels)


@pytest.mark.parametrize("name", LEVELS)
def test_our_own_ducking_is_no_key_frame_when_it_comes_home(name: str) -> None:
    film = replace(FILM, cues=(music(FILM, gain_db=-8.0, fade_out_samples=48_000, gain_keys=DUCKED),))
    before = handover_of(film).sound[0].items[0].levels
    assert changed_keys(clip(before), clip(heard(film, name)), 0.0) == ()


def test_ducking_that_stays_where_it_is_in_the_film_or_goes_with_its_sound_is_no_key_frame() -> None:
    levels = handover_of(replace(FILM, cues=(music(FILM, gain_keys=DUCKED),))).sound[0].items[0].levels
    later = tuple(Level(level.frame - 10, level.gain_db) for level in levels)
    assert changed_keys(clip(levels), clip(later, start=10), 0.0) == ()
    assert changed_keys(clip(levels), clip(levels, start=10), 0.0) == ()


def test_what_an_editor_adds_to_ducking_is_what_is_added() -> None:
    more = tuple(GainKey(frames_to_samples(frame, RATE), gain) for frame, gain in [(120, 0), (150, -5)])
    lines = [
        handover_of(replace(FILM, cues=(music(FILM, gain_keys=keys),))).sound[0].items[0].levels
        for keys in (DUCKED, summed(DUCKED, more))
    ]
    added = changed_keys(clip(lines[0]), clip(lines[1]), 0.0)
    assert [round(level_at(added, frame), 1) for frame in (0, 60, 120, 135, 150, 199)] == [
        0,
        0,
        0,
        -2.5,
        -5,
        -5,
    ]
    assert written_keys(with_keys((Level(0, -3.0),), added))[0] == {"at": "0f", "gain": -3}

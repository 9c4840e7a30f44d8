"""Ducking as key frames: where they lie, and what becomes of lines that meet, pauses, and the ends of a sound."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stitcher.media.sound_activity import SoundActivity
from stitcher.timeline.ducking import (
    DuckRule,
    deepest,
    duck_keys,
    ducked,
    gain_at,
    heard_ranges,
    merged,
)
from stitcher.timeline.model import Cue, GainKey
from tests.factories import make_sound

RULE = DuckRule(by_db=12.0, attack=100, release=300, hold=0)
LINE = make_sound(path="/line.wav", duration=1)
HEARD = SoundActivity(((4800, 9600), (24_000, 38_400)), (-20.0,) * 10)


def line(start: int, length: int, **more: Any) -> Cue:
    return Cue("line", "dialogue", LINE, start, length, **more)


def keys(*pairs: tuple[int, float]) -> tuple[GainKey, ...]:
    return tuple(GainKey(sample, gain) for sample, gain in pairs)


@pytest.mark.parametrize(
    ("cue", "ranges"),
    [
        pytest.param(line(0, 48_000), [(4800, 9600), (24_000, 38_400)], id="whole"),
        pytest.param(line(1000, 48_000), [(5800, 10_600), (25_000, 39_400)], id="later"),
        pytest.param(line(0, 24_000, in_offset_samples=7200), [(0, 2400), (16_800, 24_000)], id="cut"),
        pytest.param(line(0, 24_000, tempo=Fraction(2)), [(2400, 4800), (12_000, 19_200)], id="faster"),
        pytest.param(
            line(0, 52_800, stretch=Fraction(11, 10)), [(5280, 10_560), (26_400, 42_240)], id="stretched"
        ),
        pytest.param(
            line(0, 60_000, loop=True, in_offset_samples=19_200),
            [(4800, 19_200), (33_600, 48_000)],
            id="looped from a later start",
        ),
        pytest.param(
            line(0, 50_000, loop=True, loop_end_samples=24_000, loop_crossfade_samples=4000),
            [(4800, 9600), (24_800, 29_600), (44_800, 49_600)],
            id="looped to an earlier end, crossed",
        ),
        pytest.param(line(0, 48_000, gain_db=-41.0), [], id="too low to be heard"),
        pytest.param(
            line(0, 58_000, reflected_head_samples=10_000),
            [(14_800, 19_600), (34_000, 48_400)],
            id="reflected",
        ),
    ],
)
def test_a_line_is_heard_where_its_file_is(cue: Cue, ranges: list[tuple[int, int]]) -> None:
    assert list(heard_ranges(cue, {LINE: HEARD})) == ranges


@pytest.mark.parametrize(
    ("hold", "ranges"),
    [
        pytest.param(0, [(0, 10), (20, 40)], id="overlapping ones alone"),
        pytest.param(10, [(0, 40)], id="short pauses too"),
        pytest.param(9, [(0, 10), (20, 40)], id="not longer ones"),
    ],
)
def test_lines_that_overlap_or_lie_near_are_one(hold: int, ranges: list[tuple[int, int]]) -> None:
    assert merged([(30, 40), (0, 10), (20, 35)], hold) == ranges


def test_the_attack_ends_where_a_line_begins_and_the_release_begins_where_it_ends() -> None:
    assert duck_keys([(1000, 2000)], RULE) == keys((900, 0), (1000, -12), (2000, -12), (2300, 0))


def test_lines_nearer_than_attack_and_release_turn_back_half_way() -> None:
    drawn = duck_keys([(1000, 2000), (2200, 3000)], RULE)
    assert drawn == keys((900, 0), (1000, -12), (2000, -12), (2150, -6), (2200, -12), (3000, -12), (3300, 0))


def test_lines_that_touch_stay_down() -> None:
    drawn = duck_keys([(1000, 2000), (2001, 3000)], RULE)
    assert min(gain_at(drawn, sample) for sample in range(1000, 3000)) == -12
    assert max(gain_at(drawn, sample) for sample in range(1000, 3000)) > -12.1


@pytest.mark.parametrize(
    ("spans", "start", "stop", "drawn"),
    [
        pytest.param([(-50, 100)], 0, 1000, keys((100, -12), (400, 0)), id="begun before it"),
        pytest.param([(950, 5000)], 0, 1000, keys((850, 0), (950, -12)), id="beyond its end"),
        pytest.param([(-9, 5000)], 0, 1000, keys((0, -12), (1000, -12)), id="all the while"),
        pytest.param([(-400, -100)], 0, 1000, keys((0, -8), (200, 0)), id="in its release"),
        pytest.param([(5000, 6000)], 0, 1000, (), id="elsewhere"),
        pytest.param([], 0, 1000, (), id="nothing"),
    ],
)
def test_a_sound_has_the_keys_that_are_heard_in_it(
    spans: list[tuple[int, int]], start: int, stop: int, drawn: tuple[GainKey, ...]
) -> None:
    cue = ducked(Cue("bed", "music", make_sound(), start, stop - start), RULE, spans)
    assert [key.sample for key in cue.gain_keys] == [key.sample for key in drawn]
    assert [key.gain_db for key in cue.gain_keys] == pytest.approx([key.gain_db for key in drawn])


SPANS = st.lists(st.tuples(st.integers(-2000, 6000), st.integers(1, 1500)), max_size=8)


@settings(deadline=None)
@given(SPANS, SPANS)
def test_of_several_rules_the_deepest_counts_at_every_sample(
    first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> None:
    other = DuckRule(by_db=5.0, attack=400, release=50, hold=100)
    one, two = (
        duck_keys(merged([(start, start + length) for start, length in spans], rule.hold), rule)
        for spans, rule in ((first, RULE), (second, other))
    )
    together = deepest(one, two)
    for sample in range(-2500, 8000, 37):
        lowest = min((gain_at(some, sample) for some in (one, two) if some), default=0.0)
        # A crossing is rounded to the sample.
        assert (gain_at(together, sample) if together else 0.0) == pytest.approx(lowest, abs=0.13)


@settings(deadline=None)
@given(SPANS)
def test_keys_are_in_order_and_never_deeper_than_the_rule(spans: list[tuple[int, int]]) -> None:
    drawn = duck_keys(merged([(start, start + length) for start, length in spans], 0), RULE)
    samples = [key.sample for key in drawn]
    assert samples == sorted(set(samples))
    assert all(-12 <= key.gain_db <= 0 for key in drawn)

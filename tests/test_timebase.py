"""Exact time: what people write, what it comes to in frames, samples and seconds, and timecode both ways."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stitcher.errors import InputError
from stitcher.timebase import (
    FrameRange,
    Time,
    format_decimal,
    format_rate,
    format_timecode,
    frames_to_samples,
    frames_to_seconds,
    parse_rate,
    parse_time,
    round_half_up,
    seconds_to_frames,
)

NTSC = Fraction(24000, 1001)
RATES = st.sampled_from([Fraction(24), Fraction(25), NTSC, Fraction(30000, 1001), Fraction(60)])


@pytest.mark.parametrize(("value", "whole"), [("0.5", 1), ("1.5", 2), ("-0.5", 0), ("0.49", 0), ("2", 2)])
def test_halves_go_up(value: str, whole: int) -> None:
    assert round_half_up(Fraction(value)) == whole


@pytest.mark.parametrize(
    ("written", "rate"),
    [
        ("24", Fraction(24)),
        (25, Fraction(25)),
        ("23.976", NTSC),
        ("24000/1001", NTSC),
        (12.5, Fraction("12.5")),
    ],
)
def test_a_rate_is_exact(written: str | float, rate: Fraction) -> None:
    assert parse_rate(written) == rate
    assert parse_rate(format_rate(rate)) == rate


@pytest.mark.parametrize("written", ["0", "-24", "1001", "fast", "1/0"])
def test_what_is_no_rate_is_refused(written: str) -> None:
    with pytest.raises(InputError):
        parse_rate(written)


@given(frames=st.integers(0, 10**7), rate=RATES)
def test_a_frame_begins_where_it_is_found_again(frames: int, rate: Fraction) -> None:
    assert seconds_to_frames(frames_to_seconds(frames, rate), rate) == frames


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("12f", Time(frames=12)),
        ("3 frames", Time(frames=3)),
        ("1.5s", Time(Fraction(3, 2))),
        (".5s", Time(Fraction(1, 2))),
        ("00:00:01:12", Time(Fraction(1), 12)),
        ("01:02:03;04", Time(Fraction(3723), 4)),
    ],
)
def test_a_time_is_read_in_its_three_forms(written: str, time: Time) -> None:
    assert parse_time(written) == time


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("12", "write 12s for seconds or 12f for frames"),
        ("1.5", "write 1.5s for seconds; frames are whole"),
        ("-1s", "is before the beginning"),
        ("1:30", "for 90 seconds write 90s"),
        ("500ms", "write 0.5s"),
        ("2min", "write 120s"),
        ("soon", "is not a time"),
    ],
)
def test_what_is_no_time_is_told_how_it_is_written(written: str, told: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_time(written)
    assert told in str(refused.value)


@given(seconds=st.fractions(0, 1000, max_denominator=1000), frames=st.integers(0, 1000), rate=RATES)
def test_a_time_of_both_kinds_is_their_sum(seconds: Fraction, frames: int, rate: Fraction) -> None:
    time = Time(seconds, frames)
    assert time.to_seconds(rate) == seconds + frames / rate
    assert time.to_frames(rate) == round_half_up(seconds * rate) + frames
    assert time.to_samples(rate) == round_half_up(time.to_seconds(rate) * 48_000)


def test_a_film_is_as_many_samples_long_as_its_frames() -> None:
    assert frames_to_samples(24, Fraction(24)) == 48_000
    assert frames_to_samples(1, NTSC) == 2002


@pytest.mark.parametrize(
    ("frame", "rate", "drop", "text"),
    [
        (86_400, Fraction(24), False, "01:00:00:00"),
        (35, NTSC, False, "00:00:01:11"),
        (1799, Fraction(30000, 1001), True, "00:00:59;29"),
        (1800, Fraction(30000, 1001), True, "00:01:00;02"),
        (17_982, Fraction(30000, 1001), True, "00:10:00;00"),
        (3600, Fraction(60000, 1001), True, "00:01:00;04"),
    ],
)
def test_a_frame_has_its_timecode(frame: int, rate: Fraction, drop: bool, text: str) -> None:
    assert format_timecode(frame, rate, drop=drop) == text


def test_drop_frame_is_for_ntsc_alone() -> None:
    with pytest.raises(ValueError, match="only at"):
        format_timecode(0, Fraction(25), drop=True)


@pytest.mark.parametrize(
    ("value", "text"), [("1/3", "0.333333"), ("2.50", "2.5"), ("-0.0000001", "0"), ("-3/2", "-1.5")]
)
def test_a_decimal_has_no_trailing_zeros(value: str, text: str) -> None:
    assert format_decimal(Fraction(value)) == text


def test_ranges_are_half_open() -> None:
    first, second = FrameRange(0, 10), FrameRange(10, 20)
    assert (len(first), 9 in first, 10 in first) == (10, True, False)
    assert not first.intersection(second)
    assert FrameRange(0, 20).holds(second)
    assert first.shifted(10) == second
    with pytest.raises(ValueError, match="before it starts"):
        FrameRange(3, 2)

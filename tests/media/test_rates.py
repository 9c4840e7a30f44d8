from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stitcher.media.rates import STANDARD, constant_rate
from stitcher.timebase import round_half_up

MS = Fraction(1, 1000)
NTSC = Fraction(24000, 1001)


def stamps(rate: Fraction, base: Fraction, count: int, start: Fraction = Fraction(0)) -> list[int]:
    return [round_half_up(start + n / (rate * base)) for n in range(count)]


@given(
    rate=st.sampled_from(STANDARD),
    base=st.sampled_from([MS, Fraction(1, 90000), Fraction(1, 12288), Fraction(1, 1_000_000)]),
    count=st.integers(2, 300),
    start=st.fractions(0, 1000),
)
def test_the_declared_rate_is_found_behind_any_ticks(
    rate: Fraction, base: Fraction, count: int, start: Fraction
) -> None:
    assert constant_rate(stamps(rate, base, count, start), base, [rate]) == rate


@given(rate=st.sampled_from([Fraction(24), NTSC, Fraction(25), Fraction(30), Fraction(30000, 1001)]))
def test_ten_seconds_of_milliseconds_tell_the_rate_alone(rate: Fraction) -> None:
    assert constant_rate(stamps(rate, MS, 300), MS) == rate


@pytest.mark.parametrize(
    ("pts", "base"),
    [
        ([0, 512, 1024, 2048, 2560], Fraction(1, 12288)),
        ([0, 512, 1025, 1536, 2048], Fraction(1, 12288)),
        ([0, 42, 83, 125, 200, 208], MS),
        ([0, 0, 512], Fraction(1, 12288)),
    ],
    ids=["a dropped frame", "one tick off", "late in milliseconds", "two at once"],
)
def test_uneven_times_have_no_rate(pts: list[int], base: Fraction) -> None:
    assert constant_rate(pts, base, [Fraction(24)]) is None


@given(
    rate=st.sampled_from(
        [Fraction(24), NTSC, Fraction(25), Fraction(30), Fraction(30000, 1001), Fraction(60)]
    ),
    base=st.sampled_from(
        [Fraction(1, 16000), Fraction(1, 90000), Fraction(1, 12800), Fraction(1, 1_000_000)]
    ),
    start=st.fractions(0, 1000),
    offset=st.integers(-5000, 5000),
)
def test_milliseconds_rewrapped_in_finer_ticks_keep_their_rate(
    rate: Fraction, base: Fraction, start: Fraction, offset: int
) -> None:
    rewrapped = [offset + round_half_up(stamp * MS / base) for stamp in stamps(rate, MS, 300, start)]
    counted = 300 / ((rewrapped[-1] - rewrapped[0]) * base)
    assert constant_rate(rewrapped, base, [counted]) == rate


@pytest.mark.parametrize("base", [Fraction(1, 16000), Fraction(1, 90000)])
def test_uneven_milliseconds_have_no_rate_in_finer_ticks_either(base: Fraction) -> None:
    pts = [round_half_up(stamp * MS / base) for stamp in (0, 42, 83, 125, 170, 208, 250)]
    assert constant_rate(pts, base, [Fraction(24)]) is None


def test_an_unusual_even_rate_is_taken_as_it_is() -> None:
    assert constant_rate([0, 1000, 2000, 3000], Fraction(1, 17_000)) == 17


def test_a_rate_declared_from_rounded_ticks_snaps_to_the_broadcast_one() -> None:
    rate = Fraction(60000, 1001)
    assert constant_rate(stamps(rate, MS, 60), MS, [Fraction(19001, 317)]) == rate


def test_one_picture_has_the_declared_rate_or_none() -> None:
    assert constant_rate([0], MS, [Fraction(25)]) == 25
    assert constant_rate([0], MS) is None

"""The arithmetic from what was measured to what is set. Nothing is run."""

from __future__ import annotations

import pytest

from stitcher.delivery.spec import LoudnessTarget
from stitcher.sound.loudness import (
    GainPlan,
    MeasuredLoudness,
    deviations,
    first_gain_plan,
    is_exhausted,
    is_on_target,
    nearest,
    next_gain_plan,
)

WEB = LoudnessTarget("web", -14.0, 0.5, -1.0)
NETFLIX = LoudnessTarget("netflix", -27.0, 2.0, -2.0, limit_dbtp=-2.3, gate="dialogue")


@pytest.mark.parametrize(
    ("mix", "target", "lossy", "plan"),
    [
        pytest.param(
            MeasuredLoudness(-20.0, -12.0, 3), WEB, False, GainPlan(6.0, -1.1, False), id="room for the gain"
        ),
        pytest.param(MeasuredLoudness(-20.0, -3.0, 3), WEB, False, GainPlan(6.0, -1.1, True), id="limited"),
        pytest.param(
            MeasuredLoudness(-20.0, -7.2, 3), WEB, True, GainPlan(6.0, -1.5, True), id="headroom for a codec"
        ),
        pytest.param(
            MeasuredLoudness(-10.0, 0.0, 3),
            NETFLIX,
            False,
            GainPlan(-17.0, -2.3, False),
            id="the row's own limit",
        ),
        pytest.param(
            MeasuredLoudness(None, 3.6, 0), WEB, False, GainPlan(-4.7, -1.1, False), id="too short, too high"
        ),
        pytest.param(
            MeasuredLoudness(None, -75.0, 0), WEB, False, GainPlan(0.0, -1.1, False), id="too quiet to raise"
        ),
    ],
)
def test_the_first_setting_is_one_gain_and_a_ceiling(
    mix: MeasuredLoudness, target: LoudnessTarget, lossy: bool, plan: GainPlan
) -> None:
    assert first_gain_plan(mix, target, lossy=lossy) == plan


@pytest.mark.parametrize(
    ("found", "count"),
    [
        pytest.param(MeasuredLoudness(-14.5, -1.0, 3), 0, id="on both edges"),
        pytest.param(MeasuredLoudness(-13.4, -1.0, 3), 1, id="too loud"),
        pytest.param(MeasuredLoudness(-14.6, -1.0, 3), 1, id="too quiet"),
        pytest.param(MeasuredLoudness(-14.0, -0.9, 3), 1, id="peaks too high"),
        pytest.param(MeasuredLoudness(-12.0, 0.3, 3), 2, id="both"),
        pytest.param(MeasuredLoudness(None, 0.3, 0), 1, id="peaks too high of what has no loudness"),
    ],
)
def test_a_file_outside_its_limits_is_told_every_reason(found: MeasuredLoudness, count: int) -> None:
    assert len(deviations(found, WEB)) == count


def test_the_edge_of_the_tolerance_is_worth_another_attempt() -> None:
    assert is_on_target(MeasuredLoudness(-14.2, -1.5, 3), WEB)
    assert not is_on_target(MeasuredLoudness(-14.4, -1.5, 3), WEB)


def test_what_a_codec_overshot_is_taken_off_the_ceiling_and_half_made_up() -> None:
    mix = MeasuredLoudness(-20.0, -3.0, 3)
    after = next_gain_plan(GainPlan(6.0, -1.5, True), mix, MeasuredLoudness(-14.0, -0.6, 3), WEB)
    assert after.gain_db == pytest.approx(6.3)
    assert after.ceiling_dbtp == pytest.approx(-2.1)


def test_what_the_limiter_ate_is_given_back_as_gain() -> None:
    mix = MeasuredLoudness(-20.0, -3.0, 3)
    after = next_gain_plan(GainPlan(6.0, -1.5, True), mix, MeasuredLoudness(-15.0, -1.4, 3), WEB)
    assert after == GainPlan(7.5, -1.5, True)


def test_the_limiter_is_driven_twenty_decibels_at_most() -> None:
    ticks = MeasuredLoudness(-42.0, -8.0, 3)
    first = first_gain_plan(ticks, WEB, lossy=False)
    assert first.gain_db == pytest.approx(26.9)
    assert first == GainPlan(first.gain_db, -1.1, True)
    assert next_gain_plan(first, ticks, MeasuredLoudness(-25.0, -1.2, 3), WEB) == first


@pytest.mark.parametrize(
    ("gains", "loudness", "exhausted"),
    [
        ((9.5,), (-20.4,), False),
        ((9.5, 19.1), (-20.4, -20.37), True),
        ((9.5, 10.5), (-15.0, -14.4), False),
        ((9.5, 9.5), (-15.0, -15.0), False),
        ((9.5, 8.5), (-13.0, -14.0), False),
        ((9.5, 19.1), (None, None), False),
    ],
    ids=["one", "held by DC", "louder", "another ceiling", "less", "unmeasured"],
)
def test_more_gain_that_makes_nothing_louder_is_not_tried_again(
    gains: tuple[float, ...], loudness: tuple[float | None, ...], exhausted: bool
) -> None:
    plans = [GainPlan(gain, -1.5, True) for gain in gains]
    tried = [(plan, MeasuredLoudness(found, -1.5, 3)) for plan, found in zip(plans, loudness, strict=True)]
    assert is_exhausted(tried) == exhausted


def test_a_lower_ceiling_is_no_reason_to_give_up() -> None:
    tried = [
        (GainPlan(10.9, -1.5, True), MeasuredLoudness(-14.3, -0.3, 3)),
        (GainPlan(11.8, -2.4, True), MeasuredLoudness(-14.8, -0.9, 3)),
    ]
    assert not is_exhausted(tried)


def test_gains_are_tenths_of_a_decibel() -> None:
    mix = MeasuredLoudness(-20.8679, -3.0, 3)
    first = first_gain_plan(mix, WEB, lossy=True)
    assert first.gain_db == 6.9
    assert next_gain_plan(first, mix, MeasuredLoudness(-14.4123, -1.2, 3), WEB).gain_db == 7.5
    assert first_gain_plan(MeasuredLoudness(None, 0.33, 0), WEB, lossy=True) == GainPlan(-1.9, -1.5, False)


def test_the_nearest_attempt_is_the_one_within_the_peak_limit() -> None:
    settings = [GainPlan(gain, -1.5, True) for gain in (10.0, 14.0, 18.0)]
    found = [
        MeasuredLoudness(-19.0, -1.4, 3),
        MeasuredLoudness(-16.0, -1.0, 3),
        MeasuredLoudness(-14.8, -0.7, 3),
    ]
    tried = list(zip(settings, found, strict=True))
    assert nearest(tried, WEB) == tried[1]
    assert nearest(tried[2:], WEB) is None


def test_a_dialogue_gated_row_is_not_certified() -> None:
    assert (WEB.certified, NETFLIX.certified) == (True, False)

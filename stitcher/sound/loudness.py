"""What a loudness meter found (LUFS, true peak), and the gain and limiter that bring a mix to its target. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from stitcher.delivery.spec import LoudnessTarget


@dataclass(frozen=True, slots=True)
class MeasuredLoudness:
    """What the meter found in one file or mix."""

    integrated_lufs: float | None
    """`None` for silence, and for sound too short (under 0.4 s) or too quiet to pass the meter's gate."""
    true_peak_dbtp: float | None
    """`None` for digital silence."""
    range_lu: float

    @property
    def silent(self) -> bool:
        """Whether there is no sample other than zero."""
        return self.true_peak_dbtp is None


@dataclass(frozen=True, slots=True)
class GainPlan:
    """How the mix is brought to a target: one gain, and a ceiling for the limiter."""

    gain_db: float
    ceiling_dbtp: float
    limit: bool
    """Whether anything reaches the ceiling; if not, the limiter stays out of the way."""


_LOSSLESS_HEADROOM_DB = 0.1
"""The way back from 192 kHz to 48 kHz rings a little."""
_LOSSY_HEADROOM_DB = 0.5
"""What AAC and Opus usually overshoot; more is taken when a measured file shows more."""


_STEPS = 10
"""To a decibel. A film of which little changed has the same gain then, mostly, and only what changed is encoded."""

_MOST_LIMITED_DB = 20.0
"""How far above its ceiling the limiter is driven: claps and ticks get hardly louder beyond, and everything between
them does."""


def first_gain_plan(measured: MeasuredLoudness, target: LoudnessTarget, *, lossy: bool) -> GainPlan:
    """The gain and the ceiling to try first. A mix too short or too quiet for a loudness is lowered if its peaks are
    too high, and not raised."""
    if measured.true_peak_dbtp is None or target.integrated_lufs is None:
        raise ValueError("there is nothing to set for silence or without a target")
    headroom = _LOSSY_HEADROOM_DB if lossy else _LOSSLESS_HEADROOM_DB
    ceiling = target.true_peak_dbtp - headroom
    if target.limit_dbtp is not None:
        ceiling = min(ceiling, target.limit_dbtp)
    if measured.integrated_lufs is None:
        gain = min(0.0, math.floor((ceiling - measured.true_peak_dbtp) * _STEPS) / _STEPS)
    else:
        gain = target.integrated_lufs - measured.integrated_lufs
    return _gain_plan(gain, ceiling, measured.true_peak_dbtp)


def _gain_plan(gain_db: float, ceiling_dbtp: float, mix_peak_dbtp: float) -> GainPlan:
    gain = round(min(gain_db, ceiling_dbtp - mix_peak_dbtp + _MOST_LIMITED_DB) * _STEPS) / _STEPS
    return GainPlan(gain, ceiling_dbtp, mix_peak_dbtp + gain > ceiling_dbtp)


def _too_high(measured: MeasuredLoudness, target: LoudnessTarget) -> bool:
    return measured.true_peak_dbtp is not None and measured.true_peak_dbtp > target.true_peak_dbtp + 0.01


def deviations(measured: MeasuredLoudness, target: LoudnessTarget) -> tuple[str, ...]:
    """What a finished file has wrong against its target, in words; empty when it may be delivered."""
    if target.integrated_lufs is None:
        return ()
    wrong = []
    # What is as loud as it may be in tenths, as it is told, is not refused for a hundredth.
    if (
        measured.integrated_lufs is not None
        and abs(measured.integrated_lufs - target.integrated_lufs) > target.tolerance_lu + 0.01
    ):
        wrong.append(
            f"it is at {measured.integrated_lufs:.1f} LUFS, and {target.integrated_lufs:.1f} within "
            f"{target.tolerance_lu:g} LU is asked for"
        )
    if _too_high(measured, target):
        wrong.append(
            f"its true peak is {measured.true_peak_dbtp:.1f} dBTP, and at most {target.true_peak_dbtp:.1f} is allowed"
        )
    return tuple(wrong)


def nearest(
    tried: Sequence[tuple[GainPlan, MeasuredLoudness]], target: LoudnessTarget
) -> tuple[GainPlan, MeasuredLoudness] | None:
    """The attempt that came nearest to the target within its peak limit; `None` where none kept to that."""
    aim = target.integrated_lufs
    kept = [
        (plan, measured)
        for plan, measured in tried
        if measured.integrated_lufs is not None and aim is not None and not _too_high(measured, target)
    ]
    return min(kept, key=lambda one: abs((one[1].integrated_lufs or 0.0) - (aim or 0.0)), default=None)


def is_on_target(measured: MeasuredLoudness, target: LoudnessTarget) -> bool:
    """Whether another attempt could not bring a file noticeably nearer to its target."""
    if deviations(measured, target):
        return False
    if target.integrated_lufs is None or measured.integrated_lufs is None:
        return True
    aim = max(0.1, target.tolerance_lu / 2)
    return abs(measured.integrated_lufs - target.integrated_lufs) <= aim + 0.01


_LEAST_GAINED = 0.1
"""What a decibel of gain brings at least, in LU, for more of it to lead anywhere."""


def is_exhausted(tried: Sequence[tuple[GainPlan, MeasuredLoudness]]) -> bool:
    """Whether the last attempt had more gain than the one before it, no lower a ceiling, and came out no louder: what
    is at its ceiling all the time, such as a sound with much DC, cannot be driven any further.
    """
    if len(tried) < 2:
        return False
    (less, was), (more, now) = tried[-2:]
    gain = more.gain_db - less.gain_db
    if was.integrated_lufs is None or now.integrated_lufs is None or gain <= 0:
        return False
    if more.ceiling_dbtp < less.ceiling_dbtp:
        return False
    return now.integrated_lufs - was.integrated_lufs < _LEAST_GAINED * gain


def next_gain_plan(
    plan: GainPlan, mix: MeasuredLoudness, measured: MeasuredLoudness, target: LoudnessTarget
) -> GainPlan:
    """The plan to try after a file came out as `found`: what the limiter ate is given back as gain, what the
    codec overshot is taken off the ceiling."""
    if measured.true_peak_dbtp is None or mix.true_peak_dbtp is None or target.integrated_lufs is None:
        return plan
    over = measured.true_peak_dbtp - target.true_peak_dbtp
    lowered = round((over + 0.2) * _STEPS) / _STEPS if over > 0.01 else 0.0
    ceiling = plan.ceiling_dbtp - lowered
    if mix.integrated_lufs is None or measured.integrated_lufs is None:
        return _gain_plan(plan.gain_db - lowered, ceiling, mix.true_peak_dbtp)
    step = target.integrated_lufs - measured.integrated_lufs
    # The limiter gives back less than it is given, and a lowered ceiling costs about half of itself in loudness.
    gain = plan.gain_db + step * (1.5 if plan.limit and step > 0 else 1.0)
    if plan.limit:
        gain += lowered / 2
    return _gain_plan(gain, ceiling, mix.true_peak_dbtp)

"""Filters that set levels: gain, and a limiter that sees a mix to its edges. Pure."""

from __future__ import annotations

from fractions import Fraction

from stitcher.sound.cue_filters import Stream, delayed, trimmed
from stitcher.sound.loudness import GainPlan
from stitcher.timebase import SAMPLE_RATE, format_decimal

_LIMITER_RATE = 192_000

_EDGE_SAMPLES = 64
"""Silence around what goes through the limiter. It sees peaks between samples by a filter that a film's first and last
samples do not fill by themselves, and players play silence before and after."""


def decibels(gain_db: float) -> str:
    """A gain as the `volume` filter takes it."""
    return f"{format_decimal(Fraction(gain_db))}dB"


def levelled(stream: Stream, plan: GainPlan) -> Stream:
    """The stream at 48 kHz with the gain of a plan, limited where it says so; perhaps longer, by silence."""
    stream = stream.filter("volume", decibels(plan.gain_db), precision="double")
    if not plan.limit:
        return stream
    # At four times the rate the limiter sees the peaks between the samples. `latency` gives back the 5 ms it looks
    # ahead, without which the sound would come late by as much.
    limit = format_decimal(Fraction(10 ** (plan.ceiling_dbtp / 20)))
    stream = (
        _between_silence(stream)
        .filter("aresample", _LIMITER_RATE)
        .filter("alimiter", level="false", limit=limit, latency="true")
        .filter("aresample", SAMPLE_RATE)
    )
    return trimmed(stream, _EDGE_SAMPLES)


def _between_silence(stream: Stream) -> Stream:
    return delayed(stream, _EDGE_SAMPLES).filter("apad", pad_len=_EDGE_SAMPLES)

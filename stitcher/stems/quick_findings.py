"""Findings that need no measuring, and what makes a list of any: order, timecodes, what is accepted. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from stitcher.sound.mix import available_samples
from stitcher.sound.report import Finding
from stitcher.storyboard.accept import Acceptance
from stitcher.timebase import SAMPLE_RATE, format_decimal, format_timecode
from stitcher.timeline.model import Cue, Timeline

_PAST_END = SAMPLE_RATE // 20
_LEAST_FADE = SAMPLE_RATE // 2
"""A sound that takes so long to go is meant to end with the film."""


def settled_findings(timeline: Timeline, found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in the order of the film, with their timecodes and what the storyboard accepts of them."""
    rate, start = timeline.rate, timeline.start_frame
    told = [
        replace(
            finding,
            accepted=_reason(timeline, finding),
            timecode=format_timecode(
                start + int(Fraction(finding.start_sample, SAMPLE_RATE) * rate),
                rate,
                drop=timeline.drop_frame,
            ),
        )
        for finding in found
    ]
    return tuple(sorted(told, key=lambda finding: (finding.start_sample, finding.kind)))


def _reason(timeline: Timeline, finding: Finding) -> str | None:
    return next((one.reason for one in timeline.accept if _accepts(one, finding)), None)


def _accepts(acceptance: Acceptance, finding: Finding) -> bool:
    return acceptance.finding == finding.kind and acceptance.in_ in (None, finding.where)


def idle_acceptances(timeline: Timeline, findings: Sequence[Finding]) -> tuple[str, ...]:
    """What is accepted and was not found, in sentences: it may be about something that was mended, or misspelt."""
    return tuple(
        f"'accept' has {one.finding!r}{f' in {one.in_!r}' if one.in_ else ''}, which was not found; take it out."
        for one in timeline.accept
        if not any(_accepts(one, finding) for finding in findings)
    )


def past_end(timeline: Timeline, cues: Sequence[Cue]) -> Iterator[Finding]:
    """The sounds that the film's end cuts off."""
    for cue in cues:
        available = available_samples(cue)
        if cue.shot is not None or cue.loop or available is None or cue.stop_sample < timeline.samples:
            continue
        left = math.floor(available / cue.tempo) - cue.length_samples
        if left > _PAST_END and cue.fade_out_samples < _LEAST_FADE:
            yield Finding(
                "past-end",
                f"{cue.name!r} goes on for {seconds_of(left)} when the film ends, and is cut off there.",
                cue.stop_sample,
                cue.stop_sample,
                cue.name,
            )


def seconds_of(samples: int) -> str:
    """A time, as findings say it."""
    return f"{format_decimal(Fraction(samples, SAMPLE_RATE), 1)} s"

"""What of a film's sound is where: each sound with its start, its length, and what becomes of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from stitcher.sound.mix import available_samples
from stitcher.timebase import SAMPLE_RATE, format_decimal, format_timecode, round_half_up
from stitcher.timeline.fades import beside_fades
from stitcher.timeline.model import Cue, Timeline

_HEARD = SAMPLE_RATE // 100
"""What is shorter than a hundredth of a second is not told."""


@dataclass(frozen=True, slots=True)
class PlacedSound:
    """One sound of a film."""

    name: str
    role: str
    start: str
    """Timecode, as the film has it."""
    start_sample: int
    """At 48 kHz, from the film's start."""
    length_samples: int
    remarks: tuple[str, ...]
    """What becomes of it: `looped`, `cut: 4 s of 9.5 s are heard`, `ducked by 10 dB`, `over score for 2 s`."""


def placed_sounds(timeline: Timeline) -> tuple[PlacedSound, ...]:
    """The sounds of a film in the order in which they begin."""
    cues = sorted(timeline.cues, key=lambda cue: (cue.start_sample, cue.length_samples))
    return tuple(
        PlacedSound(
            cue.name,
            cue.stem,
            _timecode(timeline, cue.start_sample),
            cue.start_sample,
            cue.length_samples,
            tuple(_remarks(timeline, cue, cues)),
        )
        for cue in cues
    )


def _timecode(timeline: Timeline, sample: int) -> str:
    frame = round_half_up(Fraction(sample, SAMPLE_RATE) * timeline.rate)
    return format_timecode(timeline.start_frame + frame, timeline.rate, drop=timeline.drop_frame)


def _remarks(timeline: Timeline, cue: Cue, cues: Sequence[Cue]) -> Iterator[str]:
    available = available_samples(cue)
    if cue.loop:
        yield "looped"
    elif available is not None and cue.shot is None:
        lasts = round_half_up(available * cue.stretch / cue.tempo)
        if lasts - cue.length_samples >= _HEARD:
            yield f"cut: {_seconds(cue.length_samples)} of {_seconds(lasts)} are heard"
    keys = beside_fades(cue.gain_keys, timeline.fades, timeline.rate)
    lowest = min((key.gain_db for key in keys), default=0.0)
    if cue.sidechain is not None:
        yield "ducked by what is loud"
    elif lowest < 0:
        yield f"ducked by {format_decimal(Fraction(-lowest).limit_denominator(10), 1)} dB"
    for other in cues if cue.shot is None else ():
        shared = min(cue.stop_sample, other.stop_sample) - max(cue.start_sample, other.start_sample)
        # Told once, of the one that begins later.
        if other is cue:
            return
        if other.stem == cue.stem and other.shot is None and shared >= _HEARD:
            yield f"over {other.name} for {_seconds(shared)}"


def _seconds(samples: int) -> str:
    return f"{format_decimal(Fraction(samples, SAMPLE_RATE), 2)} s"

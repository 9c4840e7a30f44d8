"""How much room the parts of a hand-over take, known before any of them is made. Pure."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from stitcher.timebase import frames_to_seconds
from stitcher.timeline.model import Timeline

_STEM_BYTES = 2 * 3
"""Of a sample: two channels of 24 bits."""
_POSTER_BYTES = 20_000_000
_MOST_BYTES = 400_000_000
_MOST_KBPS = 1000
_SOUND_KBPS = 128
_BYTES_OF_KBIT = 125


def parts_bytes(timeline: Timeline, wanted: Collection[str]) -> int:
    """About the most that these parts of a film take on the disk."""
    needed = 0
    if "stems" in wanted and timeline.cues:
        roles = {cue.stem for cue in timeline.cues}
        needed += (len(roles) + 1) * timeline.samples * _STEM_BYTES
    if "reference" in wanted:
        kbps = reference_kbps(timeline) + _SOUND_KBPS
        needed += int(kbps * _BYTES_OF_KBIT * _seconds(timeline)) + 1_000_000
    return needed + _POSTER_BYTES * ("poster" in wanted)


def reference_kbps(timeline: Timeline) -> int:
    """The most kilobits a second that the pictures of the reference film have, so that its file stays small."""
    whole = int(_MOST_BYTES / _BYTES_OF_KBIT / max(_seconds(timeline), Fraction(1)))
    return max(50, min(_MOST_KBPS, whole - _SOUND_KBPS))


def _seconds(timeline: Timeline) -> Fraction:
    return frames_to_seconds(timeline.frames, timeline.rate)

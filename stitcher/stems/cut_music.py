"""Findings of music inside of clips that a cut runs through: it breaks off there, and other music or none goes on."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from stitcher.media.baked_music import is_music_at
from stitcher.sound.report import Finding
from stitcher.stems.quick_findings import seconds_of
from stitcher.timebase import SAMPLE_RATE, frames_to_samples
from stitcher.timeline.model import Cue, Timeline

_SUDDEN = SAMPLE_RATE // 10
"""Sound that goes, or comes, more slowly than this (100 ms) does not break off."""
_LEFT = SAMPLE_RATE // 20
"""How much of a clip must be before or after what is heard of it, for it to be cut into."""
_QUIET_DB = -30.0
"""A shot's own sound that is turned down so far carries no music to be heard."""


def cut_music(timeline: Timeline) -> Iterator[Finding]:
    """One for each cut that music in a shot's own sound breaks off at, or begins in its middle.

    Listens to some seconds of each clip at its cuts, once. Raises `MediaBroken` for a clip that cannot be decoded.
    """
    files = {item.shot: item.clip.sha256 for item in timeline.items if item.clip is not None}
    # A voice that was taken out of a shot's own sound is another file, and no music any more.
    own = {
        cue.shot: cue
        for cue in timeline.cues
        if cue.shot is not None and cue.gain_db > _QUIET_DB and files.get(cue.shot) == cue.sound.sha256
    }
    for earlier, later in zip(timeline.items, timeline.items[1:], strict=False):
        ends, begins = own.get(earlier.shot), own.get(later.shot)
        if ends is not None and begins is not None and _goes_on(ends, begins):
            continue
        at = frames_to_samples(later.record_start, timeline.rate)
        if ends is not None and _breaks_off(ends, timeline):
            yield _finding(at, f"breaks off as {later.shot!r} begins", earlier.shot)
        elif begins is not None and _begins_inside(begins):
            yield _finding(at, "begins in its middle", later.shot)


def _finding(at: int, what: str, shot: str) -> Finding:
    text = (
        f"Music in the own sound of {shot!r} {what}, at {seconds_of(at)}: 'sound: mute' leaves its sound out, 'sound: "
        "voice' all but voices."
    )
    return Finding("cut-music", text, at, at, shot)


def _goes_on(ends: Cue, begins: Cue) -> bool:
    """Whether the later sound is the earlier one's own continuation."""
    return ends.sound.sha256 == begins.sound.sha256 and abs(_stop(ends) - begins.in_offset_samples) <= _LEFT


def _stop(cue: Cue) -> int:
    """Where in its source a sound ends."""
    return cue.in_offset_samples + int(cue.length_samples * cue.tempo)


def _breaks_off(cue: Cue, timeline: Timeline) -> bool:
    if cue.fade_out_samples > _SUDDEN or cue.stop_sample >= frames_to_samples(timeline.frames, timeline.rate):
        return False
    return is_music_at(cue.sound, Fraction(_stop(cue), SAMPLE_RATE), "before")


def _begins_inside(cue: Cue) -> bool:
    if cue.fade_in_samples > _SUDDEN or cue.in_offset_samples <= _LEFT:
        return False
    return is_music_at(cue.sound, Fraction(cue.in_offset_samples, SAMPLE_RATE), "after")

"""Room tone: what is heard of the place under shots without sound of their own. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby
from pathlib import Path

from stitcher.errors import PlanError
from stitcher.media.clip import Sound
from stitcher.media.sound_activity import LEVEL_SAMPLES
from stitcher.storyboard.model import Storyboard
from stitcher.timebase import SAMPLE_RATE, format_decimal, frames_to_samples, seconds_to_samples
from stitcher.timeline.ducking import Activity, activity_of
from stitcher.timeline.media_index import MediaIndex
from stitcher.timeline.model import Cue, Item, Title
from stitcher.timeline.own_sounds import EDGE_SAMPLES

_GAP_SAMPLES = SAMPLE_RATE // 20
"""Shorter silences are left (50 ms)."""
_SILENT_LUFS = -70.0
_LONGEST, _SHORTEST = 10, 4
"""Levels (100 ms each) of the stretch of a clip that is heard again and again."""


def room_tone(
    board: Storyboard, items: Sequence[Item], own: Sequence[Cue], media: MediaIndex, rate: Fraction
) -> tuple[tuple[Cue, ...], tuple[str, ...]]:
    """Cues for where shots are seen and nothing of their own is heard, and what a report must say of them."""
    ambience = board.ambience
    if ambience is None:
        return (), ()
    cues, notes = [], []
    for start, stop in _gaps(items, own, rate):
        tone = (
            _of_file(ambience.file, media)
            if ambience.file is not None
            else _of_clips(own, start, media.activity)
        )
        where = f"{_seconds(start)} to {_seconds(stop)}"
        if tone is None:
            notes.append(
                f"No room tone from {where}: no clip has {_SHORTEST * 100} ms of sound to take it from."
            )
            continue
        begin = max(0, start - EDGE_SAMPLES)
        last = frames_to_samples(items[-1].record_range.stop, rate)
        end = min(last, stop + EDGE_SAMPLES)
        edge = min(EDGE_SAMPLES, (end - begin) // 2)
        cues.append(
            replace(
                tone,
                start_sample=begin,
                length_samples=end - begin,
                gain_db=tone.gain_db + ambience.gain,
                fade_in_samples=edge,
                fade_out_samples=edge,
                fade_in_curve="equal-power",
                fade_out_curve="equal-power",
            )
        )
        notes.append(f"Room tone from {where}: {tone.name}.")
    return tuple(cues), tuple(notes)


def _gaps(items: Sequence[Item], own: Sequence[Cue], rate: Fraction) -> Iterator[tuple[int, int]]:
    """Where footage is seen and none of it heard, in samples of the film."""
    heard = sorted((cue.start_sample, cue.stop_sample) for cue in own)
    for is_card, run in groupby(items, key=lambda item: isinstance(item.source, Title)):
        shots = list(run)
        if is_card:
            continue
        at, last = (
            frames_to_samples(frame, rate) for frame in (shots[0].record_start, shots[-1].record_range.stop)
        )
        for start, stop in [*heard, (last, last)]:
            if min(start, last) - at > _GAP_SAMPLES:
                yield at, min(start, last)
            at = max(at, stop)


def _of_file(path: Path, media: MediaIndex) -> Cue:
    sound = media.sounds.get(path)
    if sound is None:
        raise PlanError(f"{str(path)!r} has not been probed.")
    has = seconds_to_samples(sound.stream.duration) if sound.stream.duration is not None else SAMPLE_RATE
    return _tone(sound.name, sound, loop_crossfade_samples=min(SAMPLE_RATE, has // 4))


def _of_clips(own: Sequence[Cue], gap: int, activity: Activity) -> Cue | None:
    """The quietest stretch that the nearest clip shows with sound, over and over."""
    for cue in sorted(own, key=lambda cue: min(abs(cue.start_sample - gap), abs(cue.stop_sample - gap))):
        stretch = _quietest(cue, activity)
        if stretch is None:
            continue
        begin, end = stretch
        part = f"{cue.sound.name}, {_seconds(begin)} to {_seconds(end)} of it"
        return _tone(
            part,
            cue.sound,
            in_offset_samples=begin,
            loop_end_samples=end,
            loop_crossfade_samples=(end - begin) // 4,
            gain_db=cue.gain_db,
        )
    return None


def _tone(name: str, sound: Sound, **more: object) -> Cue:
    return Cue(name, "ambience", sound, 0, 0, loop=True, **more)  # type: ignore[arg-type]  # fields of a cue, by name


def _quietest(cue: Cue, activity: Activity) -> tuple[int, int] | None:
    """Where a cue's source is quietest, in its samples, and not silent; `None` where there is too little of it."""
    levels = activity_of(cue, activity).levels
    first = -(-cue.in_offset_samples // LEVEL_SAMPLES)
    own = cue.length_samples - cue.reflected_head_samples - cue.reflected_tail_samples
    last = min(len(levels), int((cue.in_offset_samples + own * cue.tempo) // LEVEL_SAMPLES))
    count = min(_LONGEST, last - first)
    if count < _SHORTEST:
        return None
    windows = {
        at: max(levels[at : at + count])
        for at in range(first, last - count + 1)
        if min(levels[at : at + count]) > _SILENT_LUFS
    }
    if not windows:
        return None
    at = min(windows, key=lambda start: (windows[start], start))
    return at * LEVEL_SAMPLES, (at + count) * LEVEL_SAMPLES


def _seconds(samples: int) -> str:
    return f"{format_decimal(Fraction(samples, SAMPLE_RATE), 2)}s"

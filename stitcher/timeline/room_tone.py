"""Room tone: what is heard of the place under shots without sound of their own. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
from stitcher.timeline.model import Cue, Item
from stitcher.timeline.own_sounds import EDGE_SAMPLES
from stitcher.timeline.picture import Title

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
    last = frames_to_samples(items[-1].record_range.stop, rate)
    for gap in _gaps(items, own, rate):
        tone = (
            _of_file(ambience.file, media)
            if ambience.file is not None
            else _of_clips(own, gap.start, media.activity)
        )
        where = f"{_seconds(gap.start)} to {_seconds(gap.stop)}"
        if tone is None:
            notes.append(
                f"No room tone from {where}: no clip has {_SHORTEST * 100} ms of sound to take it from."
            )
            continue
        begin, end = max(0, gap.start - gap.fade_in), min(last, gap.stop + gap.fade_out)
        cues.append(
            replace(
                tone,
                start_sample=begin,
                length_samples=end - begin,
                gain_db=tone.gain_db + ambience.gain,
                fade_in_samples=gap.fade_in,
                fade_out_samples=gap.fade_out,
                fade_in_curve="equal-power",
                fade_out_curve="equal-power",
            )
        )
        notes.append(f"Room tone from {where}: {tone.name}.")
    return tuple(cues), tuple(notes)


@dataclass(frozen=True, slots=True)
class _Gap:
    """Where footage is seen and none of it heard, in samples of the film, and how long it crosses with what is."""

    start: int
    stop: int
    fade_in: int
    fade_out: int


def _gaps(items: Sequence[Item], own: Sequence[Cue], rate: Fraction) -> Iterator[_Gap]:
    heard = sorted(own, key=lambda cue: (cue.start_sample, cue.stop_sample))
    for first, last in _footage(items):
        before = _blend(items, first, rate)
        after = _blend(items, last + 1, rate)
        at = frames_to_samples(items[first].record_start, rate) + before
        end = frames_to_samples(items[last].record_range.stop, rate) - after
        fade_in = before
        for cue in heard:
            if min(cue.start_sample, end) - at > _GAP_SAMPLES:
                fade_out = cue.fade_in_samples if cue.start_sample < end else after
                yield _Gap(at, min(cue.start_sample, end), _edge(fade_in), _edge(fade_out))
            if cue.stop_sample > at:
                at, fade_in = cue.stop_sample, cue.fade_out_samples
        if end - at > _GAP_SAMPLES:
            yield _Gap(at, end, _edge(fade_in), _edge(after))


def _footage(items: Sequence[Item]) -> Iterator[tuple[int, int]]:
    """The first and the last of the items between two cards."""
    for is_card, run in groupby(
        range(len(items)), key=lambda number: isinstance(items[number].source, Title)
    ):
        if not is_card:
            numbers = list(run)
            yield numbers[0], numbers[-1]


def _blend(items: Sequence[Item], number: int, rate: Fraction) -> int:
    """How long an item and the one before it are seen together."""
    if not 0 < number < len(items):
        return 0
    return frames_to_samples(items[number - 1].record_range.stop, rate) - frames_to_samples(
        items[number].record_start, rate
    )


def _edge(fade: int) -> int:
    return max(EDGE_SAMPLES, fade)


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

"""Clips' own sound placed on samples: heard with its picture, faded where that blends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from stitcher.media.audible_streams import own_sound
from stitcher.media.clip import Clip
from stitcher.storyboard import model as written
from stitcher.storyboard.choices import Role
from stitcher.storyboard.model import Storyboard
from stitcher.timebase import SAMPLE_RATE, frames_to_samples, seconds_to_samples
from stitcher.timeline.issue_collector import IssueCollector
from stitcher.timeline.model import Cue, Item, Transition
from stitcher.timeline.name_lists import counted_streams

EDGE_SAMPLES = SAMPLE_RATE // 200
"""How long a sound takes to come and go at a hard edge (5 ms): a wave that is cut off in its swing clicks."""


def own_sounds(
    board: Storyboard, items: Sequence[Item], transitions: Sequence[Transition], rate: Fraction
) -> tuple[Cue, ...]:
    """The sound inside the clips, where it is kept; it fades as long as the picture blends.

    Where nothing blends it fades within `EDGE_SAMPLES`, unless what follows is the same sound going on.
    Raises `PlanError` with every sound stream that a clip has not.
    """
    cues: list[Cue] = []
    issues = IssueCollector(board)
    for index, (shot, item) in enumerate(zip(board.shots, items, strict=True)):
        own = shot.sound or board.defaults.sound
        clip = item.clip
        if not own.keep or clip is None or not clip.audio:
            continue
        has = len(clip.audio)
        if own.stream is not None and own.stream > has:
            where = ("shots", index) if shot.sound is not None else ("defaults",)
            issues.add(
                (*where, "sound", "stream"),
                f"shot {shot.id!r}: 'stream' is {own.stream}, and {clip.name} has {counted_streams(has)}.",
            )
            continue
        comes_in = transitions[index - 1].frames if index else 0
        goes_out = transitions[index].frames if index < len(transitions) else 0
        cue = _own_sound(
            item, clip, own, role=board.base_role(own.role), comes_in=comes_in, goes_out=goes_out, rate=rate
        )
        if cue is None:
            continue
        if cues and _goes_on(cues[-1], cue):
            earlier = cues[-1]
            cues[-1] = replace(earlier, fade_out_samples=0)
            # Frames are not always whole samples: rounding may not skip or repeat one.
            offset = earlier.in_offset_samples + earlier.length_samples
            cue = replace(cue, in_offset_samples=offset, fade_in_samples=0)
        cues.append(cue)
    issues.raise_any()
    return tuple(cues)


def _goes_on(earlier: Cue, later: Cue) -> bool:
    """Whether the later cue plays, without a gap, what comes next in the earlier one's source."""
    step = later.in_offset_samples - earlier.in_offset_samples - earlier.length_samples
    return (
        earlier.stop_sample == later.start_sample
        and abs(step) <= 1
        and earlier.sound == later.sound
        and earlier.tempo == later.tempo == 1
        and earlier.gain_db == later.gain_db
    )


def _own_sound(
    item: Item, clip: Clip, own: written.OwnSound, *, role: Role, comes_in: int, goes_out: int, rate: Fraction
) -> Cue | None:
    sound = own_sound(clip, own.stream)
    stream = sound.stream
    first_picture = clip.video.pts[0] * clip.video.time_base
    offset = first_picture + item.source_range.start / rate * item.speed - stream.start
    # A stream that begins after the first visible picture is heard that much later in the film.
    late = max(Fraction(0), -offset) / item.speed
    offset = max(Fraction(0), offset)
    record = item.record_range
    start = frames_to_samples(record.start, rate) + seconds_to_samples(late)
    stop = frames_to_samples(record.stop, rate)
    if stream.duration is not None:
        stop = min(stop, start + seconds_to_samples((stream.duration - offset) / item.speed))
    if stop <= start:
        return None
    length = stop - start
    edge = min(EDGE_SAMPLES, length // 2)
    fade_in = max(edge, frames_to_samples(record.start + comes_in, rate) - start)
    fade_out = max(edge, stop - frames_to_samples(record.stop - goes_out, rate))
    # A blend as long as the sound leaves room for the hard edge at its other side.
    fade_in = min(fade_in, length - edge)
    fade_out = min(fade_out, length - fade_in)
    return Cue(
        name=item.shot,
        role=role,
        sound=sound,
        start_sample=start,
        length_samples=length,
        in_offset_samples=seconds_to_samples(offset),
        gain_db=own.gain,
        fade_in_samples=fade_in,
        fade_out_samples=fade_out,
        tempo=item.speed,
        shot=item.shot,
        role_name="" if own.role == role else own.role,
    )

"""The soundtrack of one deliverable: its encoded mix, from the cache or made now."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from stitcher.delivery.load import load_loudness
from stitcher.delivery.spec import UNTOUCHED, LoudnessTarget, SoundSpec
from stitcher.rendering.cache import Entry
from stitcher.rendering.context import RenderContext
from stitcher.rendering.segments import Plan
from stitcher.sound.loudness import MeasuredLoudness
from stitcher.sound.mix import Mix, mix_key, plan_mix
from stitcher.sound.mix_file import MP4, Destination, sound_file
from stitcher.sound.result import SoundResult
from stitcher.sound.store import Workshop
from stitcher.timebase import FrameRange, frames_to_samples


@dataclass(frozen=True, slots=True)
class Soundtrack:
    """An encoded mix of exactly the film's length."""

    path: Path
    sha256: str
    result: SoundResult


def make_soundtrack(plan: Plan, container: str, context: RenderContext) -> Soundtrack | None:
    """The film's sound as the delivery asks, encoded; `None` when the deliverable is silent.

    Raises what `sound.mixdown.render_sound` raises.
    """
    spec, timeline = plan.delivery.sound, plan.timeline
    if spec is None:
        return None
    target = load_loudness(spec.loudness, project=context.project)
    if spec.insist is not None:
        target = replace(target, insist=spec.insist)
    mix = plan_mix(timeline.cues, timeline.samples)
    if plan.shown != FrameRange(0, timeline.frames):
        # As long as a film of as many frames is, wherever rounding puts its end.
        length = frames_to_samples(len(plan.shown), timeline.rate)
        start = min(frames_to_samples(plan.shown.start, timeline.rate), timeline.samples - length)
        mix = replace(mix, excerpt=(start, start + length))
    context.report("sound", 0, 1)
    made = encoded_mix(mix, spec, target, context, into=Destination(container, plan.delivery.edit_list))
    context.report("sound", 1, 1)
    return made


@dataclass(frozen=True, slots=True)
class FurtherTrack:
    """A further sound track of a film, encoded as its sound is."""

    name: str
    language: str
    """Language tag; empty where it has none."""
    is_stem: bool
    sound: Soundtrack


def make_further_tracks(plan: Plan, container: str, context: RenderContext) -> tuple[FurtherTrack, ...]:
    """The further sound tracks of a film: languages at its loudness, stems at the level they have in it.

    Raises as `make_soundtrack`.
    """
    spec, timeline = plan.delivery.sound, plan.timeline
    if spec is None:
        return ()
    made = []
    for track in timeline.sound_tracks:
        own = replace(spec, loudness=UNTOUCHED.name, insist=None) if track.is_stem else spec
        part = replace(timeline, cues=track.cues)
        version = replace(plan, timeline=part, delivery=replace(plan.delivery, sound=own))
        sound = make_soundtrack(version, container, context)
        if sound is not None:
            made.append(FurtherTrack(track.name, track.language, track.is_stem, sound))
    return tuple(made)


def encoded_mix(
    mix: Mix, spec: SoundSpec, target: LoudnessTarget, context: RenderContext, *, into: Destination = MP4
) -> Soundtrack:
    """A mix, encoded at a loudness, from the cache or made now. Raises as `make_soundtrack`."""
    cache = context.cache
    cache.open()

    def work(temp: Path) -> dict[str, Any]:
        # Only here: a sound that is found in the cache needs nothing of what makes one.
        from stitcher.sound.mixdown import render_sound

        with cache.scratch() as scratch:
            made = render_sound(
                mix, spec, target, temp, work=Workshop(Path(scratch), cache, context.stop), into=into
            )
        return asdict(replace(made, path=Path())) | {"path": ""}

    key = mix_key(mix, spec, target, into=into)
    entry = cache.make(key, sound_file(spec, into).suffix, work, cancel=context.stop)
    return Soundtrack(entry.path, entry.sha256, _result(entry))


def _result(entry: Entry) -> SoundResult:
    values = dict(entry.facts)
    for name in ("before", "after"):
        if values[name] is not None:
            values[name] = MeasuredLoudness(**values[name])
    return SoundResult(**(values | {"path": entry.path, "notes": tuple(values["notes"])}))

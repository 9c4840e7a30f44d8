"""The soundtrack of one deliverable: its encoded mix, from the cache or made now."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from stitcher.delivery.load import load_loudness
from stitcher.rendering.cache import Entry
from stitcher.rendering.context import RenderContext
from stitcher.rendering.segments import Plan
from stitcher.sound.loudness import MeasuredLoudness
from stitcher.sound.mix import mix_key, plan_mix
from stitcher.sound.mix_file import Destination, sound_file
from stitcher.sound.result import SoundResult


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
    into = Destination(container, plan.delivery.edit_list)
    key = mix_key(mix, spec, target, into=into)
    suffix = sound_file(spec, into).suffix
    cache = context.cache
    context.report("sound", 0, 1)
    cache.open()

    def work(temp: Path) -> dict[str, Any]:
        # Only here: a sound that is found in the cache needs nothing of what makes one.
        from stitcher.sound.mixdown import render_sound

        with cache.scratch() as scratch:
            made = render_sound(
                mix, spec, target, temp, scratch=Path(scratch), cancel=context.stop, into=into
            )
        return asdict(replace(made, path=Path())) | {"path": ""}

    entry = cache.make(key, suffix, work, cancel=context.stop)
    context.report("sound", 1, 1)
    return Soundtrack(entry.path, entry.sha256, _result(entry))


def _result(entry: Entry) -> SoundResult:
    values = dict(entry.facts)
    for name in ("before", "after"):
        if values[name] is not None:
            values[name] = MeasuredLoudness(**values[name])
    return SoundResult(**(values | {"path": entry.path, "notes": tuple(values["notes"])}))

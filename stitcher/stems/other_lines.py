"""What is said in a film's other languages, for stems of its dialogue. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stitcher.media.clip import Sound
from stitcher.rendering.segments import Plan
from stitcher.stems.make import MixOrder
from stitcher.timeline.model import Timeline


def other_lines(plan: Plan, order: MixOrder) -> Iterator[Plan]:
    """The film in each of its other languages that something is said in, where stems of what is said are asked for."""
    if order.only and "dialogue" not in order.only:
        return
    told = [_spoken(plan.timeline)]
    for version in plan.timeline.versions:
        # Of a language that has words and no sounds, what is heard is another's.
        if (lines := _spoken(version)) and lines not in told:
            told.append(lines)
            yield replace(plan, timeline=replace(version, versions=(plan.timeline,)))


def _spoken(film: Timeline) -> list[tuple[Sound, int]]:
    return [(cue.sound, cue.start_sample) for cue in film.cues if cue.role == "dialogue"]

"""The wave and the levels of a film's mix, to be looked at; mixed once and kept, as for a render."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stitcher.pictures.wave import Wave
from stitcher.rendering.context import RenderContext
from stitcher.rendering.options import DEFAULTS, RenderOptions
from stitcher.sound.kept_mix import KeptMix, keep_mix
from stitcher.sound.mix import plan_mix
from stitcher.sound.store import Workshop
from stitcher.stems.levels import WINDOW, Measured, extremes, measure
from stitcher.timeline.model import Timeline

_CHANNELS = 2


def film_wave(timeline: Timeline, options: RenderOptions = DEFAULTS) -> Wave | None:
    """The wave of a film's mix before its loudness; `None` for a film without sound.

    Raises what `sound.kept_mix.keep_mix` raises.
    """
    if not timeline.cues:
        return None
    with _mixed(timeline, options) as (mix, context):
        low, high = extremes(mix, context)
    return Wave(low, high, WINDOW)


def film_levels(timeline: Timeline, options: RenderOptions = DEFAULTS) -> Measured | None:
    """What the meter says of a film's mix before its loudness; `None` for a film without sound. Raises as above."""
    if not timeline.cues:
        return None
    with _mixed(timeline, options) as (mix, context):
        return measure(mix, context)


@contextmanager
def _mixed(timeline: Timeline, options: RenderOptions) -> Iterator[tuple[KeptMix, RenderContext]]:
    context = RenderContext.of(options)
    with context.cache.scratch() as scratch:
        workshop = Workshop(Path(scratch), context.cache, context.stop)
        yield keep_mix(plan_mix(timeline.cues, timeline.samples), _CHANNELS, workshop), context

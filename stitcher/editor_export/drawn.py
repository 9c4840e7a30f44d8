"""What is drawn for editors: texts, and shots with MoviePy effects, which no editor has. Kept in the cache."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from stitcher.content_key import content_key
from stitcher.editor_export.made_media import is_drawn, is_held
from stitcher.exporters.overlay_tracks import Drawn
from stitcher.media.clip import Clip
from stitcher.media.ffmpeg import find
from stitcher.media.probe import probe
from stitcher.rendering.context import RenderContext
from stitcher.rendering.drawing_key import NOT_IN_KEY
from stitcher.rendering.film import prepare, render
from stitcher.rendering.item_sources import item_sources
from stitcher.rendering.job import Overlay
from stitcher.rendering.laid_overlays import laid_overlay, whole_frames
from stitcher.rendering.options import RenderOptions
from stitcher.storyboard.transition_kinds import CUT
from stitcher.timebase import FrameRange
from stitcher.timeline.conform import film_frames
from stitcher.timeline.model import Item, Timeline
from stitcher.timeline.picture import Transition

_PRESET = "master-prores-4444"
"""Every editor decodes it, and it keeps what is transparent."""
_SCHEMA = 4
"""Of drawn media in the cache."""


def drawn_items(timeline: Timeline, handles: int, options: RenderOptions) -> dict[int, Drawn]:
    """By index: what was drawn of items that are text or stills, have text or effects, or hold their last picture.

    A shot with effects has up to `handles` frames on either side, as far as its clip goes. Effects may go by where a
    shot begins and ends, so what is seen of it is drawn as it is in the film, and only handles from a longer one.
    """
    indices = [index for index, item in enumerate(timeline.items) if is_drawn(item, timeline.rate)]
    if not indices:
        return {}
    context = RenderContext.of(options)
    sources = item_sources(prepare(timeline, preset=_PRESET), context)
    wider = {
        index: _widened(timeline.items[index], handles) for index in indices if timeline.items[index].effects
    }
    longer = _longer_sources(timeline, wider, context)
    drawn = {}
    for index in indices:
        item, source = timeline.items[index], sources[index]
        clip, head = None, 0
        if index in longer:
            head = item.source_range.start - wider[index].source_range.start
            clip = _joined(timeline, item, source.clip, longer[index], head=head, options=options)
        elif source.drawn is not None:
            clip = _for_editors(timeline, [replace(item, overlays=())], options)
        elif not isinstance(item.source, Clip) or item.effects:
            clip = _for_editors(timeline, [_run(source.clip, timeline, shot=item)], options)
        elif is_held(item, timeline.rate) or item.flip is not None or item.look.changes:
            whole = _widened(item, handles)
            head = item.source_range.start - whole.source_range.start
            clip = _for_editors(timeline, [whole], options)
        overlays = [_overlay(timeline, one, context, options) for one in source.overlays]
        drawn[index] = Drawn(clip, tuple(overlays), head)
    return drawn


def drawn_over_film(timeline: Timeline, options: RenderOptions) -> tuple[Clip, ...]:
    """What lies over the film, one clip for each, as large as the film and as long as it is seen."""
    plan, context = prepare(timeline, preset=_PRESET), RenderContext.of(options)
    laid = [laid_overlay(plan, one, context, start=0) for one in timeline.overlays]
    return tuple(_overlay(timeline, one, context, options) for one in laid)


def _overlay(timeline: Timeline, overlay: Overlay, context: RenderContext, options: RenderOptions) -> Clip:
    """What lies over pictures, as a clip of its own for editors."""
    size = (timeline.width, timeline.height)
    clip = overlay.clip if overlay.corner is None else whole_frames(overlay, size, timeline.rate, context)
    return _for_editors(timeline, [_run(clip, timeline)], options)


def _widened(item: Item, handles: int) -> Item:
    """A shot that is seen by so many frames longer on either side, as far as its clip goes."""
    if not isinstance(item.source, Clip):
        return item
    seen, available = item.source_range, item.available_range
    wider = FrameRange(max(available.start, seen.start - handles), min(available.stop, seen.stop + handles))
    return replace(item, source_range=wider, overlays=())


def _longer_sources(timeline: Timeline, wider: Mapping[int, Item], context: RenderContext) -> dict[int, Clip]:
    """By index: shots with their effects and handles."""
    indices = [
        index for index, item in wider.items() if item.source_range != timeline.items[index].source_range
    ]
    items: list[Item] = []
    for index in indices:
        start = items[-1].record_range.stop if items else 0
        items.append(replace(wider[index], record_start=start))
    if not items:
        return {}
    alone = _alone(timeline, items)
    sources = item_sources(prepare(alone, preset=_PRESET), context)
    return {index: sources[number].clip for number, index in enumerate(indices)}


def _joined(
    timeline: Timeline, item: Item, seen: Clip, longer: Clip, *, head: int, options: RenderOptions
) -> Clip:
    """A shot as it is seen, between the handles of a longer one."""
    length = film_frames(seen, timeline.rate)
    runs = [
        (longer, FrameRange(0, head)),
        (seen, FrameRange(0, length)),
        (longer, FrameRange(head + length, film_frames(longer, timeline.rate))),
    ]
    made = [_run(clip, timeline, frames, shot=item) for clip, frames in runs if frames]
    return _for_editors(timeline, made, options)


def _run(
    clip: Clip, timeline: Timeline, frames: FrameRange | None = None, *, shot: Item | None = None
) -> Item:
    """Some pictures of a clip that was drawn, all if not said, mirrored and seen as those of a shot."""
    whole = FrameRange(0, film_frames(clip, timeline.rate))
    run = Item("drawn", clip, whole, whole if frames is None else frames, 0)
    return run if shot is None else replace(run, flip=shot.flip, look=shot.look)


def _alone(timeline: Timeline, items: Sequence[Item]) -> Timeline:
    """A film of these items alone."""
    return replace(
        timeline,
        items=tuple(items),
        transitions=(Transition(CUT),) * (len(items) - 1),
        cues=(),
        fades=(),
        markers=(),
        captions=(),
        chapters=(),
        overlays=(),
        # Of media of its own, not of the film.
        start_frame=0,
        drop_frame=False,
    )


def _for_editors(timeline: Timeline, runs: Sequence[Item], options: RenderOptions) -> Clip:
    """Clips one after another, as one that editors decode."""
    items: list[Item] = []
    for run in runs:
        start = items[-1].record_range.stop if items else 0
        items.append(replace(run, shot="drawn", record_start=start))
    alone = _alone(timeline, items)

    def work(temp: Path) -> Mapping[str, Any]:
        render(prepare(alone, preset=_PRESET), temp, replace(options, progress=None))
        return {}

    context = RenderContext.of(options)
    size = (timeline.width, timeline.height)
    made_of = [_made_of(item) for item in items]
    key = content_key(_SCHEMA, find().version, _PRESET, made_of, timeline.rate, size, excluded=NOT_IN_KEY)
    return probe(context.cache.make(key, ".mov", work, cancel=context.stop).path)


def _made_of(item: Item) -> tuple[object, ...]:
    """What decides the pictures of an item without text or effects."""
    seen, how = (
        item.source_range,
        (item.speed, item.fit, item.conform, item.matrix, item.flip, item.focus, item.look, item.retiming),
    )
    if isinstance(item.source, Clip):
        source: tuple[object, ...] = (item.source.sha256, item.source.video.last_seconds)
    else:
        source = (item.source,)
    return (*source, seen.start, seen.stop, *how)

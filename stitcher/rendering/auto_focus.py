"""The focus of shots that are left to `auto`: looked for in their own pictures, once, and remembered."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from stitcher.media import probe_cache
from stitcher.media.clip import Clip
from stitcher.rendering.cropping import frame_window, seen_region
from stitcher.timebase import FrameRange, round_half_up
from stitcher.timeline.conform import film_frames, source_picture
from stitcher.timeline.focus import CENTRE, Focus, FocusPoint
from stitcher.timeline.picture import StillPicture
from stitcher.timeline.reframe import with_focus

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from stitcher.rendering.attention import Attention
    from stitcher.rendering.context import RenderContext
    from stitcher.rendering.film_frame import Shares
    from stitcher.rendering.segments import Plan
    from stitcher.timeline.look import Look
    from stitcher.timeline.model import Item, Timeline

_METHOD = 1
"""Counts changes of what is found; part of what it is remembered under."""
_SIZE = (192, 108)


def with_focus_found(plan: Plan, context: RenderContext | None = None) -> Plan:
    """The plan with the focus of those shots found that are left to `auto` and cropped.

    Raises what decoding raises, and `Interrupted`.
    """
    items = list(plan.timeline.items)
    wanted = [index for index in plan.items if items[index].focus.auto]
    if not wanted:
        return plan
    for index in wanted:
        if context is not None:
            context.check_cancelled()
        # Of a part as of the whole film, so that its pieces are the same.
        whole = (plan.whole or plan).timeline.items[index]
        items[index] = with_focus(items[index], _found(plan, whole))
    return replace(plan, timeline=replace(plan.timeline, items=tuple(items)))


def framing_of(plan: Plan) -> tuple[Timeline, Callable[[Item, int], Shares]]:
    """The film with the focus of its shots found, and what of its frame is seen in the deliverable, by shot and frame
    of its source clock. Raises as `with_focus_found` does.
    """
    found = with_focus_found(plan).timeline
    return found, lambda item, frame: frame_window(item, found, plan.delivery.picture, frame)


def _found(plan: Plan, item: Item) -> Focus:
    left, top, right, bottom = _seen(plan, item)
    window = right - left, bottom - top
    if min(window) > 0.995:
        return CENTRE
    rate = plan.timeline.rate
    frames, samples = (
        _of_still(item.source) if isinstance(item.source, StillPicture) else _of_clip(item, rate)
    )
    from stitcher.rendering.attention import window_path

    step = float((frames[1] - frames[0]) / rate) if len(frames) > 1 else 1.0
    across, down = (
        window_path([sample.along(axis) for sample in samples], window[axis], step)
        if window[axis] <= 0.995
        else (0.5,) * len(frames)
        for axis in (0, 1)
    )
    points = [FocusPoint(*key) for key in zip(frames, across, down, strict=True)]
    if all(point.point == points[0].point for point in points):
        points = [replace(points[0], frame=0)]
    return Focus(tuple(points)).mirrored(item.flip)


def _seen(plan: Plan, item: Item) -> tuple[float, float, float, float]:
    """What part of the shot's own picture the deliverable shows."""
    picture = plan.delivery.picture
    timeline, size = plan.timeline, (picture.width, picture.height)
    return seen_region(item, timeline, size, picture.fit).in_source


def _of_clip(item: Item, rate: Fraction) -> tuple[list[int], tuple[Attention, ...]]:
    """The frames of a shot that are looked at, source clock, and what is to be seen in each."""
    from stitcher.rendering.attention import SAMPLES_A_SECOND

    clip = item.source
    assert isinstance(clip, Clip)
    step = max(1, round_half_up(rate / SAMPLES_A_SECOND))
    last = film_frames(clip, rate, item.speed) - 1
    shown = {
        frame: item.retiming.source_frame(frame)
        for frame in range(item.source_range.start, item.source_range.stop, step)
    }
    frames = [frame for frame, of_clip in shown.items() if of_clip <= last]
    pictures = [source_picture(clip, shown[frame], rate, item.speed) for frame in frames]
    key = ["clip", _METHOD, clip.sha256, *pictures]
    if item.look.moves:
        key += ["look", *item.look.to_source(clip.video.shown_size)]
    return frames, _remembered(key) or _measured(clip, pictures, item.look, key)


def _measured(clip: Clip, pictures: list[int], look: Look, key: list[object]) -> tuple[Attention, ...]:
    from stitcher.media.frames import gray_frames
    from stitcher.pictures.looked import seen as looked_at
    from stitcher.rendering.attention import attentions

    shown = _SIZE
    if look.moves:
        # Of its own shape, or it would be turned askew.
        shown = _SIZE[0], max(1, round(_SIZE[0] * clip.video.shown_size[1] / clip.video.shown_size[0]))
    size = shown[::-1] if clip.video.rotation in (90, 270) else shown
    wanted = set(pictures)
    decoded = gray_frames(clip, FrameRange(min(pictures), max(pictures) + 1), size=size)
    seen = {number: luma.copy() for number, luma in enumerate(decoded, min(pictures)) if number in wanted}
    if look.moves:
        seen = {number: looked_at(luma, look) for number, luma in seen.items()}
    return _kept(key, attentions([seen[number] for number in pictures]))


def _of_still(still: StillPicture) -> tuple[list[int], tuple[Attention, ...]]:
    """One sample of a still, where nothing moves."""
    import numpy as np

    from stitcher.pictures.stills import opaque_still
    from stitcher.rendering.attention import attentions

    key = ["still", _METHOD, still.sha256, *([repr(still.look)] if still.look.moves else [])]
    known = _remembered(key)
    if known is None:
        luma = np.asarray(opaque_still(still).convert("L").resize(_SIZE))
        known = _kept(key, attentions([luma]))
    return [0], known


def _remembered(key: list[object]) -> tuple[Attention, ...] | None:
    from stitcher.rendering.attention import COLUMNS, ROWS, Attention

    try:
        read = json.loads(probe_cache.get("focus", key) or "")
        found = tuple(Attention(tuple(map(float, one[0])), tuple(map(float, one[1]))) for one in read)
    except (ValueError, TypeError, IndexError):
        return None
    whole = all((len(one.columns), len(one.rows)) == (COLUMNS, ROWS) for one in found)
    return found if whole and found else None


def _kept(key: list[object], found: tuple[Attention, ...]) -> tuple[Attention, ...]:
    """What was found, as it will be remembered, so that it is the same whether it was or not."""
    plain = [[[round(value, 5) for value in line] for line in (one.columns, one.rows)] for one in found]
    probe_cache.put("focus", key, json.dumps(plain, separators=(",", ":")))
    return tuple(
        replace(one, columns=tuple(a), rows=tuple(b)) for one, (a, b) in zip(found, plain, strict=True)
    )

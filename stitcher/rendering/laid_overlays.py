"""Overlays of a film ready to be laid: stills drawn, clips brought to their size and rate, kept in the cache."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from stitcher.media import ffmpeg_process
from stitcher.media.clip import Clip
from stitcher.media.probe import probe
from stitcher.pictures.overlay_place import Box, overlay_box
from stitcher.rendering.context import RenderContext
from stitcher.rendering.drawing_key import drawing_key
from stitcher.rendering.film_frame import title_page
from stitcher.rendering.job import Overlay
from stitcher.rendering.overlay_graph import LaidClip, laid_clip_arguments, whole_frame_arguments
from stitcher.rendering.segments import Plan
from stitcher.storyboard.choices import Fit
from stitcher.timebase import FrameRange
from stitcher.timeline.conform import film_frames
from stitcher.timeline.picture import PictureOverlay


def film_overlays(plan: Plan, context: RenderContext) -> tuple[Overlay, ...]:
    """What lies over the film where it is encoded, from below, record clock. Raises `MediaError`."""
    encoded = [segment.record_range for segment in plan.encoded]
    laid = []
    for overlay in plan.timeline.overlays:
        seen = overlay.span
        if any(seen.intersection(record) for record in encoded):
            context.check_cancelled()
            laid.append(laid_overlay(plan, overlay, context, start=overlay.start))
    return tuple(laid)


def over_part(overlay: Overlay, record: FrameRange) -> Overlay:
    """An overlay of the film by the clock of a part of it; of a picture at rest only what that part has of it, so that
    it is the same wherever in the film the part is."""
    moved = replace(overlay, start=overlay.start - record.start)
    seen = moved.span.intersection(FrameRange(0, len(record)))
    whole = moved.span
    rests = FrameRange(
        whole.start + overlay.fade_in, max(whole.start + overlay.fade_in, whole.stop - overlay.fade_out)
    )
    if overlay.clip.video.frames > 1 or not rests.holds(seen):
        return moved
    return replace(moved, start=seen.start, frames=len(seen), fade_in=0, fade_out=0)


def laid_overlay(
    plan: Plan, overlay: PictureOverlay, context: RenderContext, *, start: int, fit: Fit | None = None
) -> Overlay:
    """An overlay in a deliverable's picture, from a frame on; `fit` is how a shot fills that otherwise than others.

    Raises `MediaError`.
    """
    page = title_page(plan.timeline, plan.delivery, fit)
    box = overlay_box(overlay, page, plan.timeline.height)
    picture = plan.delivery.picture
    left, top = (picture.width - page.width) // 2, (picture.height - page.height) // 2
    return Overlay(
        _made(plan, overlay, box, context),
        start,
        frames=overlay.frames,
        loop=overlay.loop,
        corner=(left + box.left, top + box.top),
        fade_in=overlay.fade_in_frames,
        fade_out=overlay.fade_out_frames,
    )


def whole_frames(overlay: Overlay, size: tuple[int, int], rate: Fraction, context: RenderContext) -> Clip:
    """An overlay as a transparent clip of that size, with its fades, for those who lay it over a film themselves."""
    from stitcher.pictures.lossless_clip import lossless_suffix

    alone = replace(overlay, start=0)

    def work(temp: Path) -> Mapping[str, Any]:
        ffmpeg_process.run(whole_frame_arguments(alone, size, rate, str(temp)), cancel=context.stop)
        return {}

    key = drawing_key("overlay frames", alone, size, rate)
    return probe(context.cache.make(key, lossless_suffix(transparent=True), work, cancel=context.stop).path)


def _made(plan: Plan, overlay: PictureOverlay, box: Box, context: RenderContext) -> Clip:
    """The pictures of an overlay as large as they are shown."""
    from stitcher.pictures.lossless_clip import draw_clip, lossless_suffix

    rate, size, source = plan.timeline.rate, (box.width, box.height), overlay.source
    how = (overlay.opacity, overlay.premultiplied)

    def drawn(temp: Path) -> Mapping[str, Any]:
        from stitcher.pictures.overlay_picture import still_overlay

        picture = still_overlay(overlay, size)
        draw_clip([picture], rate, temp, transparent=True, expected=1, cancel=context.stop)
        return {}

    if not isinstance(source, Clip):
        key, work = drawing_key("overlay", source.sha256, size, *how, rate), drawn
    else:
        frames = min(overlay.frames, film_frames(source, rate))
        job = LaidClip(source, frames, rate, size, *how)

        def converted(temp: Path) -> Mapping[str, Any]:
            ffmpeg_process.run(laid_clip_arguments(job, str(temp)), cancel=context.stop)
            return {}

        key, work = drawing_key("overlay clip", job), converted
    return probe(context.cache.make(key, lossless_suffix(transparent=True), work, cancel=context.stop).path)

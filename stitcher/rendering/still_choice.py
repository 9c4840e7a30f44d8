"""Chooses the frame of a film that becomes a still (poster), on small pictures of a few seconds, not on the film."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from stitcher.delivery.packaging_settings import StillSettings
from stitcher.delivery.resolve import lossless_picture
from stitcher.media.frames import gray_frames
from stitcher.rendering.context import RenderContext
from stitcher.rendering.encode_segments import encode_segments
from stitcher.rendering.excerpt import still_window
from stitcher.rendering.item_sources import item_sources
from stitcher.rendering.plan import plan as plan_segments
from stitcher.rendering.segments import Plan
from stitcher.timebase import FrameRange

_SMALL = 320
_BRIGHT_ENOUGH = 0.9
_BLACK = 24.0
"""Mean luma, on a scale of 8 bits, up to which a picture counts as black."""


def with_still_chosen(plan: Plan, context: RenderContext) -> Plan:
    """The plan of a still, for the frame it will be: the one it is meant to be or, where that is black or with `auto`
    still fading in, the first one after it that is nearly as bright as any within a few seconds.

    Raises as making a film does.
    """
    settings = plan.delivery.packaging
    assert isinstance(settings, StillSettings)
    window = still_window(plan.timeline, settings)
    first = FrameRange(window.start, window.start + 1)
    if settings.at != "auto" and _brightness(plan, first, context)[0] > _BLACK:
        return plan_segments(plan.timeline, plan.delivery, only=first)
    chosen = first.shifted(first_bright(_brightness(plan, window, context)))
    return plan_segments(plan.timeline, plan.delivery, only=chosen)


def first_bright(brightness: Sequence[float]) -> int:
    """The first of a row of pictures, told by their mean luma, that is nearly as bright as any."""
    enough = _BRIGHT_ENOUGH * max(brightness)
    return next(index for index, mean in enumerate(brightness) if mean >= enough)


def _brightness(plan: Plan, frames: FrameRange, context: RenderContext) -> list[float]:
    """Mean luma of frames of the film, made small."""
    picture = plan.delivery.picture
    part = max(1, max(picture.width, picture.height) // _SMALL)
    size = (max(2, picture.width // part // 2 * 2), max(2, picture.height // part // 2 * 2))
    small = lossless_picture(size, rate=picture.rate, colour=picture.colour, pixel_format="yuv420p")
    delivery = replace(plan.delivery, picture=replace(small, fit=picture.fit))
    plan_of_small = plan_segments(plan.timeline, delivery, only=frames)
    quiet = context.quietly()
    encoded = encode_segments(plan_of_small, item_sources(plan_of_small, quiet), quiet)
    means = [
        float(gray.mean())
        for number in sorted(encoded)
        for gray in gray_frames(encoded[number].clip, FrameRange(0, encoded[number].clip.video.frames))
    ]
    before = frames.start - plan_of_small.record_range.start
    return means[before : before + len(frames)]

"""One frame of a film as a PNG, as a deliverable shows it, titles, captions and blends included, but without loss."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from stitcher.delivery.resolve import lossless_picture
from stitcher.media.frames import frame as picture_of
from stitcher.media.stills import write_png
from stitcher.pictures.png_output import png_target
from stitcher.rendering.auto_focus import with_focus_found
from stitcher.rendering.context import RenderContext
from stitcher.rendering.encode_segments import encode_segments
from stitcher.rendering.encoder_check import check_tools
from stitcher.rendering.item_sources import item_sources
from stitcher.rendering.options import RenderOptions
from stitcher.rendering.plan import plan as plan_segments
from stitcher.rendering.segments import Plan
from stitcher.timebase import FrameRange

_FINE = "yuv444p10le"


def write_frame(plan: Plan, frame: int, out: Path | str, options: RenderOptions) -> Path:
    """Write that frame of a planned film; returns where it is. Of the film only what the frame is made of is made.

    Raises `OutputError`, and what making a film raises.
    """
    target = png_target(out, plan.timeline.files)
    context = RenderContext.of(options)
    one = with_focus_found(_plan_of_frame(plan, frame), context)
    check_tools(one)
    encoded = encode_segments(one, item_sources(one, context), context)
    at = frame - one.record_range.start
    for number in sorted(encoded):
        clip = encoded[number].clip
        if at < clip.video.frames:
            write_png(target, picture_of(clip, at))
            break
        at -= clip.video.frames
    context.cache.prune()
    return target


def _plan_of_frame(plan: Plan, frame: int) -> Plan:
    picture = plan.delivery.picture
    exact = lossless_picture(
        (picture.width, picture.height),
        rate=picture.rate,
        colour=picture.colour,
        pixel_format=picture.pixel_format if picture.pixel_format.startswith("yuv") else _FINE,
    )
    delivery = replace(plan.delivery, picture=replace(exact, fit=picture.fit))
    return plan_segments(plan.timeline, delivery, only=FrameRange(frame, frame + 1))

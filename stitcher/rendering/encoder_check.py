"""Whether the ffmpeg at hand can make a film, found out before any work on it."""

from __future__ import annotations

from stitcher.media import ffmpeg_check
from stitcher.media.clip import Clip
from stitcher.media.ffmpeg import find
from stitcher.rendering.graph import segment_muxer
from stitcher.rendering.segments import Plan

TONE_MAPPING = ("zscale", "tonemap")
"""Filters that bring HDR sources into SDR films; the first is of a library not every ffmpeg is built with."""

_MUXERS = {
    "hls": "hls",
    "frames": "image2",
    "still": "image2",
    "gif": "gif",
    "mxf": "mxf",
    "mxf_opatom": "mxf_opatom",
}
"""What ffmpeg writes of a finished film, by container; the others are written without it."""

MUXERS = ("mp4", "mov", "matroska", *dict.fromkeys(_MUXERS.values()))
"""Every format that ffmpeg is asked to write."""


def check_tools(plan: Plan) -> None:
    """Raise `FfmpegMissing` for an ffmpeg that is not there, too old, or built without what this plan needs."""
    program = find()
    ffmpeg_check.check(program)
    delivery = plan.delivery
    encoders = [delivery.picture.encoder] if plan.encoded_frames else []
    if delivery.sound is not None:
        encoders.append(delivery.sound.encoder)
    clips = [item.source for item in plan.timeline.items if isinstance(item.source, Clip)]
    mapped = any(clip.video.colour.is_hdr for clip in clips) and not delivery.picture.colour.is_hdr
    muxers = [segment_muxer(delivery.picture.codec)] if plan.encoded_frames else []
    if delivery.container in _MUXERS:
        muxers.append(_MUXERS[delivery.container])
    parts = {"encoder": encoders, "filter": TONE_MAPPING if mapped else (), "muxer": muxers}
    ffmpeg_check.check_parts(program, parts, f"The preset {delivery.preset}")

"""Whether the ffmpeg at hand can make a film, found out before any work on it."""

from __future__ import annotations

from stitcher.formats.codecs import CODECS
from stitcher.formats.containers import CONTAINERS
from stitcher.media import ffmpeg_check
from stitcher.media.clip import Clip
from stitcher.media.ffmpeg import find
from stitcher.rendering.segments import Plan

TONE_MAPPING = ("zscale", "tonemap")
"""Filters that bring HDR sources into SDR films; the first is of a library not every ffmpeg is built with."""

MUXERS = tuple(
    dict.fromkeys(
        [CONTAINERS[codec.segments].muxer for codec in CODECS.values()]
        + [container.muxer for container in CONTAINERS.values() if container.made != "muxed"]
    )
)
"""Every format that ffmpeg is asked to write; films themselves are muxed without it."""


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
    muxers = [CONTAINERS[CODECS[delivery.picture.codec].segments].muxer] if plan.encoded_frames else []
    if CONTAINERS[delivery.container].made != "muxed":
        muxers.append(CONTAINERS[delivery.container].muxer)
    parts = {"encoder": encoders, "filter": TONE_MAPPING if mapped else (), "muxer": muxers}
    ffmpeg_check.check_parts(program, parts, f"The preset {delivery.preset}")

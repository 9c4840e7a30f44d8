"""A clip's pictures as an ffmpeg-python stream, and what is done to them wherever they go. Pure; runs nothing."""

from __future__ import annotations

from typing import Any

from stitcher.media.clip import Clip, VideoStream
from stitcher.media.ffmpeg import file_url
from stitcher.media.pixel_format import opaque_format, pixel_format

Stream = Any
"""An ffmpeg-python stream node; the package has no types."""


def pictures_of(clip: Clip, **options: Any) -> Stream:
    """The clip's picture stream as an input that leaves ffmpeg nothing to guess; `options` are further ones of it."""
    import ffmpeg

    known: dict[str, Any] = {"f": clip.container, "protocol_whitelist": "file"}
    if clip.video.decoder:
        known[f"c:{clip.video.index}"] = clip.video.decoder
    return ffmpeg.input(file_url(clip.path), **known, **options)[str(clip.video.index)]


def deinterlaced(stream: Stream, video: VideoStream) -> Stream:
    """Whole pictures, as many as before."""
    return stream.filter("bwdif", mode="send_frame") if video.is_interlaced else stream


def over_black(stream: Stream, pixels: str) -> Stream:
    """Pictures in the format `pixels` laid over black where they are transparent, in the same format without alpha.

    Their range has to be set on them: levels are taken for full range where it is not.
    """
    if not pixel_format(pixels).alpha:
        return stream
    return stream.filter("premultiply", inplace=1).filter("format", opaque_format(pixels))


def as_shown(stream: Stream, video: VideoStream) -> Stream:
    """The clip's pictures whole and opaque, with square pixels."""
    stream = deinterlaced(stream, video)
    if pixel_format(video.pixel_format).alpha:
        stream = over_black(stream.filter("setparams", range=video.colour.range or "tv"), video.pixel_format)
    if video.sample_aspect != 1:
        width, height = video.shown_size
        stream = stream.filter("scale", w=width, h=height, flags="lanczos+accurate_rnd").filter("setsar", 1)
    return stream


def is_as_shown(video: VideoStream) -> bool:
    """Whether the pictures are stored as players show them, so that other programs take them for the same."""
    plain = not video.is_interlaced and not pixel_format(video.pixel_format).alpha
    return plain and video.is_square and video.rotation == 0

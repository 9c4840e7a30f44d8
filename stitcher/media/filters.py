"""Filters every clip goes through: its pictures as an ffmpeg-python stream, deinterlaced, scaled. Pure."""

from __future__ import annotations

from typing import Any

from stitcher.formats.codecs import decoding
from stitcher.media.clip import SHAPES_ALIKE, Clip, VideoStream
from stitcher.media.ffmpeg import file_url
from stitcher.media.pixel_format import opaque_format, pixel_format

Stream = Any
"""An ffmpeg-python stream node; the package has no types."""


SCALE_FLAGS = "lanczos+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact"
"""For every `scale`: without `accurate_rnd` and `full_chroma_int` RGB and YUV are up to two levels apart."""


FILL_GAPS: dict[str, str | int] = {"async": 1, "min_hard_comp": "0.02"}
"""Of `aresample`: a hole in a source's clock (a lost frame, an edit) becomes silence, or all after it would come early.
Below 20 ms it is the rounding of time stamps and left alone; nothing is ever stretched."""


def pictures_of(clip: Clip) -> Stream:
    """Every picture the clip shows, of one size, as an input that leaves ffmpeg nothing to guess."""
    import ffmpeg

    video = clip.video
    # A graph that is set up anew where a picture differs from those before would count from 0 again.
    options: dict[str, Any] = {
        "f": clip.container,
        "protocol_whitelist": "file",
        "copyts": None,
        "reinit_filter": 0,
    }
    if video.decoder:
        options[f"c:{video.index}"] = video.decoder
    stream = ffmpeg.input(file_url(clip.path), **options)[str(video.index)]
    if video.undecodable and clip.packets_tell_times:
        # Some decoders show what is grey or smeared.
        stream = stream.filter("trim", start_pts=video.pts[0])
    return of_one_size(stream.filter("setpts", "PTS-STARTPTS"), video)


def scaled(stream: Stream, **options: object) -> Stream:
    """The stream through swscale, as exactly as it can."""
    return stream.filter("scale", flags=SCALE_FLAGS, **options)


def of_one_size(stream: Stream, video: VideoStream) -> Stream:
    """The stream at the size and in the format the clip begins with, which these codecs may change at any picture.

    Pictures that have both pass through untouched; those of another shape come with black bars (`VideoStream.within`).
    """
    if not decoding(video.codec).resizes and not video.set_changes:
        return stream
    width, height = upright(video)
    if video.sample_aspect != 1:
        return scaled(stream, w=width, h=height).filter("format", video.pixel_format)
    same_shape = f"lte(abs(iw*{height}-{width}*ih)*{SHAPES_ALIKE},{width}*ih)"
    within = scaled(
        stream,
        w=f"if({same_shape},{width},max(2,trunc(min({width},{height}*iw/ih)/2)*2))",
        h=f"if({same_shape},{height},max(2,trunc(min({height},{width}*ih/iw)/2)*2))",
        eval="frame",
    )
    whole = within.filter("pad", width, height, "(ow-iw)/2", "(oh-ih)/2", eval="frame")
    return whole.filter("setsar", 1).filter("format", video.pixel_format)


def upright(video: VideoStream) -> tuple[int, int]:
    """The size of the pictures ffmpeg hands over: turned. Not the shown size, which is even."""
    return (video.height, video.width) if video.rotation in (90, 270) else (video.width, video.height)


def deinterlaced(stream: Stream, video: VideoStream) -> Stream:
    """Whole pictures, as many as before."""
    return stream.filter("bwdif", mode="send_frame") if video.is_interlaced else stream


def over_black(stream: Stream, pixels: str, levels: str) -> Stream:
    """Pictures in the format `pixels` laid over black where they are transparent, in the same format without alpha.

    `levels` is their range, `tv` or `pc`. They are reckoned in 10 bits where they have more, RGB in 8.
    """
    import ffmpeg

    held = pixel_format(pixels)
    if not held.alpha:
        return stream
    black: dict[str, object]
    # Not by `premultiply`: ffmpeg (9.0) marks what it puts out, alpha or not, and an `overlay` behind undoes it.
    if held.is_rgb:
        name, planes, lut = "gbrp", "gbrap", "lutrgb"
        black = {"r": 0, "g": 0, "b": 0}
    else:
        deep = held.bits > 8
        chroma = held.chroma.replace(":", "") if held.chroma in ("4:2:0", "4:2:2") else "444"
        name, planes = f"yuv{chroma}{'p10' if deep else ''}", f"yuva{chroma}p{'10le' if deep else ''}"
        middle = "(minval+maxval)/2"
        lut, black = "lutyuv", {"y": "0" if levels == "pc" else "minval", "u": middle, "v": middle}
    copies = scaled(stream).filter("format", planes).filter_multi_output("split")
    ground = copies[0].filter(lut, **black).filter("format", opaque_format(planes))
    laid = ffmpeg.filter([ground, copies[1]], "overlay", format=name, shortest=1)
    return scaled(laid).filter("format", opaque_format(pixels))


def as_shown(stream: Stream, video: VideoStream) -> Stream:
    """The clip's pictures whole and opaque, with square pixels."""
    stream = deinterlaced(stream, video)
    if pixel_format(video.pixel_format).alpha:
        levels = "pc" if pixel_format(video.pixel_format).is_rgb else video.colour.range or "tv"
        stream = over_black(stream.filter("setparams", range=levels), video.pixel_format, levels)
    if video.sample_aspect != 1:
        width, height = video.shown_size
        stream = scaled(stream, w=width, h=height).filter("setsar", 1)
    return stream


def is_as_shown(video: VideoStream) -> bool:
    """Whether the pictures are stored as players show them, so that other programs take them for the same."""
    plain = not video.is_interlaced and not pixel_format(video.pixel_format).alpha
    return plain and video.is_square and video.rotation == 0

"""Where two chains of filters become one picture by picture: transitions, and fades from and to a colour. Pure."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Any

from stitcher.delivery.spec import PictureSpec
from stitcher.media.clip import Colour
from stitcher.rendering.colour import (
    as_yuv,
    recoloured,
    tags,
    worked_in,
)
from stitcher.rendering.job import EncodeInput
from stitcher.rendering.source_pictures import OpenedInputs
from stitcher.storyboard.transition_kinds import PLAIN, SLIPPING
from stitcher.timebase import format_decimal, format_rate
from stitcher.timeline.picture import PictureFade

Stream = Any
"""An ffmpeg-python stream node; the package has no types."""


def counted(stream: Stream, rate: Fraction) -> Stream:
    """The stream stamped by frames, as every chain is: concat stamps by the microsecond, and xfade blends only streams
    that count alike."""
    return stream.filter("settb", f"1/({format_rate(rate)})").filter("setpts", "N")


def blended(earlier: Stream, later: Stream, part: EncodeInput, begin: int, spec: PictureSpec) -> Stream:
    """Two streams of which the later, that of `part`, comes in over the earlier one's frames from `begin` on."""
    import ffmpeg

    first = None
    if part.transition.xfade in SLIPPING:
        copies = earlier.filter_multi_output("split", 2)
        earlier, first = copies[0], copies[1].filter("trim", end_frame=begin + 1)
    stream = ffmpeg.filter(
        [earlier, later],
        "xfade",
        transition=part.transition.xfade,
        duration=format_decimal(Fraction(part.overlap) / spec.rate, 9),
        offset=format_decimal(Fraction(begin) / spec.rate, 9),
    ).filter("format", spec.pixel_format)
    if first is not None:
        rest = counted(stream.filter("trim", start_frame=begin + 1), spec.rate)
        stream = counted(ffmpeg.concat(first, rest, n=2, v=1, a=0), spec.rate)
    return _legal(stream, part, begin, spec)


def faded(stream: Stream, fade: PictureFade, frames: int, spec: PictureSpec, opened: OpenedInputs) -> Stream:
    """A stream of so many frames coming out of a colour, or going into one."""
    import ffmpeg

    record = fade.record
    plain = _plain(fade.colour, frames + 2, spec, opened)
    first, second, begin = plain, stream, record.start
    if fade.direction == "out":
        # xfade's first frame is the earlier picture alone, and what comes after it the later one.
        first, second, begin = stream, plain, record.start - 1
    mixed = ffmpeg.filter(
        [first, second],
        "xfade",
        transition="fade",
        duration=format_decimal(Fraction(len(record)) / spec.rate, 9),
        offset=format_decimal(Fraction(begin) / spec.rate, 9),
    )
    return counted(mixed.filter("trim", end_frame=frames).filter("format", spec.pixel_format), spec.rate)


def _plain(colour: str, frames: int, spec: PictureSpec, opened: OpenedInputs) -> Stream:
    """So many pictures of one colour."""
    import ffmpeg

    rate = format_rate(spec.rate)
    source = f"color=c=0x{colour[1:]}:s={spec.width}x{spec.height}:r={rate},trim=end_frame=1,format=gbrp"
    stream = ffmpeg.input(source, f="lavfi", **opened.apart(Path(source)))
    stream, made = as_yuv(stream, "gbrp", Colour().filled())
    stream = recoloured(stream, made, spec.colour.filled(spec.matrix), spec.pixel_format)
    stream = stream.filter("loop", loop=frames - 1, size=1).filter("setsar", 1)
    return counted(stream, spec.rate).filter("setparams", **tags(worked_in(spec.colour)))


def _legal(stream: Stream, part: EncodeInput, begin: int, spec: PictureSpec) -> Stream:
    """The stream with the luma of xfade's own black or white, which are those of full range, at that of video range.

    Only in the frames of the transition: pictures may have some beyond black and white themselves, and keep it.
    """
    plain = PLAIN.get(part.transition.xfade or "")
    if plain is None or spec.colour.range == "pc" or not spec.pixel_format.startswith("yuv"):
        return stream
    found = re.search(r"p(\d\d)", spec.pixel_format)
    unit = 1 << (int(found[1]) - 8 if found else 0)
    bound = {"min": 16 * unit} if plain == "black" else {"max": 235 * unit}
    frames = f"between(n,{begin},{begin + part.overlap - 1})"
    return stream.filter("limiter", **bound, planes=1, enable=frames)

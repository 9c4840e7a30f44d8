"""An encode job as an ffmpeg command line and filter graph. Pure: builds arguments with ffmpeg-python, runs nothing.

Each part becomes a chain that delivers exactly the wanted frames at the film's rate, size and format; the chains
are folded from left to right with `concat` or `xfade`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import Any

from stitcher.delivery.encoders import frame_colour
from stitcher.delivery.hardware import device_options
from stitcher.formats.codecs import CODECS
from stitcher.formats.containers import CONTAINERS
from stitcher.media.clip import is_large
from stitcher.media.ffmpeg import file_url
from stitcher.media.filters import scaled, upright
from stitcher.media.pixel_format import opaque_format, pixel_format
from stitcher.media.threads import held_to
from stitcher.rendering.blends import blended, counted, faded
from stitcher.rendering.colour import (
    recoloured,
    tags,
    worked_in,
)
from stitcher.rendering.geometry import framed, looked_at, mirrored
from stitcher.rendering.grade import deep_format, graded
from stitcher.rendering.job import EncodeInput, EncodeJob
from stitcher.rendering.overlay_graph import overlaid
from stitcher.rendering.source_pictures import OpenedInputs, Pictures, fed_streams, timed
from stitcher.timebase import FrameRange

Stream = Any
"""An ffmpeg-python stream node; the package has no types."""


def encode_arguments(job: EncodeJob, out: str) -> list[str]:
    """ffmpeg's arguments, without the program, that write `job.frames` pictures to the file `out`."""
    import ffmpeg

    spec = job.picture
    if job.overlays or job.captions:
        spec = replace(spec, pixel_format=opaque_format(spec.pixel_format))
        job = replace(job, picture=spec)
    # A second thread holds half a dozen pictures more, and of large ones that is too many.
    sources = [part.clip.video for part in job.inputs]
    most = 1 if any(is_large(video.width, video.height) for video in sources) else 2
    opened = OpenedInputs(min(most, job.threads), Counter(), fed_streams(job))
    stream = _chain(job.inputs[0], job, opened)
    length = len(job.inputs[0].source_range)
    for part in job.inputs[1:]:
        following = _chain(part, job, opened)
        if part.overlap:
            stream = blended(stream, following, part, length - part.overlap, spec)
        else:
            stream = counted(ffmpeg.concat(stream, following, n=2, v=1, a=0), spec.rate)
        length += len(part.source_range) - part.overlap
    stream = _covered(stream, job, opened).filter(
        "setparams", **tags(frame_colour(spec.encoder, spec.colour))
    )
    container = CONTAINERS[CODECS[spec.codec].segments]
    device = device_options(spec.encoder)
    if device:
        stream = stream.filter("format", spec.pixel_format).filter("hwupload")
    options: dict[str, Any] = {
        "c:v": spec.encoder,
        "frames:v": job.frames,
        "fps_mode": "passthrough",
        "map_metadata": -1,
        "f": container.muxer,
    }
    if not device:
        options["pix_fmt"] = spec.pixel_format
    if spec.codec_tag:
        options["tag:v"] = spec.codec_tag
    if container.demuxer == "mov":
        options["video_track_timescale"] = timescale(spec.rate)
    argv: list[str] = ffmpeg.output(stream, file_url(out), **options).compile(cmd="")[1:]
    encoding = held_to(spec.encoder, spec.options, job.threads)
    # ffmpeg-python sorts options by name, and their order is part of what some encoders understand.
    return ["-loglevel", "warning", "-xerror", *device, *argv[:-1], *encoding, argv[-1]]


def _covered(stream: Stream, job: EncodeJob, opened: OpenedInputs) -> Stream:
    """The finished pictures of a segment under what lies over them."""
    whole = FrameRange(0, job.frames)
    for overlay in job.overlays:
        stream = overlaid(stream, overlay, whole, job.picture, opened)
    for fade in job.fades:
        stream = faded(stream, fade, job.frames, job.picture, opened)
    for overlay in job.captions:
        stream = overlaid(stream, overlay, whole, job.picture, opened)
    return stream


def timescale(rate: Fraction) -> int:
    """Ticks a second in which every frame of `rate` lasts a whole number of ticks (512 of them at 24: 12288)."""
    scale = rate.numerator
    while scale < 10_000:
        scale *= 2
    return scale


def _chain(part: EncodeInput, job: EncodeJob, opened: OpenedInputs) -> Stream:
    spec = job.picture
    if part.overlays or "blur" in (part.fit, part.film_fit or spec.fit):
        # ffmpeg's overlay reckons with alpha below as if all had 8 bits: only opaque pictures are laid upon.
        spec = replace(spec, pixel_format=opaque_format(spec.pixel_format))
    stream = _shaped(timed(part, spec.rate, opened), part, replace(job, picture=spec))
    for overlay in part.overlays:
        stream = overlaid(stream, overlay, part.source_range, spec, opened)
    if spec != job.picture:
        stream = stream.filter("format", job.picture.pixel_format)
    for fade in part.fades:
        stream = faded(stream, fade, len(part.source_range), job.picture, opened)
    return stream


def _shaped(pictures: Pictures, part: EncodeInput, job: EncodeJob) -> Stream:
    """The stream at the deliverable's size, colour and pixel format, never stretched."""
    video, spec = part.clip.video, job.picture
    target = spec.colour.filled(spec.matrix)
    look, grade = part.look, part.look.grade
    if look.changes or not pixel_format(spec.pixel_format).alpha:
        pictures = pictures.opaque()
    stream, colour = pictures.stream, pictures.colour
    size = upright(video) if video.sample_aspect == 1 else video.shown_size
    same_size = look.seen(size) == (spec.width, spec.height) and video.sample_aspect == 1
    same_light = colour.transfer == target.transfer or not (colour.is_hdr or target.is_hdr)
    same_colour = same_light and (colour.matrix, colour.range) == (target.matrix, target.range)
    if look.changes or not (same_size and same_colour and pictures.pixels == spec.pixel_format):
        pictures = pictures.in_yuv()
        stream, colour = pictures.stream, pictures.colour
        if video.sample_aspect != 1:
            # The probe's word for their shape: where container and stream differ, ffmpeg's may be the other one.
            width, height = video.shown_size
            stream = scaled(stream, w=width, h=height).filter("setsar", 1)
        if look.moves:
            stream = looked_at(stream, look, size, pictures.pixels)
        if not same_size:
            stream = framed(stream, part, job)
        deep = spec.pixel_format if grade.is_neutral else deep_format(spec.pixel_format)
        stream = recoloured(stream, colour, target, deep)
        if not grade.is_neutral:
            stream = graded(stream, target, spec.pixel_format, grade)
    return mirrored(stream, part.flip).filter("setsar", 1).filter("setparams", **tags(worked_in(spec.colour)))

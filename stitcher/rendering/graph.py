"""An encode job as an ffmpeg command line and filter graph. Pure: builds arguments with ffmpeg-python, runs nothing.

Each part becomes a chain that delivers exactly the wanted frames at the film's rate, size and format; the chains
are folded from left to right with `concat` or `xfade`.

Frames are found by their own time stamps, never by a guess at seconds: `-copyts` keeps the file's stamps, `-ss`
only tells the demuxer where to begin reading, the graph cuts at the exact stamp of a clean start, and everything
after that counts frames.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from stitcher.delivery.encoders import frame_colour
from stitcher.delivery.hardware import device_options
from stitcher.delivery.spec import PictureSpec
from stitcher.formats.codecs import CODECS
from stitcher.formats.containers import CONTAINERS, FILE_FORMATS
from stitcher.media.clip import Clip, Colour, is_large
from stitcher.media.ffmpeg import file_url
from stitcher.media.filters import deinterlaced, of_one_size, over_black, scaled, upright
from stitcher.media.pixel_format import opaque_format, pixel_format
from stitcher.media.threads import held_to
from stitcher.rendering.colour import (
    as_decoded,
    as_yuv,
    recoloured,
    recoloured_overlay,
    tags,
    worked_in,
    yuv_format,
)
from stitcher.rendering.copy_rules import decode_start
from stitcher.rendering.film_frame import film_frame, same_shape
from stitcher.rendering.job import EncodeInput, EncodeJob, Overlay
from stitcher.storyboard.choices import Flip
from stitcher.timebase import FrameRange, format_decimal, format_rate
from stitcher.timeline.conform import source_picture
from stitcher.timeline.model import PictureFade

Stream = Any
"""An ffmpeg-python stream node; the package has no types."""


@dataclass(frozen=True, slots=True)
class OpenedInputs:
    """The inputs of one command line."""

    threads: int
    """Threads a decoder may use; each holds pictures of its own."""
    seen: Counter[tuple[Path, Fraction | None]]
    """How often each file has been opened at each place."""

    def apart(self, path: Path, seconds: Fraction | None = None) -> dict[str, int]:
        """An option of no effect for what is opened once more.

        ffmpeg-python takes equal inputs for one, and the equal filters after them for one that lacks a split; a split
        would hold the whole clip in memory until its second use.
        """
        before = self.seen[path, seconds]
        self.seen[path, seconds] += 1
        return {"thread_queue_size": 8 + before} if before else {}


_OVERLAY_FORMATS = {
    ("4:2:0", 8): ("yuv420", "yuva420p"),
    ("4:2:0", 10): ("yuv420p10", "yuva420p10le"),
    ("4:2:2", 8): ("yuv422", "yuva422p"),
    ("4:2:2", 10): ("yuv422p10", "yuva422p10le"),
    ("4:4:4", 8): ("yuv444", "yuva444p"),
    ("4:4:4", 10): ("yuv444p10", "yuva444p10le"),
}
"""By chroma and bits."""


_MIRRORS: dict[Flip | None, tuple[str, ...]] = {
    "horizontal": ("hflip",),
    "vertical": ("vflip",),
    "both": ("hflip", "vflip"),
}


def encode_arguments(job: EncodeJob, out: str) -> list[str]:
    """ffmpeg's arguments, without the program, that write `job.frames` pictures to the file `out`."""
    import ffmpeg

    spec = job.picture
    if job.captions:
        spec = replace(spec, pixel_format=opaque_format(spec.pixel_format))
        job = replace(job, picture=spec)
    # A second thread holds half a dozen pictures more, and of large ones that is too many.
    sources = [part.clip.video for part in job.inputs]
    most = 1 if any(is_large(video.width, video.height) for video in sources) else 2
    opened = OpenedInputs(min(most, job.threads), Counter())
    stream = _chain(job.inputs[0], job, opened)
    length = len(job.inputs[0].source_range)
    for part in job.inputs[1:]:
        following = _chain(part, job, opened)
        if part.overlap:
            stream = blended(stream, following, part, length - part.overlap, spec)
        else:
            stream = _counted(ffmpeg.concat(stream, following, n=2, v=1, a=0), spec.rate)
        length += len(part.source_range) - part.overlap
    for overlay in job.captions:
        stream = _overlaid(stream, overlay, FrameRange(0, job.frames), spec, opened)
    stream = stream.filter("setparams", **tags(frame_colour(spec.encoder, spec.colour)))
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


def _counted(stream: Stream, rate: Fraction) -> Stream:
    """The stream stamped by frames, as every chain is: concat stamps by the microsecond, and xfade blends only streams
    that count alike."""
    return stream.filter("settb", f"1/({format_rate(rate)})").filter("setpts", "N")


def blended(earlier: Stream, later: Stream, part: EncodeInput, begin: int, spec: PictureSpec) -> Stream:
    """Two streams of which the later, that of `part`, comes in over the earlier one's frames from `begin` on."""
    import ffmpeg

    stream = ffmpeg.filter(
        [earlier, later],
        "xfade",
        transition=part.transition.xfade,
        duration=format_decimal(Fraction(part.overlap) / spec.rate, 9),
        offset=format_decimal(Fraction(begin) / spec.rate, 9),
    ).filter("format", spec.pixel_format)
    return stream if part.transition.linear else _legal(stream, spec)


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
    return _counted(mixed.filter("trim", end_frame=frames).filter("format", spec.pixel_format), spec.rate)


def _plain(colour: str, frames: int, spec: PictureSpec, opened: OpenedInputs) -> Stream:
    """So many pictures of one colour."""
    import ffmpeg

    rate = format_rate(spec.rate)
    source = f"color=c=0x{colour[1:]}:s={spec.width}x{spec.height}:r={rate},trim=end_frame=1,format=gbrp"
    stream = ffmpeg.input(source, f="lavfi", **opened.apart(Path(source)))
    stream, made = as_yuv(stream, "gbrp", Colour().filled())
    stream = recoloured(stream, made, spec.colour.filled(spec.matrix), spec.pixel_format)
    stream = stream.filter("loop", loop=frames - 1, size=1).filter("setsar", 1)
    return _counted(stream, spec.rate).filter("setparams", **tags(worked_in(spec.colour)))


def _legal(stream: Stream, spec: PictureSpec) -> Stream:
    """The stream with luma kept in video range: xfade's own black and white are those of full range."""
    if spec.colour.range == "pc" or not spec.pixel_format.startswith("yuv"):
        return stream
    found = re.search(r"p(\d\d)", spec.pixel_format)
    unit = 1 << (int(found[1]) - 8 if found else 0)
    return stream.filter("limiter", min=16 * unit, max=235 * unit, planes=1)


def timescale(rate: Fraction) -> int:
    """Ticks a second in which every frame of `rate` lasts a whole number of ticks (512 of them at 24: 12288)."""
    scale = rate.numerator
    while scale < 10_000:
        scale *= 2
    return scale


def _chain(part: EncodeInput, job: EncodeJob, opened: OpenedInputs) -> Stream:
    spec = job.picture
    if part.overlays or part.fit == "blur":
        # ffmpeg's overlay reckons with alpha below as if all had 8 bits: only opaque pictures are laid upon.
        spec = replace(spec, pixel_format=opaque_format(spec.pixel_format))
    stream = _shaped(_timed(part, spec.rate, opened), part, replace(job, picture=spec))
    for overlay in part.overlays:
        stream = _overlaid(stream, overlay, part.source_range, spec, opened)
    if spec != job.picture:
        stream = stream.filter("format", job.picture.pixel_format)
    for fade in part.fades:
        stream = faded(stream, fade, len(part.source_range), job.picture, opened)
    return stream


def _input(clip: Clip, opened: OpenedInputs, seconds: Fraction | None = None) -> Stream:
    import ffmpeg

    options: dict[str, Any] = {
        "f": clip.container,
        "protocol_whitelist": "file",
        "threads": opened.threads,
        "copyts": None,
        # A graph that is set up anew where a picture differs from those before would count from 0 again.
        "reinit_filter": 0,
    }
    if clip.video.decoder:
        options[f"c:{clip.video.index}"] = clip.video.decoder
    if seconds is not None or clip.video.begins_whole:
        options["err_detect"] = "explode"
    if seconds is not None:
        # Not ffmpeg's own cut at `-ss`: under `-copyts` it adds the time at which the whole file begins.
        options |= {"seek_timestamp": 1, "noaccurate_seek": None, "ss": format_decimal(seconds)}
    options |= opened.apart(clip.path, seconds)
    return ffmpeg.input(file_url(clip.path), **options)[str(clip.video.index)]


@dataclass(frozen=True, slots=True)
class _Pictures:
    """A stream, and what its pictures are in by now."""

    stream: Stream
    pixels: str
    """Pixel format."""
    colour: Colour

    def opaque(self) -> _Pictures:
        """The same over black where they are transparent."""
        if not pixel_format(self.pixels).alpha:
            return self
        colour = as_decoded(self.colour, self.pixels)
        tagged = self.stream.filter("setparams", **tags(colour))
        stream = over_black(tagged, self.pixels, colour.range or "tv")
        return replace(self, stream=stream, pixels=opaque_format(self.pixels))

    def in_yuv(self) -> _Pictures:
        """The same tagged with their colours, and in YUV."""
        stream, colour = as_yuv(self.stream, self.pixels, self.colour)
        return replace(self, stream=stream, pixels=yuv_format(self.pixels), colour=colour)


def _timed(part: EncodeInput, rate: Fraction, opened: OpenedInputs) -> _Pictures:
    """Exactly the frames of `part.source_range`, at `rate`, stamped from 0."""
    video = part.clip.video
    pixels, colour = video.pixel_format, video.colour.filled(part.matrix)
    frames = part.source_range
    if video.rate == rate and part.speed == 1:
        stream, first = _from_picture(part.clip, min(frames.start, video.frames - 1), opened)
        if frames.stop > video.frames:
            stream = stream.filter("tpad", stop=frames.stop - video.frames, stop_mode="clone")
        stream = stream.filter("trim", start_frame=frames.start - first, end_frame=frames.stop - first)
    else:
        begin = source_picture(part.clip, frames.start, rate, part.speed)
        stream, _ = _from_picture(part.clip, begin, opened, part.speed)
        if part.conform == "blend":
            # The filter drops alpha, and turns RGB into YUV of a matrix of its own liking.
            ready = _Pictures(stream, pixels, colour).opaque().in_yuv()
            stream, pixels, colour = ready.stream, ready.pixels, ready.colour
            # A scene value of 100 keeps it from taking quick motion for a cut, where it would not blend.
            stream = stream.filter("framerate", fps=format_rate(rate), scene=100)
        # The last picture lasts to the end of the clip, however long that is.
        stream = stream.filter("tpad", stop=-1, stop_mode="clone")
        stream = stream.filter("fps", fps=format_rate(rate), round="near")
        stream = stream.filter("trim", start_pts=frames.start, end_pts=frames.stop)
    stream = stream.filter("setpts", f"N/(({format_rate(rate)})*TB)")
    return _Pictures(stream.filter("fps", fps=format_rate(rate), start_time=0), pixels, colour)


def _from_picture(
    clip: Clip, picture: int, opened: OpenedInputs, speed: Fraction = Fraction(1)
) -> tuple[Stream, int]:
    """The clip's pictures from `picture` on, or from an earlier one: which, is the second value.

    Their stamps count from the clip's first picture, at `speed`.
    """
    video = clip.video
    # Deinterlacing looks at the picture before, too.
    first = max(0, picture - 1) if video.is_interlaced else picture
    start = decode_start(video, first) if FILE_FORMATS[clip.container].has_index else 0
    stream = _input(clip, opened, video.pts[start] * video.time_base if start else None)
    if video.colour != worked_in(video.colour):
        stream = stream.filter("setparams", **tags(worked_in(video.colour)))
    if start or (video.undecodable and clip.packets_tell_times):
        # A demuxer may begin earlier than it was asked to, and some decoders show what is grey or smeared.
        stream = stream.filter("trim", start_pts=video.pts[start])
    stamps = f"PTS-STARTPTS+{video.pts[start] - video.pts[0]}"
    if speed != 1:
        # Multiplied before it is divided: the expression is evaluated in floating point.
        stamps = f"({stamps})*{speed.denominator}/{speed.numerator}"
    # Before what stamps in other units than the file's, as deinterlacing does.
    return deinterlaced(of_one_size(stream.filter("setpts", stamps), video), video), start


def _shaped(pictures: _Pictures, part: EncodeInput, job: EncodeJob) -> Stream:
    """The stream at the deliverable's size, colour and pixel format, never stretched."""
    video, spec = part.clip.video, job.picture
    target = spec.colour.filled(spec.matrix)
    if not pixel_format(spec.pixel_format).alpha:
        pictures = pictures.opaque()
    stream, colour = pictures.stream, pictures.colour
    same_size = upright(video) == (spec.width, spec.height) and video.sample_aspect == 1
    same_light = colour.transfer == target.transfer or not (colour.is_hdr or target.is_hdr)
    same_colour = same_light and (colour.matrix, colour.range) == (target.matrix, target.range)
    if not (same_size and same_colour and pictures.pixels == spec.pixel_format):
        pictures = pictures.in_yuv()
        stream, colour = pictures.stream, pictures.colour
        if video.sample_aspect != 1:
            # The probe's word for their shape: where container and stream differ, ffmpeg's may be the other one.
            width, height = video.shown_size
            stream = scaled(stream, w=width, h=height).filter("setsar", 1)
        if not same_size:
            stream = _framed(stream, part, job)
        stream = recoloured(stream, colour, target, spec.pixel_format)
    for mirror in _MIRRORS.get(part.flip, ()):
        stream = stream.filter(mirror)
    return stream.filter("setsar", 1).filter("setparams", **tags(worked_in(spec.colour)))


def _framed(stream: Stream, part: EncodeInput, job: EncodeJob) -> Stream:
    """First into the film's frame as the shot asks, then the film's frame into the deliverable's as that asks; scaled
    once, so that what is enlarged is not made small before."""
    spec = job.picture
    size = (spec.width, spec.height)
    frame = film_frame(job.film_size, size, spec.fit)
    if frame == size or not same_shape(part.clip.video.shown_size, frame):
        stream = _fitted(stream, part.fit, *frame, spec.pixel_format)
    return stream if frame == size else _fitted(stream, spec.fit, *size, spec.pixel_format)


def _fitted(stream: Stream, fit: str, width: int, height: int, pixels: str) -> Stream:
    import ffmpeg

    def filling(source: Stream, aspect: str) -> Stream:
        return scaled(source, w=width, h=height, force_original_aspect_ratio=aspect)

    if fit == "pad":
        return filling(stream, "decrease").filter("pad", w=width, h=height, x="(ow-iw)/2", y="(oh-ih)/2")
    if fit == "blur":
        copies = stream.filter_multi_output("split")
        backdrop = filling(copies[0], "increase").filter("crop", width, height)
        backdrop = backdrop.filter("gblur", sigma=max(2, width // 24)).filter("eq", brightness=-0.1)
        name, transparent = _overlay_formats(pixels)
        # Said for both, or ffmpeg gives the backdrop an alpha too, which overlay reckons wrongly with.
        backdrop = scaled(backdrop).filter("format", opaque_format(transparent))
        return ffmpeg.filter(
            [backdrop, scaled(filling(copies[1], "decrease")).filter("format", transparent)],
            "overlay",
            x="(W-w)/2",
            y="(H-h)/2",
            shortest=1,
            format=name,
        )
    return filling(stream, "increase").filter("crop", width, height)


def _overlay_formats(pixels: str) -> tuple[str, str]:
    """What `overlay` works in for pictures in the format `pixels`, which it leaves as they are, and the format of what
    is laid over. Left to itself it makes them 4:2:0 of 8 bits, or with transparency 4:4:4 and back.
    """
    held = pixel_format(pixels)
    return _OVERLAY_FORMATS.get((held.chroma, held.bits), ("auto", "yuva444p"))


def _overlaid(
    stream: Stream, overlay: Overlay, under: FrameRange, spec: PictureSpec, opened: OpenedInputs
) -> Stream:
    import ffmpeg

    shift = overlay.start - under.start
    frames = overlay.clip.video.frames
    if shift >= len(under) or shift + frames <= 0:
        return stream
    over = _input(overlay.clip, opened)
    if shift < 0:
        over = over.filter("trim", start_frame=-shift)
    over = over.filter("setpts", f"(N+{max(0, shift)})/(({format_rate(spec.rate)})*TB)")
    over = recoloured_overlay(over, overlay.clip.video.colour.filled(), spec.colour.filled(spec.matrix))
    name, transparent = _overlay_formats(spec.pixel_format)
    over = scaled(over).filter("format", transparent)
    if overlay.held > 1:
        over = over.filter("loop", loop=overlay.held - 1, size=1)
        over = over.filter("setpts", f"(N+{shift})/(({format_rate(spec.rate)})*TB)")
    return (
        # In the middle: a lower third is as large as the film's frame is in a padded picture.
        ffmpeg.filter([stream, over], "overlay", x="(W-w)/2", y="(H-h)/2", eof_action="pass", format=name)
        .filter("format", spec.pixel_format)
        .filter("setparams", **tags(worked_in(spec.colour)))
    )

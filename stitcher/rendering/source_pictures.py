"""The pictures of a source that a segment shows, found by their time stamps, at the film's rate. Pure.

Frames are found by their own time stamps, never by a guess at seconds: `-copyts` keeps the file's stamps, `-ss`
only tells the demuxer where to begin reading, the graph cuts at the exact stamp of a clean start, and everything
after that counts frames.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from stitcher.formats.containers import FILE_FORMATS
from stitcher.media.clip import Clip, Colour
from stitcher.media.ffmpeg import file_url
from stitcher.media.filters import deinterlaced, of_one_size, over_black
from stitcher.media.pixel_format import opaque_format, pixel_format
from stitcher.rendering.colour import (
    as_decoded,
    as_yuv,
    tags,
    worked_in,
    yuv_format,
)
from stitcher.rendering.copy_rules import decode_start
from stitcher.rendering.job import EncodeInput, EncodeJob
from stitcher.timebase import format_decimal, format_rate
from stitcher.timeline.conform import source_picture
from stitcher.timeline.retiming import IN_ORDER, PictureRun

Stream = Any
"""An ffmpeg-python stream node; the package has no types."""


@dataclass(frozen=True, slots=True)
class OpenedInputs:
    """The inputs of one command line."""

    threads: int
    """Threads a decoder may use; each holds pictures of its own."""
    seen: Counter[tuple[Path, Fraction | None]]
    """How often each file has been opened at each place."""
    fed: Iterator[Stream]
    """What is drawn meanwhile, in the order of the job's inputs."""

    def apart(self, path: Path, seconds: Fraction | None = None) -> dict[str, int]:
        """An option of no effect for what is opened once more.

        ffmpeg-python takes equal inputs for one, and the equal filters after them for one that lacks a split; a split
        would hold the whole clip in memory until its second use.
        """
        before = self.seen[path, seconds]
        self.seen[path, seconds] += 1
        return {"thread_queue_size": 8 + before} if before else {}


def opened_input(
    clip: Clip, opened: OpenedInputs, seconds: Fraction | None = None, *, loop: bool = False
) -> Stream:
    """The clip's pictures, stamped as the file has them, from near that time on, or again and again."""
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
    if loop:
        options["stream_loop"] = -1
    options |= opened.apart(clip.path, seconds)
    return ffmpeg.input(file_url(clip.path), **options)[str(clip.video.index)]


def fed_streams(job: EncodeJob) -> Iterator[Stream]:
    """The pictures of each input that is drawn meanwhile, taken in their order from one pipe."""
    import ffmpeg

    parts = [part for part in job.inputs if part.drawn is not None]
    if not parts:
        return
    drawn = parts[0].drawn
    assert drawn is not None
    stream = ffmpeg.input(
        "pipe:0",
        f="rawvideo",
        pix_fmt=drawn.pixel_format,
        s="{}x{}".format(*job.fed_size),
        framerate=format_rate(job.picture.rate),
        protocol_whitelist="pipe",
    )
    if len(parts) == 1:
        yield stream
        return
    copies = stream.filter_multi_output("split", len(parts))
    begin = 0
    for number, part in enumerate(parts):
        end = begin + len(part.drawn_frames)
        taken = copies[number].filter("trim", start_frame=begin, end_frame=end)
        own = (part.clip.video.width, part.clip.video.height)
        yield taken if own == job.fed_size else taken.filter("crop", *own, 0, 0)
        begin = end


@dataclass(frozen=True, slots=True)
class Pictures:
    """A stream, and what its pictures are in by now."""

    stream: Stream
    pixels: str
    """Pixel format."""
    colour: Colour

    def opaque(self) -> Pictures:
        """The same over black where they are transparent."""
        if not pixel_format(self.pixels).alpha:
            return self
        colour = as_decoded(self.colour, self.pixels)
        tagged = self.stream.filter("setparams", **tags(colour))
        stream = over_black(tagged, self.pixels, colour.range or "tv")
        return replace(self, stream=stream, pixels=opaque_format(self.pixels))

    def in_yuv(self) -> Pictures:
        """The same tagged with their colours, and in YUV."""
        stream, colour = as_yuv(self.stream, self.pixels, self.colour)
        return replace(self, stream=stream, pixels=yuv_format(self.pixels), colour=colour)


def timed(part: EncodeInput, rate: Fraction, opened: OpenedInputs) -> Pictures:
    """Exactly the frames of `part.source_range`, at `rate`, stamped from 0."""
    import ffmpeg

    if not part.retiming.changes:
        return _in_order(part, rate, opened)
    made = [_stretch(part, stretch, rate, opened) for stretch in part.retiming.stretches(part.source_range)]
    if len(made) == 1:
        return made[0]
    joined = ffmpeg.concat(*(pictures.stream for pictures in made), n=len(made), v=1, a=0)
    return replace(made[0], stream=_stamped(joined, rate))


def _stretch(part: EncodeInput, stretch: PictureRun, rate: Fraction, opened: OpenedInputs) -> Pictures:
    """The frames of a stretch of a part that shows its clip in another order."""
    shown = _in_order(replace(part, source_range=stretch.source, retiming=IN_ORDER), rate, opened)
    if stretch.step == 0:
        held = shown.stream.filter("loop", loop=len(stretch.frames) - 1, size=1)
        return replace(shown, stream=_stamped(held, rate))
    # What it holds in memory is as long as a piece is.
    turned = shown.stream.filter("reverse") if stretch.step < 0 else shown.stream
    return replace(shown, stream=_stamped(turned, rate))


def _stamped(stream: Stream, rate: Fraction) -> Stream:
    """Pictures stamped one after another from 0."""
    stream = stream.filter("setpts", f"N/(({format_rate(rate)})*TB)")
    return stream.filter("fps", fps=format_rate(rate), start_time=0)


def _in_order(part: EncodeInput, rate: Fraction, opened: OpenedInputs) -> Pictures:
    """The frames of `part.source_range` as they follow each other in its clip."""
    video = part.clip.video
    pixels, colour = video.pixel_format, video.colour.filled(part.matrix)
    frames = part.source_range
    if part.drawn is not None or (video.rate == rate and part.speed == 1):
        if part.drawn is not None:
            stream, first = next(opened.fed), part.drawn_frames.start
        else:
            stream, first = from_picture(part.clip, min(frames.start, video.frames - 1), opened)
        if frames.stop > video.frames:
            stream = stream.filter("tpad", stop=frames.stop - video.frames, stop_mode="clone")
        stream = stream.filter("trim", start_frame=frames.start - first, end_frame=frames.stop - first)
    else:
        begin = source_picture(part.clip, frames.start, rate, part.speed)
        stream, _ = from_picture(part.clip, begin, opened, part.speed)
        if part.conform == "blend":
            # The filter drops alpha, and turns RGB into YUV of a matrix of its own liking.
            ready = Pictures(stream, pixels, colour).opaque().in_yuv()
            stream, pixels, colour = ready.stream, ready.pixels, ready.colour
            # A scene value of 100 keeps it from taking quick motion for a cut, where it would not blend.
            stream = stream.filter("framerate", fps=format_rate(rate), scene=100)
        # The last picture lasts to the end of the clip, however long that is.
        stream = stream.filter("tpad", stop=-1, stop_mode="clone")
        stream = stream.filter("fps", fps=format_rate(rate), round="near")
        stream = stream.filter("trim", start_pts=frames.start, end_pts=frames.stop)
    return Pictures(_stamped(stream, rate), pixels, colour)


def from_picture(
    clip: Clip, picture: int, opened: OpenedInputs, speed: Fraction = Fraction(1)
) -> tuple[Stream, int]:
    """The clip's pictures from `picture` on, or from an earlier one: which, is the second value.

    Their stamps count from the clip's first picture, at `speed`.
    """
    video = clip.video
    # Deinterlacing looks at the picture before, too.
    first = max(0, picture - 1) if video.is_interlaced else picture
    start = decode_start(video, first) if FILE_FORMATS[clip.container].has_index else 0
    stream = opened_input(clip, opened, video.pts[start] * video.time_base if start else None)
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

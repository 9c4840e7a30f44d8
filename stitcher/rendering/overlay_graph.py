"""What lies over pictures, as filters: one stream over another, and the clips that are made to lie there. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from stitcher.delivery.spec import PictureSpec
from stitcher.media.clip import Clip, Colour
from stitcher.media.ffmpeg import file_url
from stitcher.media.filters import scaled
from stitcher.media.pixel_format import pixel_format
from stitcher.media.threads import THREADS
from stitcher.rendering.colour import recoloured_overlay, tags, worked_in
from stitcher.rendering.geometry import overlay_formats
from stitcher.rendering.job import EncodeInput, Overlay
from stitcher.rendering.source_pictures import OpenedInputs, from_picture, opened_input, timed
from stitcher.timebase import FrameRange, format_decimal, format_rate

Stream = Any
"""An ffmpeg-python stream node; the package has no types."""


def overlaid(
    stream: Stream, overlay: Overlay, under: FrameRange, spec: PictureSpec, opened: OpenedInputs
) -> Stream:
    """A stream with an overlay on those of its frames, `under` by the overlay's clock, that carry it."""
    import ffmpeg

    seen = overlay.span.intersection(under).shifted(-overlay.start)
    if not seen:
        return stream
    name, transparent = overlay_formats(spec.pixel_format)
    over = _layer(overlay, seen, transparent, spec, opened)
    shift = overlay.start + seen.start - under.start
    over = over.filter("setpts", f"(N+{shift})/(({format_rate(spec.rate)})*TB)")
    # In the middle where nothing else is said: a lower third is as large as the film's frame is in a padded picture.
    x, y = overlay.corner or ("(W-w)/2", "(H-h)/2")
    return (
        ffmpeg.filter([stream, over], "overlay", x=x, y=y, eof_action="pass", format=name)
        .filter("format", spec.pixel_format)
        .filter("setparams", **tags(worked_in(spec.colour)))
    )


def _layer(
    overlay: Overlay, seen: FrameRange, pixels: str, spec: PictureSpec | None, opened: OpenedInputs
) -> Stream:
    """The pictures of an overlay in these of its own frames, in a pixel format, and in the colours of pictures that it
    is laid over; without those as they are."""
    frames, has = len(overlay.span), overlay.clip.video.frames
    fades_out = frames - overlay.fade_out
    fading = seen.start < overlay.fade_in or seen.stop > fades_out
    # A fade counts the pictures it is given, so it is given all from where it begins.
    first = seen.start
    if fading:
        first = 0 if seen.start < overlay.fade_in else min(seen.start, fades_out)
    if overlay.loop:
        over = opened_input(overlay.clip, opened, loop=True)
        over, begins = over.filter("trim", start_frame=first % has), has
    else:
        over, begins = from_picture(overlay.clip, min(first, has - 1), opened)
        over = over.filter("trim", start_frame=min(first, has - 1) - begins)
    if spec is not None:
        over = recoloured_overlay(over, overlay.clip.video.colour.filled(), spec.colour.filled(spec.matrix))
        # Said as of what is below: pictures whose tags differ are converted from one to the other on the way, where one
        # of them says nothing too.
        over = over.filter("setparams", **tags(worked_in(spec.colour)))
    over = scaled(over).filter("format", pixels)
    missing = seen.stop - first - (has - min(first, has - 1))
    if missing > 0 and not overlay.loop:
        over = over.filter("tpad", stop=missing, stop_mode="clone")
    lead = 0
    if fading:
        over, lead = _fading(over, overlay, first, frames), 1
    start = seen.start - first + lead
    return over.filter("trim", start_frame=start, end_frame=start + len(seen))


def _fading(over: Stream, overlay: Overlay, first: int, frames: int) -> Stream:
    """A stream that begins with a frame of an overlay, one picture longer in front, with the overlay's fades.

    As those of a lower third, they leave out both nothing and everything, so they begin a picture earlier.
    """
    over = over.filter("tpad", start=1, start_mode="clone")
    if overlay.fade_in and first < overlay.fade_in:
        over = over.filter("fade", type="in", alpha=1, start_frame=0, nb_frames=overlay.fade_in + 1)
    if overlay.fade_out:
        begins = frames - overlay.fade_out - first
        over = over.filter("fade", type="out", alpha=1, start_frame=begins, nb_frames=overlay.fade_out + 1)
    return over


@dataclass(frozen=True, slots=True)
class LaidClip:
    """A clip to be made into one that lies over others as it is."""

    clip: Clip
    frames: int
    """How many of its pictures, at `rate`."""
    rate: Fraction
    size: tuple[int, int]
    opacity: float
    premultiplied: bool


def laid_clip_arguments(job: LaidClip, out: str) -> list[str]:
    """ffmpeg's arguments, without the program, that write a clip without loss to the file `out`: transparent, straight,
    BT.709, of as many bits as the clip has, up to 10."""
    part = EncodeInput(job.clip, FrameRange(0, job.frames))
    pictures = timed(part, job.rate, OpenedInputs(THREADS, Counter(), iter(()))).in_yuv()
    stream, colour, target = pictures.stream, pictures.colour, Colour().filled()
    held = pixel_format(pictures.pixels)
    size = job.clip.video.shown_size
    if size != job.size or job.premultiplied:
        # Scaled as multiplied by their alpha, or what is transparent would colour edges.
        stream = scaled(stream).filter("format", "yuva444p16le")
        if not job.premultiplied:
            stream = stream.filter("premultiply", inplace=1)
        stream = scaled(stream, w=job.size[0], h=job.size[1]).filter("format", "yuva444p16le")
        stream = stream.filter("unpremultiply", inplace=1)
    pixels = "yuva444p10le" if held.bits > 8 and colour == target else "yuva444p"
    stream = recoloured_overlay(stream, colour, target)
    stream = scaled(stream).filter("format", pixels)
    if job.opacity != 1:
        stream = stream.filter("lutyuv", a=f"val*{format_decimal(Fraction(job.opacity), 6)}")
    return _lossless(stream, job.frames, target, out)


def whole_frame_arguments(overlay: Overlay, size: tuple[int, int], rate: Fraction, out: str) -> list[str]:
    """The same for a clip of that size that shows an overlay in its place, with its fades."""
    span, target, video = overlay.span, Colour().filled(), overlay.clip.video
    pixels = "yuva444p10le" if video.bit_depth > 8 else "yuva444p"
    stream = _layer(
        overlay, FrameRange(0, len(span)), pixels, None, OpenedInputs(THREADS, Counter(), iter(()))
    )
    x, y = overlay.corner or (0, 0)
    left, top = max(0, -x), max(0, -y)
    seen = min(video.width - left, size[0] - x - left), min(video.height - top, size[1] - y - top)
    stream = stream.filter("setpts", f"N/(({format_rate(rate)})*TB)").filter("crop", *seen, left, top)
    stream = stream.filter("pad", *size, x + left, y + top, color="black@0")
    return _lossless(stream, len(span), target, out)


def _lossless(stream: Stream, frames: int, colour: Colour, out: str) -> list[str]:
    """Arguments that write a stream with alpha."""
    import ffmpeg

    stream = stream.filter("setsar", 1).filter("setparams", **tags(colour))
    options: dict[str, Any] = {
        "f": "matroska",
        "c:v": "ffv1",
        "level": 3,
        "g": 1,
        "threads": THREADS,
        "frames:v": frames,
        "fps_mode": "passthrough",
        "map_metadata": -1,
    }
    argv: list[str] = ffmpeg.output(stream, file_url(out), **options).compile(cmd="")[1:]
    return ["-loglevel", "warning", "-xerror", *argv]

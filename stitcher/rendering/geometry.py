"""The geometry half of a chain of filters: pictures of one size and shape in frames of another. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import radians
from typing import Any

from stitcher.media.filters import scaled, upright
from stitcher.media.pixel_format import opaque_format, pixel_format
from stitcher.rendering.film_frame import film_frame, same_shape
from stitcher.rendering.following_crop import followed, is_followed
from stitcher.rendering.job import EncodeInput, EncodeJob
from stitcher.storyboard.choices import Fit, Flip
from stitcher.timeline.focus import CENTRE_POINT, Focus
from stitcher.timeline.look import Look
from stitcher.timeline.placement import Size, placed

Stream = Any
"""An ffmpeg-python stream node; the package has no types."""


_OVERLAY_FORMATS = {
    ("4:2:0", 8): ("yuv420", "yuva420p"),
    ("4:2:0", 10): ("yuv420p10", "yuva420p10le"),
    ("4:2:2", 8): ("yuv422", "yuva422p"),
    ("4:2:2", 10): ("yuv422p10", "yuva422p10le"),
    ("4:4:4", 8): ("yuv444", "yuva444p"),
    ("4:4:4", 10): ("yuv444p10", "yuva444p10le"),
}
"""By chroma and bits."""


_TURNS: dict[int, tuple[tuple[str, ...], ...]] = {
    0: (),
    1: (("transpose", "clock"),),
    2: (("hflip",), ("vflip",)),
    3: (("transpose", "cclock"),),
}
"""By quarters of a turn, clockwise."""


_MIRRORS: dict[Flip | None, tuple[str, ...]] = {
    "horizontal": ("hflip",),
    "vertical": ("vflip",),
    "both": ("hflip", "vflip"),
}


def looked_at(stream: Stream, look: Look, size: Size, pixels: str) -> Stream:
    """What a shot shows of its pictures, which have that size and pixel format: cropped, turned, of that the middle."""
    left, top, right, bottom = look.cropped(size)
    turned = look.turned((right - left, bottom - top))
    width, height = look.within(turned)
    x, y = (turned[0] - width) // 2, (turned[1] - height) // 2
    held = pixel_format(pixels)
    if look.tilt or any(number % 2 for number in (left, top, right, bottom, x, y)):
        # At odd places chroma that is halved would come to lie beside its luma; and what is tilted needs as much of it.
        stream = scaled(stream).filter("format", f"yuv444p{'' if held.bits <= 8 else f'{held.bits}le'}")
    if any(look.crop):
        stream = stream.filter("crop", right - left, bottom - top, left, top, exact=1)
    for turn in _TURNS[look.quarters]:
        stream = stream.filter(*turn)
    if look.tilt:
        return stream.filter("rotate", a=radians(look.tilt), ow=width, oh=height)
    return stream if (width, height) == turned else stream.filter("crop", width, height, x, y, exact=1)


def framed(stream: Stream, part: EncodeInput, job: EncodeJob) -> Stream:
    """First into the film's frame as the shot asks, then the film's frame into the deliverable's as that asks; scaled
    once, so that what is enlarged is not made small before."""
    spec, video = job.picture, part.clip.video
    size, fit = (spec.width, spec.height), part.film_fit or spec.fit
    frame = film_frame(job.film_size, size, fit)
    source = part.look.seen(upright(video) if video.sample_aspect == 1 else video.shown_size)
    seen = _Seen(source, part.focus.mirrored(part.flip).shifted(-part.source_range.start))
    if frame == size or not same_shape(part.look.seen(video.shown_size), frame):
        stream = _fitted(stream, part.fit, seen, frame, spec.pixel_format)
        seen = seen.filling(frame, part.fit)
    return stream if frame == size else _fitted(stream, fit, seen, size, spec.pixel_format)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A stream's pictures, and what of them stays in view."""

    size: Size
    focus: Focus
    """By frame of the stream, from 0."""

    def filling(self, size: Size, fit: Fit) -> _Seen:
        """What the pictures of that size are that these fill."""
        keys = []
        for key in self.focus.keys:
            x, y = placed(self.size, size, fit, key.point).point(key.point, self.size, size)
            keys.append(replace(key, x=x, y=y))
        return _Seen(size, replace(self.focus, keys=tuple(keys)))


def _fitted(stream: Stream, fit: Fit, seen: _Seen, size: Size, pixels: str) -> Stream:
    import ffmpeg

    width, height = size

    def filling(source: Stream, aspect: str) -> Stream:
        return scaled(source, w=width, h=height, force_original_aspect_ratio=aspect)

    if fit == "pad":
        return filling(stream, "decrease").filter("pad", w=width, h=height, x="(ow-iw)/2", y="(oh-ih)/2")
    if fit == "blur":
        copies = stream.filter_multi_output("split")
        backdrop = filling(copies[0], "increase").filter("crop", width, height)
        backdrop = backdrop.filter("gblur", sigma=max(2, width // 24)).filter("eq", brightness=-0.1)
        name, transparent = overlay_formats(pixels)
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
    if is_followed(seen.size, size, seen.focus):
        return followed(stream, seen.size, size, seen.focus)
    whole = filling(stream, "increase")
    x, y = seen.focus.keys[0].point
    if (x, y) == CENTRE_POINT:
        return whole.filter("crop", width, height)
    left, top = (
        f"2*round(clip({share:.6f}*{has}-{shown}/2,0,{has}-{shown})/2)"
        for share, has, shown in ((x, "iw", "ow"), (y, "ih", "oh"))
    )
    return whole.filter("crop", width, height, left, top)


def overlay_formats(pixels: str) -> tuple[str, str]:
    """What `overlay` works in for pictures in the format `pixels`, which it leaves as they are, and the format of what
    is laid over. Left to itself it makes them 4:2:0 of 8 bits, or with transparency 4:4:4 and back.
    """
    held = pixel_format(pixels)
    return _OVERLAY_FORMATS.get((held.chroma, held.bits), ("auto", "yuva444p"))


def mirrored(stream: Stream, flip: Flip | None) -> Stream:
    """The stream as a shot asks for it to be mirrored."""
    for mirror in _MIRRORS.get(flip, ()):
        stream = stream.filter(mirror)
    return stream

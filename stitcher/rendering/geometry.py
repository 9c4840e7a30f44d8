"""The geometry half of a chain of filters: pictures of one size and shape in frames of another. Pure."""

from __future__ import annotations

from typing import Any

from stitcher.media.filters import scaled
from stitcher.media.pixel_format import opaque_format, pixel_format
from stitcher.rendering.film_frame import film_frame, same_shape
from stitcher.rendering.job import EncodeInput, EncodeJob
from stitcher.storyboard.choices import Flip

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


_MIRRORS: dict[Flip | None, tuple[str, ...]] = {
    "horizontal": ("hflip",),
    "vertical": ("vflip",),
    "both": ("hflip", "vflip"),
}


def framed(stream: Stream, part: EncodeInput, job: EncodeJob) -> Stream:
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
    return filling(stream, "increase").filter("crop", width, height)


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

"""The colour half of a chain of filters: pictures of one colour description made those of another. Pure.

SDR stays code values: only matrix and range are converted. Where HDR comes in, light is: SDR white lies at 203 nits
(ITU-R BT.2408), which is 75 % of an HLG signal and 58 % of a PQ one. Both are zimg's work, which rounds; swscale is up
to two levels off, and darker. Sizes and pixel formats are swscale's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stitcher.delivery.spec import yuv_colour
from stitcher.formats.colour import MATRICES, TRANSFERS, CodePoint, zimg_name
from stitcher.media.clip import Colour
from stitcher.media.filters import scaled
from stitcher.media.hdr import TONE_PEAK, WHITE_NITS
from stitcher.media.pixel_format import pixel_format

Stream = Any
"""An ffmpeg-python stream node; the package has no types."""


def color_tags(colour: Colour) -> dict[str, str]:
    """Options of `setparams` that say a colour description."""
    return {
        "range": colour.range or "unknown",
        "color_primaries": colour.primaries or "unknown",
        "color_trc": colour.transfer or "unknown",
        "colorspace": colour.matrix or "unknown",
    }


def tags(colour: Colour) -> dict[str, str]:
    """The same, and that nothing is known of where chroma lies."""
    return {
        **color_tags(colour),
        # Decoded pictures say where their chroma lies and blended ones do not; encoders write down what they hear,
        # and the headers of one film's segments must not differ.
        "chroma_location": "unspecified",
    }


def worked_in(colour: Colour) -> Colour:
    """What pictures are tagged with while they are scaled, blended and laid over each other, where their code values
    stay: swscale refuses pictures of matrices and transfers that it cannot convert, though it need not."""

    def taken(name: str | None, table: Mapping[str, CodePoint]) -> str | None:
        return None if name is None or table[name].swscale_refuses else name

    return replace(colour, matrix=taken(colour.matrix, MATRICES), transfer=taken(colour.transfer, TRANSFERS))


def as_decoded(colour: Colour, pixels: str) -> Colour:
    """What pictures in the format `pixels` are in as decoded: RGB is full range, whatever is said."""
    return replace(colour, range="pc", matrix="gbr") if pixel_format(pixels).is_rgb else colour


def as_yuv(stream: Stream, pixels: str, colour: Colour) -> tuple[Stream, Colour]:
    """The pictures of a source, in the format `pixels`, tagged with the colours they have; RGB as YUV that loses no
    more than rounding, because filters behind would turn them into YUV of a matrix of their own liking.
    """
    held = pixel_format(pixels)
    if not held.is_rgb:
        return stream.filter("setparams", **tags(worked_in(colour))), colour
    made = yuv_colour(colour)
    planes = yuv_format(pixels)
    stream = scaled(stream).filter("format", planes.replace("yuv", "gbr").replace("444", ""))
    stream = stream.filter("setparams", **tags(as_decoded(colour, pixels)))
    stream = stream.filter("zscale", **zimg_options(made)).filter("format", planes)
    return stream, made


def yuv_format(pixels: str) -> str:
    """The pixel format in which `as_yuv` puts pictures of another; YUV as it is."""
    held = pixel_format(pixels)
    if not held.is_rgb:
        return pixels
    deep = next((f"{bits}le" for bits in (16, 12, 10) if held.bits >= bits), "")
    return f"yuv{'a' if held.alpha else ''}444p{deep}"


def recoloured(stream: Stream, source: Colour, film: Colour, name: str) -> Stream:
    """YUV pictures of one whole description in another one and in the pixel format `name`.

    Their size must be one that the formats of both can have.
    """
    if source != film and source != worked_in(source):
        stream = stream.filter("setparams", **tags(source))
    if source.is_hdr and not film.is_hdr:
        stream = _tone_mapped(stream, film)
    elif film.is_hdr and source.transfer != film.transfer:
        stream = _in_light_of(stream, source, film)
    elif (source.matrix, source.range) != (film.matrix, film.range):
        stream = stream.filter("zscale", filter="lanczos", **zimg_options(film))
    else:
        stream = scaled(stream)
    return stream.filter("format", name)


def recoloured_overlay(stream: Stream, source: Colour, film: Colour) -> Stream:
    """Transparent YUV pictures in the film's colours, 4:4:4 of 8 bits, as opaque where they were."""
    import ffmpeg

    if source == film:
        return stream
    stream = stream.filter("setparams", **tags(source))
    copies = stream.filter_multi_output("split")
    # Apart, because zimg multiplies colours by their alpha before it bends them.
    colours = recoloured(copies[0].filter("format", "yuv444p"), source, film, "yuv444p")
    # Merging wants both to have one matrix, and would convert the colours back.
    alpha = copies[1].filter("setparams", **tags(film)).filter("alphaextract")
    return ffmpeg.filter([colours.filter("setparams", **tags(film)), alpha], "alphamerge")


def _tone_mapped(stream: Stream, film: Colour) -> Stream:
    linear = stream.filter("zscale", transfer="linear", npl=WHITE_NITS).filter("format", "gbrpf32le")
    linear = linear.filter("zscale", primaries=film.primaries)
    # The peak is said, because it is otherwise read from the first picture of each piece.
    mapped = linear.filter("tonemap", "mobius", desat=0, peak=TONE_PEAK)
    return mapped.filter("zscale", transfer=_zimg_transfer(film), **zimg_options(film))


def _in_light_of(stream: Stream, source: Colour, film: Colour) -> Stream:
    if (transfer := _zimg_transfer(source)) != source.transfer:
        stream = stream.filter("setparams", color_trc=transfer)
    light = {"transfer": _zimg_transfer(film), "primaries": film.primaries, "npl": WHITE_NITS}
    return stream.filter("zscale", filter="lanczos", **light, **zimg_options(film))


def _zimg_transfer(colour: Colour) -> str:
    return zimg_name(colour.transfer or "bt709", TRANSFERS)


def zimg_options(colour: Colour) -> dict[str, str]:
    """Options of `zscale` that say a matrix and a range."""
    matrix = zimg_name(colour.matrix or "bt709", MATRICES)
    return {"matrix": matrix, "range": "full" if colour.range == "pc" else "limited"}

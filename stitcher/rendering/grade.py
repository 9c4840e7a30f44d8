"""The grade of a shot as filters: pictures of the film's colours with others in their place. Pure.

It is done on RGB in single floats, because what the next step takes back must not have been cut off; what lies outside
of black and white after the last is. Not by `eq`, which knows 8 bits and YUV alone, nor by `lutrgb`, which takes 65280
for the white of 16 bits.
"""

from __future__ import annotations

from math import log2
from typing import Any

from stitcher.media.clip import Colour
from stitcher.media.pixel_format import pixel_format
from stitcher.rendering.colour import tags, zimg_options
from stitcher.timeline.look import NEUTRAL_KELVIN, ColourGrade, luma_weights

Stream = Any
"""An ffmpeg-python stream node; the package has no types."""


def deep_format(name: str) -> str:
    """A YUV format with the chroma of another that keeps what conversions leave between its levels."""
    chroma = pixel_format(name).chroma
    return f"yuv{chroma.replace(':', '') if chroma in ('4:2:0', '4:2:2') else '444'}p16le"


def graded(stream: Stream, film: Colour, name: str, grade: ColourGrade) -> Stream:
    """YUV pictures of the film's colours, in the `deep_format` of `name`, graded and in the format `name`."""
    weights = luma_weights(film.matrix)
    stream = stream.filter("setparams", **tags(film))
    stream = stream.filter("zscale", filter="lanczos", matrix="gbr", range="full").filter(
        "format", "gbrpf32le"
    )
    if grade.temperature != NEUTRAL_KELVIN:
        red, green, blue = grade.temperature_gains(weights)
        stream = stream.filter("colorchannelmixer", rr=red, gg=green, bb=blue)
    if grade.exposure:
        stream = stream.filter("exposure", exposure=log2(grade.exposure_gain))
    if grade.contrast != 1:
        # The filter's own terms: it takes `black` away and multiplies by 1 / (2^-exposure - black).
        black = 0.5 - 0.5 / grade.contrast
        stream = stream.filter("exposure", exposure=-log2(1 / grade.contrast + black), black=black)
    if grade.saturation != 1:
        stream = stream.filter("colorchannelmixer", **_saturating(grade.saturation, weights))
    if grade.lut is not None:
        stream = stream.filter(f"lut{grade.lut.dimensions}d", file=str(grade.lut.path))
    stream = stream.filter("zscale", filter="lanczos").filter("format", "gbrp16le")
    return stream.filter("zscale", filter="lanczos", **zimg_options(film)).filter("format", name)


def _saturating(saturation: float, weights: tuple[float, float, float]) -> dict[str, float]:
    return {
        to + of: saturation * (to == of) + (1 - saturation) * weight
        for to in "rgb"
        for of, weight in zip("rgb", weights, strict=True)
    }

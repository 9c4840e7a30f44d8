"""What a shot makes of its picture: the part of it that is seen, how it is turned, its colours. Pure values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, cos, radians, sin
from pathlib import Path
from typing import Literal

Size = tuple[int, int]

NEUTRAL_KELVIN = 6500.0
SMALLEST = 16
"""Pixels that a crop must leave, each way."""
_GAMMA = 2.4
"""Of the display that films are graded on (ITU-R BT.1886): light is code values to its power."""
_KELVIN_X = (
    (4000.0, (-0.2661239e9, -0.2343589e6, 0.8776956e3, 0.179910)),
    (25000.0, (-3.0258469e9, 2.1070379e6, 0.2226347e3, 0.240390)),
)
_KELVIN_Y = (
    (2222.0, (-1.1063814, -1.34811020, 2.18555832, -0.20219683)),
    (4000.0, (-0.9549476, -1.37418593, 2.09137015, -0.16748867)),
    (25000.0, (3.0817580, -5.87338670, 3.75112997, -0.37001483)),
)
"""The chromaticity of a black body: cubics in 1/K and in x (Kim et al., 2002), each up to a temperature."""


_BT601 = (0.299, 0.587, 0.114)
_WEIGHTS = {
    "bt2020nc": (0.2627, 0.678, 0.0593),
    "bt2020c": (0.2627, 0.678, 0.0593),
    **dict.fromkeys(("smpte170m", "bt470bg", "fcc"), _BT601),
}
"""How bright red, green and blue are, by matrix; of others those of BT.709."""


@dataclass(frozen=True, slots=True)
class Lut:
    """A look-up table of colours in a `.cube` file."""

    path: Path
    sha256: str
    dimensions: Literal[1, 3] = 3
    """Whether each channel is looked up by itself, or all three at once."""


@dataclass(frozen=True, slots=True)
class ColourGrade:
    """What is done to a picture's colours, in this order; all of it on RGB code values of SDR."""

    temperature: float = NEUTRAL_KELVIN
    """The white balance in kelvin: above 6500 the picture gets warmer, below it colder."""
    exposure: float = 0.0
    """In stops: twice the light for each."""
    contrast: float = 1.0
    """How much further everything lies from middle grey, which is half of white."""
    saturation: float = 1.0
    """How much further colours lie from grey of the same brightness; 0 leaves grey."""
    lut: Lut | None = None

    @property
    def is_neutral(self) -> bool:
        """Whether it changes nothing."""
        return self == UNGRADED

    @property
    def exposure_gain(self) -> float:
        """What code values are multiplied by for the exposure."""
        return float(2 ** (self.exposure / _GAMMA))

    def temperature_gains(self, weights: Sequence[float]) -> tuple[float, float, float]:
        """What code values of red, green and blue are multiplied by for the temperature: grey keeps its brightness by
        these weights of the three."""
        lights = zip(_black_body(NEUTRAL_KELVIN), _black_body(self.temperature), strict=True)
        gains = [neutral / light for neutral, light in lights]
        grey = sum(weight * gain for weight, gain in zip(weights, gains, strict=True))
        red, green, blue = (float((gain / grey) ** (1 / _GAMMA)) for gain in gains)
        return red, green, blue


UNGRADED = ColourGrade()


@dataclass(frozen=True, slots=True)
class Look:
    """What a shot makes of its picture, in this order, before it is fitted into the film."""

    crop: tuple[Fraction, Fraction, Fraction, Fraction] = (Fraction(0),) * 4
    """What is cut off at the left, top, right and bottom, in shares of the picture."""
    rotate: float = 0.0
    """Degrees clockwise. Where that is no quarter of a turn, the picture is enlarged until no corner is empty."""
    zoom: float = 1.0
    """How many times larger its middle is seen."""
    grade: ColourGrade = UNGRADED

    @property
    def moves(self) -> bool:
        """Whether anything of the picture lies elsewhere than it did."""
        return self.rotate != 0 or self.zoom != 1 or any(self.crop)

    @property
    def changes(self) -> bool:
        """Whether it does anything."""
        return self.moves or not self.grade.is_neutral

    def cropped(self, size: Size) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of what the crop leaves, in whole pixels of a picture of that size."""
        (left, top, right, bottom), (width, height) = self.crop, size
        return (
            round(left * width),
            round(top * height),
            width - round(right * width),
            height - round(bottom * height),
        )

    @property
    def quarters(self) -> int:
        """Quarters of a turn, clockwise, 0 to 3, that it is turned by at first."""
        return round(self.rotate / 90) % 4

    @property
    def tilt(self) -> float:
        """What is left of the angle then, in degrees, up to 45 either way."""
        return self.rotate - 90 * round(self.rotate / 90)

    def turned(self, size: Size) -> Size:
        """The size of a cropped picture that is turned by its quarters."""
        return (size[1], size[0]) if self.quarters % 2 else size

    def within(self, size: Size) -> Size:
        """How much is seen of the middle of a picture that is cropped, turned and tilted, and has that size."""
        width, height = size
        across, up = cos(radians(self.tilt)), abs(sin(radians(self.tilt)))
        larger = max(self.zoom, across + up * max(height / width, width / height) if up else 1)
        if up:
            return int(width / larger), int(height / larger)
        # As many pixels are cut off on one side as on the other, so that the middle stays in the middle.
        across, down = (ceil(side * (1 - 1 / larger) / 2 - 1e-9) for side in size)
        return width - 2 * across, height - 2 * down

    def seen(self, size: Size) -> Size:
        """The size of what is seen of a picture of that size."""
        left, top, right, bottom = self.cropped(size)
        return self.within(self.turned((right - left, bottom - top)))

    def to_source(self, size: Size) -> tuple[float, float, float, float, float, float]:
        """Where in a picture of that size a point of what is seen lies, both in pixels: a, b, c, d, e, f of
        `x' = a x + b y + c`, `y' = d x + e y + f`."""
        left, top, right, bottom = self.cropped(size)
        width, height = self.seen(size)
        angle = radians(self.rotate)
        across, up = cos(angle), sin(angle)
        middle = (left + right) / 2, (top + bottom) / 2
        x, y = width / 2, height / 2
        return (
            across,
            up,
            middle[0] - across * x - up * y,
            -up,
            across,
            middle[1] + up * x - across * y,
        )

    def __str__(self) -> str:
        """In a few words, one for each thing: `crop, zoom 1.2, rotate -1.5, grade`."""
        words = ["crop"] * any(self.crop)
        words += [f"zoom {self.zoom:g}"] * (self.zoom != 1) + [f"rotate {self.rotate:g}"] * (self.rotate != 0)
        return ", ".join([*words, *["grade"] * (not self.grade.is_neutral)])


AS_IT_IS = Look()


def luma_weights(matrix: str | None) -> tuple[float, float, float]:
    """How bright red, green and blue are by a matrix."""
    return _WEIGHTS.get(matrix or "", (0.2126, 0.7152, 0.0722))


def _black_body(kelvin: float) -> tuple[float, float, float]:
    """The light of a black body of that temperature, in linear RGB of BT.709."""
    inverse = 1 / kelvin
    x = _cubic(next(terms for most, terms in _KELVIN_X if kelvin <= most), inverse)
    y = _cubic(next(terms for most, terms in _KELVIN_Y if kelvin <= most), x)
    cie_x, cie_z = x / y, (1 - x - y) / y
    return (
        3.2404542 * cie_x - 1.5371385 - 0.4985314 * cie_z,
        -0.9692660 * cie_x + 1.8760108 + 0.0415560 * cie_z,
        0.0556434 * cie_x - 0.2040259 + 1.0572252 * cie_z,
    )


def _cubic(terms: Sequence[float], x: float) -> float:
    cubed, squared, single, constant = terms
    return ((cubed * x + squared) * x + single) * x + constant

"""What a storyboard may say of words on the picture: title cards and lower thirds."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from stitcher.storyboard.base import Shorthand, StoryboardModel, raise_issues
from stitcher.storyboard.choices import Align
from stitcher.storyboard.values import (
    ColourField,
    FontField,
    Number,
    PlaceField,
    Text,
    TimeField,
    read_colour,
)
from stitcher.timebase import Time


def _read_band(value: object) -> str | None:
    return None if value == "none" else read_colour(value)


BandField = Annotated[
    str | None,
    PlainValidator(_read_band),
    WithJsonSchema({"type": "string", "examples": ["#000000", "none"]}),
]


class Outline(StoryboardModel):
    """A line around letters."""

    width: Annotated[Number, Field(gt=0, le=0.5)] = 0.06
    """As a share of the height of capital letters, up to 0.5."""
    colour: ColourField = "#000000"
    """Of the line, `#rrggbb`."""


class ShadowOffset(StoryboardModel):
    """How far a shadow is from its letters."""

    x: Annotated[Number, Field(ge=-2, le=2)] = 0.0
    """To the right, as a share of the height of capital letters."""
    y: Annotated[Number, Field(ge=-2, le=2)] = 0.0
    """Downwards, likewise."""


class Shadow(StoryboardModel):
    """A shadow behind letters."""

    offset: Annotated[
        ShadowOffset,
        Shorthand(lambda both: {"x": both, "y": both}, also=(int, float), pattern=r"^-?\d|\$\{"),
    ] = ShadowOffset(x=0.06, y=0.06)
    """How far it is from the letters, as a share of the height of capitals: `{x, y}`, or a number for both."""
    blur: Annotated[Number, Field(ge=0, le=2)] = 0.1
    """How soft it is, as a share of the height of capitals."""
    colour: ColourField = "#000000"
    """Of the shadow, `#rrggbb`."""
    opacity: Annotated[Number, Field(gt=0, le=1)] = 0.7
    """How dark it is, up to 1."""


class _Words(StoryboardModel):
    text: Text
    """What is written; line breaks are kept."""
    fade_in: TimeField = Time()
    """How long it takes to appear."""
    fade_out: TimeField = Time()
    """How long it takes to go."""
    font: FontField | None = None
    """A TrueType or OpenType file, or the name of a font of the machine; without it the bundled font."""
    size: Annotated[Number, Field(ge=0.01, le=0.5)] = 0.09
    """Height of capital letters as a share of the picture's height, 0.01 to 0.5."""
    colour: ColourField = "#ffffff"
    """Of the letters, `#rrggbb`."""
    position: PlaceField | None = None
    """Where it lies: one of nine places, or a point as shares of the picture."""
    align: Align | None = None
    """Where its lines begin, have their middle, or end, one below the other; as the position says when not given."""
    line_height: Annotated[Number, Field(ge=0.5, le=4)] | None = None
    """From one line to the next, times the font's size, 0.5 to 4."""
    tracking: Annotated[Number, Field(ge=-0.2, le=2)] | None = None
    """How far letters are set apart, as a share of the font's size, -0.2 to 2."""
    outline: Annotated[Outline, Shorthand(lambda colour: {"colour": colour}, examples=["#000000"])] | None = (
        None
    )
    """A line around the letters: its colour, or `{width, colour}`."""
    shadow: Annotated[Shadow, Shorthand(lambda colour: {"colour": colour}, examples=["#000000"])] | None = (
        None
    )
    """A shadow behind the letters: its colour, or `{offset, blur, colour, opacity}`."""


class TitleCard(_Words):
    """A card with text that stands as a shot of its own; with the text "", a plain one."""

    duration: TimeField
    """How long it is on screen, fades included."""
    background: ColourField = "#000000"
    """Of the card, `#rrggbb`."""


class LowerThird(_Words):
    """Text over a shot, over its lower part when not said otherwise."""

    at: TimeField = Time()
    """When it appears, counted from the shot's first frame."""
    duration: TimeField | None = None
    """How long it is on screen, fades included; to the end of the shot when not given."""
    size: Annotated[Number, Field(ge=0.01, le=0.5)] = 0.045
    """Height of capital letters as a share of the picture's height, 0.01 to 0.5."""
    background: BandField = "#000000"
    """Of the translucent band behind the letters, `#rrggbb`; `none` for no band."""

    @model_validator(mode="after")
    def _says_something(self) -> LowerThird:
        if not self.text.strip():
            raise_issues([("text", "there is no text to show")])
        return self

"""What a shot may say of how its picture is seen: cropped, graded, frozen."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from stitcher.storyboard.base import Shorthand, StoryboardModel, raise_issues
from stitcher.storyboard.values import VARIABLE_SCHEMA, InputPath, Number, TimeField, read_number

_MOST_PIXELS = 16384


def _read_edge(value: object) -> float:
    number = read_number(value)
    if number < 0:
        raise ValueError(f"must be 0 or more, not {number:g}")
    if number >= 1 and not number.is_integer():
        raise ValueError(
            f"must be a share below 1, such as 0.1, or whole pixels, such as 120, not {number:g}"
        )
    if number > _MOST_PIXELS:
        raise ValueError(f"must be {_MOST_PIXELS} pixels or less, not {number:g}")
    return number


Edge = Annotated[
    float,
    PlainValidator(_read_edge),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0, "maximum": _MOST_PIXELS}, VARIABLE_SCHEMA]}),
]


class CropEdges(StoryboardModel):
    """What is cut off a picture: below 1 a share of its width or height, from 1 on whole pixels."""

    left: Edge = 0.0
    """At the left."""
    right: Edge = 0.0
    """At the right."""
    top: Edge = 0.0
    """At the top."""
    bottom: Edge = 0.0
    """At the bottom."""

    @model_validator(mode="after")
    def _leaves_something(self) -> CropEdges:
        if not (self.left or self.right or self.top or self.bottom):
            raise_issues([("", "a crop needs a 'left', 'right', 'top' or 'bottom'")])
        for one, other in (("left", "right"), ("top", "bottom")):
            shares = [edge for edge in (getattr(self, one), getattr(self, other)) if edge < 1]
            if sum(shares) >= 1:
                raise_issues([(other, f"'{one}' and '{other}' leave nothing of the picture")])
        return self


class Freeze(StoryboardModel):
    """A picture of a shot that is held; the shot gets longer by it."""

    at: TimeField
    """When, counted from the shot's first frame as if nothing were frozen."""
    duration: TimeField
    """For how long it is seen beyond its own frame."""

    @model_validator(mode="after")
    def _lasts(self) -> Freeze:
        if not self.duration:
            raise_issues([("duration", "a freeze of no length is none: remove it")])
        return self


FreezeField = Annotated[tuple[Freeze, ...], Field(min_length=1), Shorthand(lambda one: (one,), also=(dict,))]
"""One, or several."""


class Grade(StoryboardModel):
    """What is done to a picture's colours; applied in this order."""

    temperature: Annotated[Number, Field(ge=2500, le=15000)] = 6500.0
    """White balance in kelvin, 2500 to 15000: above 6500 the picture gets warmer, below it colder."""
    exposure: Annotated[Number, Field(ge=-5, le=5)] = 0.0
    """In stops, -5 to 5: twice the light for each."""
    contrast: Annotated[Number, Field(ge=0.5, le=2)] = 1.0
    """How much further everything lies from middle grey, 0.5 to 2."""
    saturation: Annotated[Number, Field(ge=0, le=2)] = 1.0
    """How strong colours are, 0 (grey) to 2."""
    lut: InputPath | None = None
    """A look-up table of colours: a `.cube` file, of one dimension or three, for pictures as they are shown."""

    @model_validator(mode="after")
    def _does_something(self) -> Grade:
        if not self.model_fields_set:
            raise_issues(
                [("", "a grade needs a 'temperature', 'exposure', 'contrast', 'saturation' or 'lut'")]
            )
        return self

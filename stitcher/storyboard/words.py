"""What a storyboard may say of words on the picture: title cards and lower thirds."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from stitcher.storyboard.base import StoryboardModel, raise_issues
from stitcher.storyboard.values import ColourField, InputPath, Number, Text, TimeField
from stitcher.timebase import Time


class _Words(StoryboardModel):
    text: Text
    """What is written; line breaks are kept."""
    fade_in: TimeField = Time()
    """How long it takes to appear."""
    fade_out: TimeField = Time()
    """How long it takes to go."""
    font: InputPath | None = None
    """A TrueType or OpenType file; without it the bundled font."""
    size: Annotated[Number, Field(ge=0.01, le=0.5)] = 0.09
    """Height of capital letters as a share of the picture's height, 0.01 to 0.5."""
    colour: ColourField = "#ffffff"
    """Of the letters, `#rrggbb`."""
    background: ColourField = "#000000"
    """Of the card, or of the translucent band behind a lower third, `#rrggbb`."""


class TitleCard(_Words):
    """A card with text that stands as a shot of its own; with the text "", a plain one."""

    duration: TimeField
    """How long it is on screen, fades included."""


class LowerThird(_Words):
    """Text over the lower part of a shot."""

    at: TimeField = Time()
    """When it appears, counted from the shot's first frame."""
    duration: TimeField | None = None
    """How long it is on screen, fades included; to the end of the shot when not given."""
    size: Annotated[Number, Field(ge=0.01, le=0.5)] = 0.045
    """Height of capital letters as a share of the picture's height, 0.01 to 0.5."""

    @model_validator(mode="after")
    def _says_something(self) -> LowerThird:
        if not self.text.strip():
            raise_issues([("text", "there is no text to show")])
        return self

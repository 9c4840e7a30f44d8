"""What of a picture is seen where one of another shape is filled: the point it is framed by, and key frames of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from stitcher.storyboard.base import Shorthand, StoryboardModel, raise_issues
from stitcher.storyboard.choices import Ease, Fit
from stitcher.storyboard.values import Number, TimeField, Truth
from stitcher.timebase import Time

_Share = Annotated[Number, Field(ge=0, le=1)]


class FocusKey(StoryboardModel):
    """The point of a picture that stays in the middle of what is seen of it, as far as the picture goes."""

    at: TimeField = Time()
    """When, counted from the shot's first frame; before the first key frame and after the last it stays."""
    x: _Share = 0.5
    """Across: 0 is the left edge of the shot's picture, 1 the right one."""
    y: _Share = 0.5
    """Down: 0 is the upper edge, 1 the lower one."""
    ease: Ease = "linear"
    """How it comes here from the key frame before: `linear`, `in` (softly off), `out` (softly to rest), or `in-out`."""
    auto: Truth = False
    """Whether it is looked for, by motion and detail."""

    @model_validator(mode="after")
    def _is_found_or_given(self) -> FocusKey:
        if self.auto:
            raise_issues(
                [
                    (name, f"'focus: auto' looks for the point itself: remove {name!r}, or 'auto'")
                    for name in ("at", "x", "y", "ease")
                    if name in self.model_fields_set
                ]
            )
        return self


FocusKeys = tuple[FocusKey, ...]


def _auto_alone(keys: FocusKeys) -> FocusKeys:
    if len(keys) > 1 and any(key.auto for key in keys):
        raise ValueError("is either key frames or auto, not both")
    return keys


FocusField = Annotated[
    FocusKeys,
    Field(min_length=1),
    AfterValidator(_auto_alone),
    Shorthand(lambda one: ({"auto": True} if one == "auto" else one,), also=(dict,), enum=["auto"]),
]
"""A point, key frames of one, or `auto`."""


class ShotFraming(StoryboardModel):
    """How one shot is framed in one delivery."""

    fit: Fit | None = None
    """How the film fills a picture of another shape in this shot: `crop`, `pad` or `blur`."""
    focus: FocusField | None = None
    """What of the shot's picture stays in view where it is cropped."""

    @model_validator(mode="after")
    def _says_something(self) -> ShotFraming:
        if self.fit is None and self.focus is None:
            raise_issues([("", "say a 'fit' or a 'focus'")])
        return self

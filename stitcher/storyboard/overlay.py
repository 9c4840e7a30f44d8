"""What a storyboard may say of pictures that lie over others: a logo over the film, a graphic over a shot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import (
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from stitcher.storyboard.anchor import AnchorField, read_anchor
from stitcher.storyboard.base import Shorthand, StoryboardModel, raise_issues
from stitcher.storyboard.values import InputPath, Number, PlaceField, TimeField, Truth
from stitcher.storyboard.words import LowerThird
from stitcher.timebase import Time


class _Laid(StoryboardModel):
    picture: InputPath
    """A PNG or WebP, or a clip with transparency: ProRes 4444, VP9 or VP8 with alpha, QuickTime Animation, FFV1."""
    position: PlaceField = "centre"
    """Where it lies: a corner, the middle of an edge, the `centre`, or `{x, y}`: where its middle is, in shares."""
    size: Annotated[Number, Field(ge=0.005, le=1)] | None = None
    """Its height as a share of the picture's, up to 1; as large as it is in the film's pixels when not given."""
    width: Annotated[Number, Field(ge=0.005, le=1)] | None = None
    """Instead of `size`: its width as a share of the picture's."""
    margin: Annotated[Number, Field(ge=0, le=0.4)] | None = None
    """How far from the edges it stands, as a share of width and height; when not given 0.05, or more where a preset
    keeps more free."""
    opacity: Annotated[Number, Field(gt=0, le=1)] = 1.0
    """How opaque it is where it is opaque itself, up to 1."""
    alpha: Literal["straight", "premultiplied", "none"] = "straight"
    """How its file holds transparency; `none` says that it is meant to have none, and covers what is under it."""
    loop: Truth = False
    """Whether a clip begins again when it has ended; its last picture is held when not."""
    duration: TimeField | None = None
    """How long it is seen, fades included; to the end, a clip as long as it lasts, when not given."""
    fade_in: TimeField = Time()
    """How long it takes to appear."""
    fade_out: TimeField = Time()
    """How long it takes to go."""

    @model_validator(mode="after")
    def _is_of_one_size(self) -> _Laid:
        if self.width is not None and "size" in self.model_fields_set and self.size is not None:
            raise_issues([("width", "'size' says how large it is already: keep one of them")])
        return self


class PictureOverlay(_Laid):
    """A picture or a clip over a shot."""

    at: TimeField = Time()
    """When it appears, counted from the shot's first frame."""


class FilmOverlay(_Laid):
    """A picture or a clip over the film, still while shots change under it."""

    at: AnchorField = read_anchor(Time())
    """When it appears: a time, or a shot with an offset, such as `end-3s`."""
    until: AnchorField | None = None
    """When it is gone, instead of `duration`."""

    @model_validator(mode="after")
    def _ends_once(self) -> FilmOverlay:
        if self.until is not None and self.duration is not None:
            raise_issues([("until", "'duration' says when it is gone already: keep one of them")])
        return self


class Logo(FilmOverlay):
    """A picture in a corner, over the whole film."""

    position: PlaceField = "top-right"
    """Where it lies: `top-right` when not given."""
    size: Annotated[Number, Field(ge=0.005, le=1)] | None = 0.12
    """Its height as a share of the picture's; 0.12 when not given."""


LogoField = Annotated[Logo, Shorthand(lambda picture: {"picture": picture}, examples=["logo.png"])]

KINDS: Mapping[str, type[StoryboardModel]] = {"<text>": LowerThird, "<picture>": PictureOverlay}
"""What lies over a shot, by the step that validation puts before what it says of one."""
_PICTURES = frozenset({*PictureOverlay.model_fields, "file", "image", "clip", "still", "logo", "video"}) - {
    *LowerThird.model_fields
}


def _kind(value: object) -> str:
    if isinstance(value, PictureOverlay):
        return "<picture>"
    keys = set(value) if isinstance(value, Mapping) else set()
    return "<picture>" if "picture" in keys or ("text" not in keys and keys & _PICTURES) else "<text>"


ShotOverlay = Annotated[
    Annotated[LowerThird, Tag("<text>")] | Annotated[PictureOverlay, Tag("<picture>")], Discriminator(_kind)
]

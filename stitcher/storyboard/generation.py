"""What a shot asks of a generator: start frame, edit of a take, upscale."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from stitcher.storyboard.base import Shorthand, StoryboardModel, raise_issues
from stitcher.storyboard.values import InputPath, Name, Number, ShotId, Size, Text, TimeField, Truth, Whole

Prompt = Annotated[Text, Field(min_length=1, max_length=20_000)]
Seed = Annotated[Whole, Field(ge=0, le=4_294_967_295)]


def _read_tag(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(r"[a-z][a-z0-9_]{2,15}", value):
        return str(value)
    raise ValueError("must be 3 to 16 small letters, digits and '_', starting with a letter")


def _read_height(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(r"[1-9]\d{2,3}p", value):
        return str(value)
    raise ValueError("must be a height such as 1080p, 1440p or 2160p")


Tag = Annotated[
    str, PlainValidator(_read_tag), WithJsonSchema({"type": "string", "pattern": "^[a-z][a-z0-9_]{2,15}$"})
]
Height = Annotated[
    str,
    PlainValidator(_read_height),
    WithJsonSchema({"type": "string", "examples": ["1080p", "1440p", "2160p"]}),
]


class Reference(StoryboardModel):
    """A still that a generated image is told to look like."""

    file: InputPath
    """The still: PNG, JPEG or WebP."""
    tag: Tag
    """What the prompt calls it (`@tag`): 3 to 16 small letters, digits and `_`, starting with a letter."""


class StartImage(StoryboardModel):
    """A still to be generated."""

    prompt: Prompt
    """What the still shows; references are cited as `@tag`."""
    model: Name = "gen4_image"
    """Which model makes it."""
    references: Annotated[tuple[Reference, ...], Field(max_length=3)] = ()
    """Up to three stills it is told to look like."""
    seed: Seed | None = None
    """The same seed and prompt give a similar still."""
    ratio: Size | None = None
    """Size to ask for; fitting the shot when not given."""


class Start(StoryboardModel):
    """What the first frame of a take is made from: exactly one of a file, a shot, or a generated still."""

    file: InputPath | None = None
    """A still: PNG, JPEG or WebP."""
    previous: Truth = False
    """The last frame of the shot before."""
    shot: ShotId | None = None
    """A frame of this shot."""
    frame: Literal["shown", "last", "first"] = "shown"
    """Which frame of the shot: the last one the film shows of it, or the last or first of its file."""
    image: StartImage | None = None
    """A still generated for this shot."""

    @model_validator(mode="after")
    def _is_one_thing(self) -> Start:
        given = [key for key in ("file", "previous", "shot", "image") if getattr(self, key)]
        if len(given) != 1:
            which = f"it has {' and '.join(given)}" if given else "it has none"
            raise_issues([("", f"a start is one of a still, 'previous', a shot or an image; {which}")])
        if "frame" in self.model_fields_set and self.shot is None and not self.previous:
            raise_issues(
                [("frame", "'frame' says which frame of a shot, and there is neither 'previous' nor 'shot'")]
            )
        return self


def _start(text: str) -> dict[str, object]:
    return {"previous": True} if text == "previous" else {"file": text}


StartField = Annotated[Start, Shorthand(_start, examples=["previous", "stills/harbour.png"])]


class EditKeyframe(StoryboardModel):
    """A still that an edit must look like at one moment."""

    file: InputPath
    """The still: PNG, JPEG or WebP."""
    at: TimeField
    """When, counted from the take's first frame."""
    start: TimeField | None = None
    """Where the stretch begins that it rules; with `end`."""
    end: TimeField | None = None
    """Where the stretch ends that it rules; with `start`."""


class Edit(StoryboardModel):
    """A take made from a take."""

    prompt: Prompt
    """What is to change."""
    model: Name = "aleph2"
    """Which model edits."""
    keyframes: Annotated[tuple[EditKeyframe, ...], Field(max_length=5)] = ()
    """Up to five stills the result must meet."""
    seed: Seed | None = None
    """The same seed and prompt give a similar edit."""

    @model_validator(mode="after")
    def _stretches(self) -> Edit:
        whole = {key.start is not None for key in self.keyframes} | {
            key.end is not None for key in self.keyframes
        }
        if len(whole) > 1:
            raise_issues([("keyframes", "either all key frames have 'start' and 'end', or none has")])
        return self


class Upscale(StoryboardModel):
    """How pictures are made larger."""

    by: Annotated[Name, Field(examples=["local", "runway", "none"])] = "local"
    """`local` (ffmpeg, free), `runway`, the name of an installed upscaler, or `none` to leave a shot out."""
    to: Height | None = None
    """Height to reach: `2160p`, `1080p`, …"""
    model: Name | None = None
    """Which model, for upscalers that have several."""
    sharpen: Annotated[Whole, Field(ge=0, le=100)] | None = None
    """0 to 100."""
    creativity: Annotated[Whole, Field(ge=0, le=100)] | None = None
    """0 to 100: how much the model may invent."""
    smart_grain: Annotated[Whole, Field(ge=0, le=100)] | None = None
    """0 to 100."""
    flavor: Literal["vivid", "natural"] | None = None
    """The look the model aims at."""

    @model_validator(mode="after")
    def _has_a_goal(self) -> Upscale:
        if self.by != "none" and self.to is None:
            raise_issues([("", "an upscale needs 'to', such as 2160p")])
        return self


UpscaleField = Annotated[Upscale, Shorthand(lambda by: {"by": by}, examples=["none"])]


class Budget(StoryboardModel):
    """What may be spent."""

    credits: Annotated[Number, Field(ge=0)]
    """Credits in all, spent ones included; nothing is sent above it."""

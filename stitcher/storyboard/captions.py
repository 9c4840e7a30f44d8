"""Captions of a storyboard: which file, in which language, where it lies, how it goes out."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from stitcher.storyboard.anchor import AnchorField
from stitcher.storyboard.base import Shorthand, StoryboardModel, raise_issues
from stitcher.storyboard.choices import CaptionOutput
from stitcher.storyboard.values import ColourField, FontField, InputPath, Name, Number, TimeField, read_name
from stitcher.timebase import Time

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_TRACK_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,31}")


def _read_language(value: object) -> str:
    language = read_name(value)
    if not _LANGUAGE.fullmatch(language):
        raise ValueError(f"{language!r} is no language tag: write en, de or pt-BR")
    first, *rest = language.split("-")
    # As they are mostly written: pt-BR, zh-Hant.
    return "-".join((first.lower(), *(part.upper() if len(part) == 2 else part.title() for part in rest)))


LanguageField = Annotated[
    str,
    PlainValidator(_read_language),
    WithJsonSchema(
        {"type": "string", "pattern": f"^({_LANGUAGE.pattern}|.*\\$\\{{.*)$", "examples": ["en", "pt-BR"]}
    ),
]


def _read_track_name(value: object) -> str:
    name = read_name(value)
    if not _TRACK_NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} becomes part of a file's name: write up to 32 letters, digits, spaces, '-' and '_'"
        )
    return name


TrackName = Annotated[
    str, PlainValidator(_read_track_name), WithJsonSchema({"type": "string", "examples": ["SDH"]})
]

CaptionOutputs = Annotated[
    tuple[CaptionOutput, ...],
    Field(min_length=1),
    Shorthand(lambda output: (output,), enum=["sidecar", "track", "burnt-in"]),
]


class CaptionStyle(StoryboardModel):
    """How captions look that are burnt in."""

    font: FontField | None = None
    """A TrueType or OpenType file, or the name of a font of the machine; without it the bundled font."""
    size: Annotated[Number, Field(ge=0.01, le=0.2)] = 0.036
    """Height of capital letters as a share of the picture's height, 0.01 to 0.2."""
    colour: ColourField = "#ffffff"
    """Of the letters, `#rrggbb`."""
    background: ColourField = "#000000"
    """Of the translucent box behind each line, `#rrggbb`."""
    position: Literal["bottom", "top"] = "bottom"
    """Where captions are that do not say it themselves."""


class Captions(StoryboardModel):
    """Captions of the film in one language, of a file or of what the sounds' `text` and `captions` say."""

    file: InputPath | None = None
    """An SRT, WebVTT, ASS or SSA file; without it these are the words of the sounds in this language."""
    language: LanguageField | None = None
    """Language tag: `en`, `pt-BR`; the storyboard's `language` when not given."""
    name: TrackName | None = None
    """Tells captions of one language apart: `SDH`."""
    at: AnchorField | None = None
    """Where the file's time 0 is in the film; at its start when not given."""
    in_: Annotated[TimeField, Field(alias="in")] = Time()
    """Where in the file it starts: what its clock says at `at`."""
    encoding: Name | None = None
    """Of a file that is no Unicode: `windows-1252`, `shift_jis`."""
    as_: Annotated[CaptionOutputs, Field(alias="as")] = ("track",)
    """Besides the files beside the film: `track`, `burnt-in`, both, or `sidecar` for nothing more."""
    style: CaptionStyle = CaptionStyle()
    """How they look where they are burnt in."""

    @model_validator(mode="after")
    def _agrees(self) -> Captions:
        if self.file is None:
            raise_issues(
                [
                    (key, f"'{key}' is said of a file: add 'file', or remove it")
                    for key, field in (("at", "at"), ("in", "in_"), ("encoding", "encoding"))
                    if field in self.model_fields_set
                ]
            )
        return self

"""What a preset file says: one way to make a deliverable, each value with its kind and where it comes from.

A value is written bare (`crf = 16`) or cited:

    crf = { value = 16, kind = "practice" }
    level = { value = "4.0", hfr = "4.2", kind = "spec", source = "youtube" }

`hfr` holds above 30 frames a second, `at` for one exact rate; `source` is a key of the file's `[sources]`.
Bytes come in here, so pydantic checks them; nothing is opened and nothing is resolved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Annotated, Any, Generic, Literal, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema, core_schema

from stitcher.formats.codecs import CodecName, SoundCodecName
from stitcher.formats.containers import ContainerName
from stitcher.pictures.title_page import NO_MARGINS
from stitcher.storyboard.choices import Fit
from stitcher.timebase import format_rate

Kind = Literal["spec", "limit", "practice"]
Codec = Literal["source", CodecName]
ColourName = Literal["source", "bt709", "bt2020-pq", "bt2020-hlg"]
T = TypeVar("T")

HFR_ABOVE = Fraction(30)
"""Frames a second above which `hfr` values hold; platforms draw the line between 30 and 48."""


class _Model(BaseModel):
    # Validators are made when the first preset is read, in one go instead of part by part.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


@dataclass(frozen=True, slots=True)
class Citation(Generic[T]):
    """A value, what kind of statement it is, and who states it.

    Not a pydantic model: that would be a class of its own for each of thirty kinds of value, made at every start.
    """

    value: T
    hfr: T | None = None
    """Instead of `value` above 30 frames a second."""
    at: Mapping[str, T] = field(default_factory=dict)
    """Instead of both at one exact rate, written as stitcher writes rates (`30000/1001`)."""
    kind: Kind = "practice"
    """`spec`: the platform or standard says so. `limit`: it rejects what exceeds it. `practice`: a choice."""
    source: str | None = None
    """Key of `[sources]`."""
    note: str = ""

    def for_rate(self, rate: Fraction) -> T:
        """The value that holds at a frame rate."""
        if (exact := self.at.get(format_rate(rate))) is not None:
            return exact
        return self.hfr if self.hfr is not None and rate > HFR_ABOVE else self.value

    def table(self) -> dict[str, Any]:
        """The fields that say something."""
        values = {name: getattr(self, name) for name in ("value", "kind", "hfr", "at", "source", "note")}
        return {
            name: value for name, value in values.items() if name == "value" or value not in (None, {}, "")
        }


class _Written:
    """Annotation: how a citation is written in a file, a table of its fields or the value alone."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        value = handler.generate_schema(get_args(source)[0])
        text = core_schema.str_schema()
        kinds = core_schema.literal_schema(list(get_args(Kind)))
        optional = core_schema.nullable_schema
        fields = {
            "value": core_schema.typed_dict_field(value),
            "hfr": core_schema.typed_dict_field(optional(value), required=False),
            "at": core_schema.typed_dict_field(core_schema.dict_schema(text, value), required=False),
            "kind": core_schema.typed_dict_field(kinds, required=False),
            "source": core_schema.typed_dict_field(optional(text), required=False),
            "note": core_schema.typed_dict_field(text, required=False),
        }
        table = core_schema.no_info_after_validator_function(
            lambda written: Citation(**written),
            core_schema.typed_dict_schema(fields, extra_behavior="forbid"),
        )
        return core_schema.no_info_before_validator_function(
            lambda data: data if isinstance(data, dict) else {"value": data},
            table,
            serialization=core_schema.plain_serializer_function_ser_schema(Citation.table),
        )


Cited = Annotated[Citation[T], _Written()]


Checked = Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])(-\d\d)?$")]
"""A month or a day: `2026-11`, `2026-11-22`."""


class CitedSource(_Model):
    """Where a number was read."""

    title: str
    url: str | None = None
    checked: Checked
    note: str = ""


Side = Annotated[int, Field(ge=2, le=16384)]
Share = Annotated[float, Field(ge=0, lt=0.5)]
Gop = Annotated[str, Field(pattern=r"^(fps/[1-9]\d?|\d+(\.\d+)?s)$")]
Kbps = Annotated[int, Field(gt=0, le=2_000_000)]


class Picture(_Model):
    """How pictures are encoded."""

    codec: Cited[Codec]
    size: Cited[Literal["source", "half"] | tuple[Side, Side]] = Citation("source")
    """`source` is the film's own size, `half` half of each side, a pair is fixed."""
    fill: Cited[Fit] = Citation("pad")
    """How a film of another shape is put into a fixed size; never stretched."""
    text_margins: Cited[tuple[Share, Share, Share, Share]] = Citation(NO_MARGINS)
    """Top, right, bottom, left: shares of the picture that titles keep out of, as a player's buttons lie over them."""
    pixel_format: Cited[str] | None = None
    """FFmpeg's name; the sources' own with codec `source`."""
    profile: Cited[str] | None = None
    level: Cited[str] | None = None
    """As the standard writes it: `4.0`, `5.1`."""
    speed: Cited[str] | None = None
    """The encoder's preset (`medium`, `ultrafast`, or a number for SVT-AV1)."""
    crf: Cited[float] | None = None
    bitrate: Cited[Kbps] | None = None
    """Mean kilobits a second; together with `crf` the latter wins."""
    maxrate: Cited[Kbps] | None = None
    bufsize: Cited[Kbps] | None = None
    gop: Cited[int | Gop] | None = None
    """Most frames from key frame to key frame: a count, `fps/2`, or seconds (`2s`); none for intra codecs."""
    closed_gop: Cited[bool] = Citation(True)
    bframes: Cited[int] | None = None
    scenecut: Cited[bool] = Citation(True)
    """Whether key frames may also fall on scene changes."""
    colour: Cited[ColourName] = Citation("bt709")
    tag: Cited[str] | None = None
    """Four-character code in the container."""
    one_encoder: Cited[bool] = Citation(False)
    """Whether only clips of one encoder are copied, of those with codec `source`."""
    options: dict[str, str] = Field(default_factory=dict)
    """Further options of the encoder, by FFmpeg's name without the dash."""


class SoundPreset(_Model):
    """How the mix is encoded."""

    codec: Cited[Literal[SoundCodecName, "source"]]
    sample_rate: Cited[int] = Citation(48_000)
    channels: Cited[Literal[1, 2, 6]] = Citation(2)
    bitrate: Cited[Kbps] | None = None
    surround: Cited[bool] = Citation(False)
    """Whether the receiver takes 5.1, for deliveries that ask for it."""
    surround_bitrate: Cited[Kbps] | None = None
    """Of 5.1, kilobits a second; twice `bitrate` when not given."""
    loudness: Cited[str] = Citation("none")
    """Name of a loudness row."""
    mono_tracks: Cited[bool] = Citation(False)


class PlatformLimits(_Model):
    """What the receiver takes; a film outside is said aloud, one at a rate not in `rates` is refused."""

    min_fps: Cited[float] | None = None
    max_fps: Cited[float] | None = None
    rates: Cited[tuple[str, ...]] | None = None
    min_side: Cited[int] | None = None
    max_side: Cited[int] | None = None
    max_seconds: Cited[float] | None = None
    max_megabytes: Cited[float] | None = None
    min_bitrate: Cited[Kbps] | None = None
    max_bitrate: Cited[Kbps] | None = None
    """Of the picture, kilobits a second."""


class Rung(_Model):
    """One picture of an HLS ladder."""

    size: tuple[Side, Side] | Literal["source"]
    kbps: Kbps
    """Mean bitrate."""
    max_fps: int | None = None


_IMAGE_NAMES = {"png16": "16-bit png", "exr": "exr", "png": "png", "jpg": "jpeg"}


class Finish(_Model):
    """The step after the film, for containers made from a finished one."""

    segment_seconds: Cited[float] | None = None
    key_seconds: Cited[float] | None = None
    ladder: Cited[tuple[Rung, ...]] | None = None
    image: Cited[Literal["png16", "exr", "png", "jpg"]] | None = None
    linear: Cited[bool] | None = None
    """Whether values are converted to linear light first."""
    at: Cited[str] | None = None
    """For a still: which frame, as a time (`3s`, `12f`) or `auto`."""
    quality: Cited[int] | None = None
    width: Cited[int] | None = None
    fps: Cited[int] | None = None
    max_seconds: Cited[float] | None = None


class Preset(_Model):
    """One way to make a deliverable."""

    preset: Literal[1]
    """Version of this format."""
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    title: str
    summary: str = ""
    checked: Checked
    """When its numbers were last compared with their sources."""
    container: Cited[ContainerName | Literal["source"]]
    faststart: Cited[bool] = Citation(True)
    edit_list: Cited[bool] = Citation(True)
    timecode: Cited[bool] = Citation(False)
    picture: Picture
    sound: SoundPreset | None = None
    limits: PlatformLimits = Field(default_factory=PlatformLimits)
    finish: Finish = Field(default_factory=Finish)
    notes: tuple[str, ...] = ()
    """Said with every deliverable made by it."""
    sources: dict[str, CitedSource] = Field(default_factory=dict)

    @property
    def picture_name(self) -> str:
        """What its pictures are, for people: the codec, or the kind of image where it is made of single ones."""
        container, image = self.container.value, self.finish.image
        if container == "gif":
            return "gif"
        if container == "still":
            return f"{_IMAGE_NAMES[image.value if image else 'jpg']} still"
        if container == "frames":
            return f"{_IMAGE_NAMES[image.value if image else 'png16']} sequence"
        return str(self.picture.codec.value)

    @model_validator(mode="after")
    def _sources_exist(self) -> Preset:
        for key, cited in self.cited():
            if cited.source is not None and cited.source not in self.sources:
                raise ValueError(f"{key} cites {cited.source!r}, which is not in [sources]")
        return self

    def cited(self) -> Iterator[tuple[str, Citation[Any]]]:
        """Every value the file states, with its dotted key, in the order of the schema."""
        yield from _walk(self, "")


def _walk(model: BaseModel, prefix: str) -> Iterator[tuple[str, Citation[Any]]]:
    for key in type(model).model_fields:
        if key not in model.model_fields_set:
            continue
        value = getattr(model, key)
        if isinstance(value, Citation):
            yield f"{prefix}{key}", value
        elif isinstance(value, BaseModel):
            yield from _walk(value, f"{prefix}{key}.")

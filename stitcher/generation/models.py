"""Models, what each takes and costs: dated files in `presets/models`, checked and frozen.

Models come and go by the month, so none is named in code: a user's or a project's file of the same name
overrides, and a name that was retired says what took its place.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from stitcher.errors import PresetError
from stitcher.preset_files import find_presets, read_preset, unknown_name
from stitcher.timebase import format_decimal

SoundMaking = Literal["speech", "effect", "picture-sound", "isolation", "dubbing"]
"""What is made to be heard."""
Makes = Literal["video", "image", "edit", "upscale", "retime", "performance"] | SoundMaking
SECTION = "models"
RETIRED = "retired"


def _exact(value: Any) -> Any:
    """A number as written: whole, or in quotes, because 0.7 in TOML is not seven tenths."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ValueError('write a whole number, or a decimal in quotes such as "0.7"')
    try:
        return Fraction(value)
    except (ValueError, ZeroDivisionError) as exc:
        raise ValueError(f"{value!r} is not a number") from exc


def _ratio(value: Any) -> Any:
    width, _, height = value.partition(":") if isinstance(value, str) else ("", "", "")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise ValueError(f'{value!r} is not a size such as "1280:720"')
    return value


Exact = Annotated[Fraction, BeforeValidator(_exact), Field(ge=0)]
Ratio = Annotated[str, BeforeValidator(_ratio)]
Choice = str | bool | int


class Source(BaseModel):
    """Where numbers were read, and when."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: str
    url: str | None = None
    checked: datetime.date
    note: str = ""


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    source: str | None = None
    """Key of `[sources]`."""
    note: str = ""


class Duration(_Facts):
    """Whole seconds a take may last: a range, or a list."""

    min: int | None = Field(default=None, ge=1)
    max: int | None = Field(default=None, ge=1)
    allowed: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _one_of_both(self) -> Duration:
        if bool(self.allowed) == (self.min is not None and self.max is not None):
            raise ValueError("write either min and max, or allowed")
        return self

    def holds(self, seconds: Fraction) -> bool:
        """Whether a take of this length can be asked for."""
        return seconds.denominator == 1 and seconds in self.choices

    @property
    def choices(self) -> tuple[int, ...]:
        """Every length that can be asked for."""
        if self.allowed:
            return self.allowed
        assert self.min is not None
        assert self.max is not None
        return tuple(range(self.min, self.max + 1))

    def __str__(self) -> str:
        if not self.allowed:
            return f"{self.min} to {self.max} whole seconds"
        return f"{', '.join(str(seconds) for seconds in self.allowed)} seconds"


class Ratios(_Facts):
    """Output sizes, as the API writes them."""

    allowed: tuple[Ratio, ...]
    text_allowed: tuple[Ratio, ...] | None = None
    """Without a start image; the same when not said."""

    def choices(self, *, from_text: bool = False) -> tuple[str, ...]:
        """The sizes that can be asked for, with a start image or without one."""
        return self.text_allowed if from_text and self.text_allowed is not None else self.allowed


class StartImageRule(_Facts):
    """What a model takes as first (and last) frame."""

    required: bool
    positions: tuple[Literal["first", "last"], ...]
    min_aspect: Exact
    """Width over height of the picture sent, smallest and largest."""
    max_aspect: Exact


class Prompt(_Facts):
    """The text of a request."""

    required: bool
    text_required: bool | None = None
    """Without a start image; the same as `required` when not said."""
    max_utf16: int | None = Field(default=None, ge=1)
    """UTF-16 code units: an emoji is 2."""


class Seed(_Facts):
    """Whole numbers from 0."""

    max: int = Field(ge=0)


class Moderation(_Facts):
    """How strictly public figures are refused; the first level is the service's own when none is sent."""

    levels: Annotated[tuple[str, ...], Field(min_length=1)]


class References(_Facts):
    """Pictures a still is made after, each with a tag the prompt cites."""

    min: int = Field(ge=0)
    max: int = Field(ge=0)


class Keyframes(_Facts):
    """Guiding pictures of an edit."""

    max: int = Field(ge=0)


class InputVideo(_Facts):
    """What a model that starts from a video takes."""

    min_seconds: Exact | None = None
    max_seconds: Exact | None = None
    max_frames: int | None = None
    max_fps: Exact | None = None


class Length(_Facts):
    """Seconds a sound may be asked to last, fractions too; none that are known where neither is said."""

    min: Exact | None = None
    max: Exact | None = None

    def holds(self, seconds: Fraction) -> bool:
        """Whether a sound of this length can be asked for."""
        return (self.min or 0) <= seconds <= (seconds if self.max is None else self.max)

    def __str__(self) -> str:
        most = "any length" if self.max is None else f"at most {format_decimal(self.max)} s"
        return f"at least {format_decimal(self.min)} s and {most}" if self.min is not None else most


class VoicePresets(_Facts):
    """Names of the service's own voices."""

    allowed: Annotated[tuple[str, ...], Field(min_length=1)]


class Languages(_Facts):
    """How a model is told a language."""

    field: str
    """Of the request."""
    allowed: tuple[str, ...] = ()
    """The codes it takes; any two letters when none is listed."""


class InputSound(_Facts):
    """What a model that starts from a sound takes; both ends are too much or too little themselves."""

    above_seconds: Exact | None = None
    below_seconds: Exact | None = None


class Output(_Facts):
    """What comes back."""

    fps: Exact | None = None
    """`None`: not known, or the input's own."""
    extra_frames: int = 0
    """A take of N seconds has fps x N + this many frames."""
    counted: dict[Exact, int] = {}
    """Frames of lengths, in seconds, that were counted in real takes and are not as many as that."""
    sound: bool = False
    formats: tuple[str, ...] = ("mp4",)

    def frames(self, seconds: Fraction) -> int | None:
        """Frames of a take this long, or `None` when the model's rate is not known."""
        if seconds in self.counted:
            return self.counted[seconds]
        if self.fps is None or (self.fps * seconds).denominator != 1:
            return None
        return int(self.fps * seconds) + self.extra_frames


class Range(BaseModel):
    """Whole numbers an option takes, both ends included."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    min: int
    max: int


class Case(_Facts):
    """A rate that holds instead of the base when the request says so."""

    when: dict[str, tuple[Choice, ...]]
    """Field of the request, and the values that mean this case; all fields must match."""
    credits: Exact


class Surcharge(Case):
    """A rate that comes on top."""

    above_pixels: int | None = None
    credits_above: Exact | None = None
    """Instead of `credits` when the output is larger than `above_pixels`."""


class PriceRule(_Facts):
    """How credits are counted: per second, per image, per output frame or per character."""

    per: Literal["second", "image", "frame", "character"]
    credits: Exact
    minimum: int = Field(default=0, ge=0)
    undecided: int | None = Field(default=None, ge=0)
    """Instead of all that, for a request that leaves its length to the model."""
    started_seconds: bool = False
    """Whether a begun second might be billed whole, so that the ceiling must count it so."""
    cases: tuple[Case, ...] = ()
    surcharges: tuple[Surcharge, ...] = ()

    def rate(self, body: Mapping[str, object], pixels: int | None = None) -> Fraction:
        """Credits per unit for a request with these fields; an output of unknown size pays the dearer rate."""
        base = next((case.credits for case in self.cases if _matches(case, body)), self.credits)
        for extra in self.surcharges:
            if _matches(extra, body):
                large = extra.above_pixels is not None and (pixels is None or pixels > extra.above_pixels)
                base += extra.credits_above if large and extra.credits_above is not None else extra.credits
        return base


def _matches(case: Case, body: Mapping[str, object]) -> bool:
    return all(body.get(key) in values for key, values in case.when.items())


class Model(_Facts):
    """One model, as its file says."""

    model: Literal[1]
    """Version of this format."""
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
    title: str
    summary: str = ""
    makes: Makes
    is_default: Annotated[bool, Field(alias="default")] = False
    """Whether it is the one for what it makes where none is named."""
    endpoint: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    """Last part of the path, as in `/v1/image_to_video`."""
    text_endpoint: Annotated[str, Field(pattern=r"^[a-z_]+$")] | None = None
    """Where a request without a start image goes; `None` when there can be none."""
    checked: datetime.date
    """When its numbers were last compared with their sources."""
    duration: Duration | None = None
    ratios: Ratios | None = None
    start_image: StartImageRule | None = None
    prompt: Prompt | None = None
    seed: Seed | None = None
    moderation: Moderation | None = None
    references: References | None = None
    keyframes: Keyframes | None = None
    input_video: InputVideo | None = None
    input_sound: InputSound | None = None
    length: Length | None = None
    voices: VoicePresets | None = None
    languages: Languages | None = None
    neighbours: bool = False
    """Whether it is told what is said before and after."""
    loops: bool = False
    """Whether it can be asked for a sound whose end leads into its beginning."""
    fixed: dict[str, Choice] = Field(default_factory=dict)
    """Further fields that every request has, with their values."""
    output: Output = Output()
    options: dict[str, tuple[str, ...] | Range] = Field(default_factory=dict)
    """Further fields of the request, with the values they take."""
    resolutions: dict[str, int] = Field(default_factory=dict)
    """For upscales: the names the request uses, and the height in pixels each means."""
    price: PriceRule
    sources: dict[str, Source] = Field(default_factory=dict)

    def resolution_for(self, height: str) -> str | None:
        """The request's own name for `2160p`, `4k` or a name it knows itself; `None` when there is none."""
        if height in self.resolutions:
            return height
        lines = int(height[:-1]) if height.endswith("p") and height[:-1].isdecimal() else None
        return next((name for name, high in self.resolutions.items() if high == lines), None)

    @model_validator(mode="after")
    def _sources_exist(self) -> Model:
        for key in type(self).model_fields:
            part = getattr(self, key)
            if isinstance(part, _Facts) and part.source is not None and part.source not in self.sources:
                raise ValueError(f"{key} cites {part.source!r}, which is not in [sources]")
        return self


class Retired(BaseModel):
    """A name that is gone, and what to write instead."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    replaced_by: tuple[str, ...]
    note: str = ""


class _RetiredFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    checked: datetime.date
    source: str = ""
    retired: dict[str, Retired]


@dataclass(frozen=True, slots=True)
class Models:
    """Every model known, and every name known to be gone."""

    known: Mapping[str, Model]
    retired: Mapping[str, Retired]

    def get(self, name: str, makes: Makes | None = None) -> Model:
        """The model of a name. Raises `PresetError` for an unknown, retired or unfit one, naming those there are."""
        model = self.known.get(name)
        if model is None:
            raise PresetError(self._missing(name, makes))
        if makes is not None and model.makes != makes:
            raise PresetError(
                f"The model {name} makes {_MADE[model.makes]}, not {_MADE[makes]}; "
                f"for that there {self._list(makes)}."
            )
        return model

    def default(self, makes: Makes) -> str:
        """The model for one kind of thing where none is named: the one whose file says so, else the first."""
        of_kind = [model for model in self.known.values() if model.makes == makes]
        chosen = next((model for model in of_kind if model.is_default), next(iter(of_kind), None))
        return chosen.name if chosen is not None else ""

    def names(self, makes: Makes | None = None) -> tuple[str, ...]:
        """The names of all models, or of those that make one kind of thing."""
        return tuple(name for name, model in self.known.items() if makes in (None, model.makes))

    def _missing(self, name: str, makes: Makes | None) -> str:
        retired = self.retired.get(name)
        if retired is None:
            others = dict.fromkeys(self.names(makes))
            return unknown_name("model", name, others)
        note = f" {retired.note}" if retired.note else ""
        return f"The model {name} is retired; use {' or '.join(retired.replaced_by)}.{note}"

    def _list(self, makes: Makes) -> str:
        names = self.names(makes)
        return f"{'is' if len(names) == 1 else 'are'} {', '.join(names)}" if names else "is none"


_MADE: Mapping[Makes, str] = MappingProxyType(
    {
        "video": "a take from a picture or a prompt",
        "image": "a still",
        "edit": "a take from a take",
        "upscale": "a larger take",
        "retime": "a clip at another rate",
        "performance": "a performed character",
        "speech": "speech from words",
        "effect": "a sound from words",
        "picture-sound": "the sound of a picture",
        "isolation": "a voice alone",
        "dubbing": "speech in another language",
    }
)


def parse_model(path: Path) -> Model:
    """The model in one file. Raises `PresetError` with the file, the key and the reason."""
    return read_preset(path, Model)


def load_models(*, project: Path | None = None, environ: Mapping[str, str] | None = None) -> Models:
    """Every model of the package, the user and the project. Raises `PresetError` at the first bad file."""
    files = find_presets(SECTION, project=project, environ=environ)
    retired: Mapping[str, Retired] = {}
    models = {}
    for name, entry in files.items():
        if name == RETIRED:
            retired = _parse_retired(entry.path)
        else:
            models[name] = parse_model(entry.path)
    return Models(MappingProxyType(models), MappingProxyType(dict(retired)))


def _parse_retired(path: Path) -> Mapping[str, Retired]:
    return read_preset(path, _RetiredFile).retired

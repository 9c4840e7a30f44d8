"""What files of models say of each part: prompts, lengths, pictures, voices, prices, each with its source. Values."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from stitcher.timebase import format_decimal

SoundMaking = Literal["speech", "effect", "picture-sound", "isolation", "dubbing"]
"""What is made to be heard."""
Makes = Literal["video", "image", "edit", "upscale", "retime", "performance"] | SoundMaking


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


class Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    source: str | None = None
    """Key of `[sources]`."""
    note: str = ""


class Duration(Facts):
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


class Ratios(Facts):
    """Output sizes, as the API writes them."""

    allowed: tuple[Ratio, ...]
    text_allowed: tuple[Ratio, ...] | None = None
    """Without a start image; the same when not said."""

    def choices(self, *, from_text: bool = False) -> tuple[str, ...]:
        """The sizes that can be asked for, with a start image or without one."""
        return self.text_allowed if from_text and self.text_allowed is not None else self.allowed


class StartImageRule(Facts):
    """What a model takes as first (and last) frame."""

    required: bool
    positions: tuple[Literal["first", "last"], ...]
    min_aspect: Exact
    """Width over height of the picture sent, smallest and largest."""
    max_aspect: Exact


class Prompt(Facts):
    """The text of a request."""

    required: bool
    text_required: bool | None = None
    """Without a start image; the same as `required` when not said."""
    max_utf16: int | None = Field(default=None, ge=1)
    """UTF-16 code units: an emoji is 2."""


class Seed(Facts):
    """Whole numbers from 0."""

    max: int = Field(ge=0)


class Moderation(Facts):
    """How strictly public figures are refused; the first level is the service's own when none is sent."""

    levels: Annotated[tuple[str, ...], Field(min_length=1)]


class References(Facts):
    """Pictures a still is made after, each with a tag the prompt cites."""

    min: int = Field(ge=0)
    max: int = Field(ge=0)


class Keyframes(Facts):
    """Guiding pictures of an edit."""

    max: int = Field(ge=0)


class InputVideo(Facts):
    """What a model that starts from a video takes."""

    min_seconds: Exact | None = None
    max_seconds: Exact | None = None
    max_frames: int | None = None
    max_fps: Exact | None = None


class Length(Facts):
    """Seconds a sound may be asked to last, fractions too; none that are known where neither is said."""

    min: Exact | None = None
    max: Exact | None = None

    def holds(self, seconds: Fraction) -> bool:
        """Whether a sound of this length can be asked for."""
        return (self.min or 0) <= seconds <= (seconds if self.max is None else self.max)

    def __str__(self) -> str:
        most = "any length" if self.max is None else f"at most {format_decimal(self.max)} s"
        return f"at least {format_decimal(self.min)} s and {most}" if self.min is not None else most


class VoicePresets(Facts):
    """Names of the service's own voices."""

    allowed: Annotated[tuple[str, ...], Field(min_length=1)]


class Languages(Facts):
    """How a model is told a language."""

    field: str
    """Of the request."""
    allowed: tuple[str, ...] = ()
    """The codes it takes; any two letters when none is listed."""


class InputSound(Facts):
    """What a model that starts from a sound takes; both ends are too much or too little themselves."""

    above_seconds: Exact | None = None
    below_seconds: Exact | None = None


class Output(Facts):
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


class Case(Facts):
    """A rate that holds instead of the base when the request says so."""

    when: dict[str, tuple[Choice, ...]]
    """Field of the request, and the values that mean this case; all fields must match."""
    credits: Exact


class Surcharge(Case):
    """A rate that comes on top."""

    above_pixels: int | None = None
    credits_above: Exact | None = None
    """Instead of `credits` when the output is larger than `above_pixels`."""


class PriceRule(Facts):
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

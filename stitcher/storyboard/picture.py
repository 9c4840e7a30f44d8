"""What a shot may say of its picture and its own sound: transition, titles, effects, markers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, PlainValidator, WithJsonSchema, model_validator

from stitcher.storyboard.base import Shorthand, StoryboardModel, raise_issues
from stitcher.storyboard.choices import Ease, Pan
from stitcher.storyboard.roles import RoleName
from stitcher.storyboard.transition_kinds import transition_kind
from stitcher.storyboard.values import (
    TIME_SCHEMA,
    ColourField,
    Name,
    Number,
    StreamNumber,
    Text,
    TimeField,
    Truth,
    plain_value,
    scalar_value,
)
from stitcher.timebase import Time

DEFAULT_TRANSITION = Time(frames=12)
"""How long a dissolve or wipe lasts when the storyboard does not say."""

LONGEST_FADE = 60
"""Seconds that a fade may last: what ffmpeg's xfade, which draws it, can."""


def _read_drop(value: object) -> Literal["auto"] | int:
    if isinstance(value, str) and value == "auto":
        return "auto"
    number = plain_value(str(value)) if isinstance(value, str) else value
    if isinstance(number, int) and not isinstance(number, bool) and number >= 0:
        return number
    raise ValueError("must be auto, 0, 1, 2 …: how many frames are taken off the end of the earlier shot")


Drop = Annotated[
    Literal["auto"] | int,
    PlainValidator(_read_drop),
    WithJsonSchema({"anyOf": [{"const": "auto"}, {"type": "integer", "minimum": 0}]}),
]


class Transition(StoryboardModel):
    """How a shot comes in: the join from the shot before it."""

    kind: Annotated[Name, Field(examples=["cut", "match", "dissolve", "fadeblack", "wipeleft"])]
    """`cut`, `match` (a cut that drops the frame a chained shot repeats), `dissolve`, or an xfade kind of ffmpeg."""
    duration: TimeField | None = None
    """How long both shots are seen; 12 frames when not given. Not for `cut` and `match`."""
    drop: Drop = "auto"
    """Only for `match`: frames taken off the end of the earlier shot. `auto` measures how many the later repeats."""

    @model_validator(mode="after")
    def _agrees(self) -> Transition:
        issues = []
        kind = transition_kind(self.kind)
        if not kind.overlaps and self.duration is not None:
            issues.append(
                ("duration", f"a {self.kind} has no length: remove 'duration' or choose 'dissolve'")
            )
        if not kind.drops_repeats and "drop" in self.model_fields_set:
            issues.append(("drop", "only a match cut drops a frame: remove 'drop' or write 'kind: match'"))
        if self.duration is not None and not self.duration:
            issues.append(("duration", "a transition of no length is a cut: write 'kind: cut'"))
        raise_issues(issues)
        return self


TransitionField = Annotated[
    Transition,
    Shorthand(lambda kind: {"kind": kind}, examples=["match", "cut", "dissolve", "fadeblack"]),
]


class ColourFade(StoryboardModel):
    """How a picture comes out of a colour, or goes into one; the sound comes and goes with it."""

    duration: TimeField
    """How long it takes, up to 60s."""
    colour: ColourField = "#000000"
    """What it comes from or goes into, `#rrggbb`; black when not given."""

    @model_validator(mode="after")
    def _lasts(self) -> ColourFade:
        if not self.duration:
            raise_issues([("duration", "a fade of no length is none: remove it")])
        if self.duration.seconds > LONGEST_FADE:
            raise_issues([("duration", f"must be {LONGEST_FADE}s or less, not {self.duration}")])
        return self


FadeField = Annotated[
    ColourFade,
    Shorthand(
        lambda duration: {"duration": duration}, also=(int, float, Time), pattern=TIME_SCHEMA["pattern"]
    ),
]


class StillMove(StoryboardModel):
    """How the view moves over a still while it is seen."""

    zoom: Annotated[Number, Field(ge=0.1, le=10)] = 1.0
    """How many times larger things are at the end than at the beginning, 0.1 to 10; below 1 the view pulls out."""
    pan: Pan | None = None
    """Where the view goes: from one edge of the picture to the other, as far as it has room."""
    ease: Ease = "linear"
    """How it sets off and arrives: `linear`, `in` (softly off), `out` (softly to rest), or `in-out`."""

    @model_validator(mode="after")
    def _moves(self) -> StillMove:
        if self.zoom == 1 and self.pan is None:
            raise_issues([("", "a move needs a 'zoom' or a 'pan'")])
        return self


class Effect(StoryboardModel):
    """A MoviePy effect on the shot's picture; every other key is handed to it."""

    model_config = ConfigDict(extra="allow")

    name: Annotated[Name, Field(examples=["MirrorX", "mypkg.fx:Grain"])]
    """An effect of MoviePy (`MirrorX`), or `module:Class` for one of your own."""

    @property
    def arguments(self) -> tuple[tuple[str, Any], ...]:
        """What the effect is called with, sorted by name."""
        return tuple(sorted((name, scalar_value(value)) for name, value in (self.model_extra or {}).items()))


EffectField = Annotated[Effect, Shorthand(lambda name: {"name": name}, examples=["MirrorX"])]


class OwnSound(StoryboardModel):
    """What becomes of the sound inside a shot's own file."""

    keep: Truth = True
    """Whether it is heard."""
    gain: Annotated[Number, Field(ge=-96, le=24)] = 0.0
    """Decibels, -96 to 24."""
    role: RoleName = "ambience"
    """Which stem it belongs to."""
    stream: StreamNumber | None = None
    """Which of the clip's sound streams, counted from 1 as `probe` lists them; the one players play when not given."""
    lead: TimeField = Time()
    """How long before its picture it is heard (a J cut)."""
    tail: TimeField = Time()
    """How long after its picture it is heard (an L cut)."""
    match: Truth = False
    """Whether it is raised or lowered, by 6 dB at most, to be as loud as the other shots' that match."""
    voice: Truth = False
    """Whether only the voice in it is heard, which is bought: what else a generator baked in is taken out."""

    @model_validator(mode="after")
    def _is_heard(self) -> OwnSound:
        if self.voice and not self.keep:
            raise_issues([("voice", "a sound that is muted needs no voice: remove 'voice' or 'keep: false'")])
        if self.voice and self.stream is not None:
            raise_issues([("stream", "the voice is taken out of the stream players play: remove 'stream'")])
        return self


def _own_sound(text: str) -> object:
    if text == "voice":
        return {"voice": True}
    return {"keep": text == "keep"} if text in ("keep", "mute") else text


OwnSoundField = Annotated[OwnSound, Shorthand(_own_sound, enum=["keep", "mute", "voice"])]


class ShotMarker(StoryboardModel):
    """A named frame of a shot."""

    name: Name
    """What the marker is called."""
    at: TimeField = Time()
    """Counted from the shot's first frame."""
    note: Text = ""
    """More words, for editors that show them."""


ShotMarkerField = Annotated[ShotMarker, Shorthand(lambda name: {"name": name})]

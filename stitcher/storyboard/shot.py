"""One shot of a storyboard: a clip that exists, a title, or a take to be generated."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema, model_validator

from stitcher.formats.colour import MatrixName
from stitcher.storyboard.accept import SeamAcceptance
from stitcher.storyboard.base import StoryboardModel, raise_issues
from stitcher.storyboard.choices import Conform, Fit, Flip
from stitcher.storyboard.framing import FocusField
from stitcher.storyboard.generation import Edit, Prompt, Seed, StartField, UpscaleField
from stitcher.storyboard.look import CropEdges, FreezeField, Grade
from stitcher.storyboard.overlay import ShotOverlay
from stitcher.storyboard.picture import (
    EffectField,
    FadeField,
    OwnSoundField,
    ShotMarkerField,
    StillMove,
    TransitionField,
)
from stitcher.storyboard.values import (
    TIME_SCHEMA,
    VARIABLE_SCHEMA,
    InputPath,
    Name,
    Number,
    ShotId,
    Speed,
    TimeField,
    Truth,
    Whole,
    read_time,
    read_whole,
)
from stitcher.storyboard.words import TitleCard
from stitcher.timebase import Time

_MOST_SECONDS = 60

ShotKind = Literal["clip", "still", "title", "take"]
Moderation = Literal["auto", "low"]
TakeSeconds = Annotated[Whole, Field(ge=1, le=_MOST_SECONDS)]

_ONLY_FOR_TAKES = ("prompt", "start", "model", "duration", "seed", "takes", "moderation")
_NOT_FOR_TITLES = (
    "in_", "out", "speed", "reverse", "freeze", "hold", "fit", "focus", "crop", "rotate", "zoom", "flip", "grade",
    "conform", "sound", "matrix", "edit", "upscale", *_ONLY_FOR_TAKES,
)  # fmt: skip


def _read_hold(value: object) -> Time | Literal["to-sound"]:
    if isinstance(value, str) and value == "to-sound":
        return "to-sound"
    try:
        return read_time(value)
    except ValueError as exc:
        raise ValueError(f"{exc}, or to-sound for as long as the lines that begin in the shot need") from exc


HoldField = Annotated[
    Time | Literal["to-sound"],
    PlainValidator(_read_hold),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"anyOf": [{"const": "to-sound"}, TIME_SCHEMA]}),
]


_NOT_FOR_STILLS = (
    "prompt", "start", "model", "seed", "takes", "moderation",
    "in_", "out", "speed", "reverse", "freeze", "hold", "conform", "sound", "matrix", "edit", "upscale",
)  # fmt: skip


def _read_duration(value: object) -> int | Time | Literal["from-sound"]:
    if isinstance(value, str) and value == "from-sound":
        return "from-sound"
    try:
        return read_time(value)
    except ValueError:
        pass
    try:
        seconds = read_whole(value)
    except ValueError as exc:
        raise ValueError(f"{exc}, or from-sound for as short as its lines allow") from exc
    if not 1 <= seconds <= _MOST_SECONDS:
        least = "1 or more" if seconds < 1 else f"{_MOST_SECONDS} or less"
        raise ValueError(f"must be {least}, not {seconds}")
    return seconds


DurationField = Annotated[
    int | Time | Literal["from-sound"],
    PlainValidator(_read_duration),
    PlainSerializer(lambda value: str(value) if isinstance(value, Time) else value),
    WithJsonSchema(
        {
            "anyOf": [
                {"const": "from-sound"},
                {"type": "integer", "minimum": 1, "maximum": _MOST_SECONDS},
                TIME_SCHEMA,
                VARIABLE_SCHEMA,
            ]
        }
    ),
]


class Shot(StoryboardModel):
    """One shot. It has a `clip`, a `still`, a `title`, or what a take is generated from (`prompt`, `start`)."""

    id: ShotId
    """Its name: anchors and starts refer to it. Letters, digits, `-`, `_` and `.`."""
    enabled: Truth = True
    """Whether it is seen and heard; black stands in the place of one that is not, as long as it is."""
    clip: InputPath | None = None
    """A video file that exists."""
    still: InputPath | None = None
    """A picture: PNG, JPEG or WebP."""
    move: StillMove | None = None
    """How the view moves over the still."""
    title: TitleCard | None = None
    """A card with text."""
    prompt: Prompt | None = None
    """What a take is generated from, in words."""
    start: StartField | None = None
    """What the take's first frame is made from."""
    model: Name | None = None
    """Which model makes the take."""
    duration: DurationField | None = None
    """Seconds to ask the model for, or `from-sound` for the shortest in which the lines that begin in it are over; of a
    still, how long it is seen: a time."""
    seed: Seed | None = None
    """The same seed, prompt and start give a similar take."""
    takes: Annotated[Whole, Field(ge=1, le=20)] | None = None
    """How many takes to make; the first is circled until another one is."""
    moderation: Moderation | None = None
    """How strictly public figures are refused by the generator."""
    edit: Edit | None = None
    """Another take made from the clip or from the circled take."""
    upscale: UpscaleField | None = None
    """Overrides the storyboard's `upscale` for this shot."""
    in_: Annotated[TimeField | None, Field(alias="in")] = None
    """First moment used, counted on the clip as it plays; frames are the clip's own."""
    out: TimeField | None = None
    """End of what is used, counted on the clip as it plays; the picture at this time is not shown any more."""
    speed: Speed | None = None
    """2 plays twice as fast, 0.5 at half speed; the sound keeps its pitch."""
    hold: HoldField | None = None
    """How long its last picture is held: a time, or `to-sound` for as long as the lines that begin in it need."""
    reverse: Truth = False
    """Whether it plays backwards; its own sound does where its `sound` is kept, and is silent otherwise."""
    freeze: FreezeField | None = None
    """Pictures that are held: `{at: 2s, duration: 1s}`, or a list; its own sound pauses meanwhile."""
    fit: Fit | None = None
    """How a picture of another shape fills the film: `crop`, `pad` (black bars) or `blur` (bars of itself)."""
    focus: FocusField | None = None
    """What of its picture stays in view where it is cropped: a point, key frames of one, or `auto`."""
    conform: Conform | None = None
    """How another rate becomes the film's: the `nearest` frame, or a `blend` of neighbours."""
    sound: OwnSoundField | None = None
    """The clip's own sound: `keep`, `mute`, `voice` (the voice in it alone), or a gain."""
    transition: TransitionField | None = None
    """How this shot comes in from the one before it."""
    crop: CropEdges | None = None
    """What is cut off its picture: `left`, `right`, `top`, `bottom`, in shares or in pixels."""
    rotate: Annotated[Number, Field(gt=-360, lt=360)] | None = None
    """Degrees clockwise that its picture is turned by; enlarged so that no corner is empty, unless by quarters."""
    zoom: Annotated[Number, Field(ge=1, le=10)] | None = None
    """How many times larger the middle of its picture is seen, 1 to 10."""
    flip: Flip | None = None
    """How its picture is mirrored: `horizontal` (left and right), `vertical`, or `both`."""
    grade: Grade | None = None
    """Its colours: exposure, contrast, saturation, temperature, a `.cube` file."""
    fade_in: FadeField | None = None
    """How long it takes to come out of black, or of a `colour`; its sound comes with it."""
    fade_out: FadeField | None = None
    """How long it takes to go into black, or into a `colour`; its sound goes with it."""
    effects: tuple[EffectField, ...] = ()
    """MoviePy effects, applied in order."""
    overlays: tuple[ShotOverlay, ...] = ()
    """What lies over it, the last on top: lower thirds (`text`), pictures and clips (`picture`)."""
    matrix: MatrixName | None = None
    """Colour matrix to assume when the clip does not say; BT.709 when not given."""
    accept: tuple[SeamAcceptance, ...] = ()
    """What `stitcher seams` finds of it, and of its join with the shot before, and is meant to be so."""
    markers: tuple[ShotMarkerField, ...] = ()
    """Named frames, counted from the shot's first frame."""

    @property
    def kind(self) -> ShotKind:
        """`clip` when a file exists already, `still`, `title`, or `take` when one has to be generated."""
        if self.title is not None:
            return "title"
        if self.still is not None:
            return "still"
        return "clip" if self.clip is not None and self.edit is None else "take"

    @model_validator(mode="after")
    def _is_one_thing(self) -> Shot:
        issues: list[tuple[str, str]] = []
        set_fields = {name for name in self.model_fields_set if getattr(self, name) is not None}
        if self.title is not None and self.clip is not None:
            issues.append(("title", "a shot is a clip or a title, not both: make two shots of it"))
        elif self.still is not None:
            issues += _still_issues(self, set_fields)
        elif self.title is not None:
            issues += [
                (_written(name), f"a title card has no '{_written(name)}'" + _title_hint(name))
                for name in _NOT_FOR_TITLES
                if name in set_fields
            ]
        elif self.clip is not None:
            issues += [
                (name, f"'{name}' is for shots that are generated, and this one is a clip" + _clip_hint(name))
                for name in _ONLY_FOR_TAKES
                if name in set_fields
            ]
            if self.in_ is not None and self.out is not None and _never_before(self.in_, self.out):
                issues.append(("out", f"'out' ({self.out}) is not after 'in' ({self.in_}): nothing is left"))
        elif not set_fields & {"prompt", "start"}:
            issues.append(
                ("", "a shot needs a 'clip', a 'still', a 'title', or a 'prompt' to generate it from")
            )
        if self.still is None:
            issues += _still_keys_elsewhere(self)
        issues += _backwards_issues(self)
        if self.duration == "from-sound" and self.out is not None:
            issues.append(("out", "'duration: from-sound' says where the shot ends: remove 'out'"))
        if self.hold is not None and self.out is not None and self.title is None:
            issues.append(
                ("hold", "the last picture of the file is held, and 'out' ends before it: keep one of them")
            )
        raise_issues(issues)
        return self


def _still_issues(shot: Shot, set_fields: Collection[str]) -> Iterator[tuple[str, str]]:
    for other in ("clip", "title"):
        if other in set_fields:
            yield other, f"a shot is a still or a {other}, not both: make two shots of it"
    for name in _NOT_FOR_STILLS:
        if name in set_fields:
            yield _written(name), f"a still has no '{_written(name)}'" + _STILL_HINTS.get(name, "")
    if shot.duration is None:
        yield "duration", "a still needs a 'duration', such as 4s"
    elif not isinstance(shot.duration, Time):
        yield "duration", f"how long a still is seen is a time, such as 4s or 96f, not {shot.duration}"


def _backwards_issues(shot: Shot) -> Iterator[tuple[str, str]]:
    if shot.reverse and shot.sound is not None and shot.sound.voice:
        yield "sound", "a voice alone is not heard backwards: say 'keep', or remove 'sound' for silence"


def _still_keys_elsewhere(shot: Shot) -> Iterator[tuple[str, str]]:
    if shot.move is not None:
        yield "move", "'move' is for a 'still'"
    if shot.kind == "take" and isinstance(shot.duration, Time):
        yield "duration", f"a take lasts whole seconds, written without a unit: not {shot.duration}"


_STILL_HINTS = {
    "start": ": to have it moved by a model, write it as 'start' instead of 'still'",
    "prompt": ": to have it moved by a model, write it as 'start' instead of 'still'",
    "hold": ": 'duration' says how long it is seen",
    "speed": ": 'duration' says how long it is seen",
    "in_": ": 'duration' says how long it is seen",
    "out": ": 'duration' says how long it is seen",
}


def _never_before(one: Time, other: Time) -> bool:
    """Whether that is so at any rate: times in the same unit can be compared without one."""
    both_frames = not one.seconds and not other.seconds
    both_seconds = not one.frames and not other.frames
    return (both_frames or both_seconds) and (one.seconds, one.frames) >= (other.seconds, other.frames)


def _written(name: str) -> str:
    return name.rstrip("_")


def _title_hint(name: str) -> str:
    return ": write it inside 'title'" if name == "duration" else ""


def _clip_hint(name: str) -> str:
    if name == "duration":
        return ": its length comes from 'in' and 'out'"
    return ": to change it with a model, use 'edit'" if name == "prompt" else ""

"""One sound cue of a storyboard: which file or what to buy, where, how loud, ducked under what."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    PrivateAttr,
    WithJsonSchema,
    model_validator,
)

from stitcher.storyboard.anchor import Anchor, AnchorField
from stitcher.storyboard.base import Shorthand, StoryboardModel, raise_issues
from stitcher.storyboard.bought_sound import GeneratedSound, spoken_words
from stitcher.storyboard.captions import LanguageField
from stitcher.storyboard.choices import CueFit, DuckMode, FadeCurve
from stitcher.storyboard.dub import Dubs
from stitcher.storyboard.roles import RoleName
from stitcher.storyboard.values import (
    TIME_SCHEMA,
    InputPath,
    Name,
    Number,
    ShotId,
    StreamNumber,
    Text,
    TimeField,
    Truth,
    read_id,
    read_time,
)
from stitcher.timebase import Time


class Duck(StoryboardModel):
    """How far a sound steps back while others are heard."""

    under: Annotated[tuple[RoleName, ...], Field(min_length=1), Shorthand(lambda role: (role,))] = (
        "dialogue",
    )
    """The role, or list of roles, it makes room for: where their sounds are really heard, not where their files are."""
    by: Annotated[Number, Field(gt=0, le=60)] = 10.0
    """Decibels it is lowered by."""
    attack: TimeField = Time(seconds=Fraction(1, 5))
    """How long it takes to step back, before the other sound begins."""
    release: TimeField = Time(seconds=Fraction(1, 2))
    """How long it takes to return."""
    hold: TimeField = Time(seconds=Fraction(1))
    """It stays back through pauses of the other sound that are no longer than this."""
    mode: DuckMode = "keys"
    """`keys` plans the gain from where the other sound is heard; `sidechain` compresses by its level instead."""

    @model_validator(mode="after")
    def _agrees(self) -> Duck:
        if self.mode == "sidechain" and "hold" in self.model_fields_set:
            raise_issues([("hold", "a sidechain follows the level and holds nothing: remove 'hold'")])
        return self


class GainKey(StoryboardModel):
    """How loud a sound is at one moment; between two of them the gain goes in a straight line of decibels."""

    at: TimeField
    """When, counted from where the sound begins in the film."""
    gain: Annotated[Number, Field(ge=-96, le=24)]
    """Decibels on top of the sound's `gain`, -96 to 24."""


class Align(StoryboardModel):
    """Moves a sound so that one of its beats lands on a moment of the film."""

    to: AnchorField | None = None
    """The moment, an anchor; where the sound begins, or its `pivot` lies, when not given."""
    limit: TimeField = Time(seconds=Fraction(1, 2))
    """How far it is moved at most; where its nearest beat is farther, it stays and that is told."""


AlignField = Annotated[Align, Shorthand(lambda text: {} if text == "beat" else text, enum=["beat"])]


def _listed(value: object) -> object:
    """Rules of ducking as a list, of which one may stand alone."""
    return value if isinstance(value, (list, tuple)) else (value,)


class Ambience(StoryboardModel):
    """Room tone under shots without sound of their own."""

    file: InputPath | None = None
    """A sound of the place, looped; without it the quietest part of the nearest clip with sound."""
    gain: Annotated[Number, Field(ge=-96, le=24)] = 0.0
    """Decibels, -96 to 24."""


AmbienceField = Annotated[Ambience, Shorthand(lambda text: {} if text == "fill" else text, enum=["fill"])]


def _read_pivot(value: object) -> Time | Literal["onset"]:
    if isinstance(value, str) and value == "onset":
        return "onset"
    try:
        return read_time(value)
    except ValueError as exc:
        raise ValueError(f"{exc}, or onset for the first moment at which something strikes") from exc


PivotField = Annotated[
    Time | Literal["onset"],
    PlainValidator(_read_pivot),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"anyOf": [{"const": "onset"}, TIME_SCHEMA]}),
]


class Cue(StoryboardModel):
    """One placed sound. It starts at the film's start unless `at` or `from` says otherwise."""

    role: RoleName
    """Which stem it belongs to: dialogue, music, effects, ambience, or a name under the storyboard's `roles`."""
    file: InputPath | None = None
    """Any sound file ffmpeg reads."""
    generate: GeneratedSound | None = None
    """What to buy instead of a file: words that are said, an effect, the sound of a picture, …"""
    stream: StreamNumber | None = None
    """Which of the file's sound streams, counted from 1 as `probe` lists them; the one players play when not given."""
    name: Name | None = None
    """What editors and reports call it; the file's name when not given. One that is bought needs one."""
    at: AnchorField | None = None
    """Where it begins: a time, or a shot with an offset (`door+1.5s`)."""
    from_: Annotated[ShotId | None, Field(alias="from")] = None
    """Begins with this shot."""
    to: ShotId | None = None
    """Ends with this shot."""
    until: AnchorField | None = None
    """Where it ends."""
    length: TimeField | None = None
    """How long it is heard."""
    in_: Annotated[TimeField | None, Field(alias="in")] = None
    """Where in the file it starts."""
    out: TimeField | None = None
    """Where in the file it stops."""
    gain: Annotated[Number, Field(ge=-96, le=24)] = 0.0
    """Decibels, -96 to 24."""
    gain_keys: tuple[GainKey, ...] = ()
    """Gain that moves: key frames in order; constant before the first and after the last. What it steps back by and
    its fades come on top."""
    fade_in: TimeField = Time()
    """How long it takes to come in; 5 ms when not given and `in` cuts into the file."""
    fade_in_curve: FadeCurve = "linear"
    """How it comes in."""
    fade_out: TimeField = Time()
    """How long it takes to go; 5 ms when not given and it ends before the file does."""
    fade_out_curve: FadeCurve = "linear"
    """How it goes."""
    pan: Annotated[Number, Field(ge=-1, le=1)] = 0.0
    """From -1 (left) to 1 (right)."""
    mute: Truth = False
    """Left out of the film."""
    solo: Truth = False
    """Only sounds with this are heard, to listen to them alone."""
    loop: Truth = False
    """Begins again when the file (or `out`) ends, until its end in the film."""
    crossfade: TimeField | None = None
    """How long the end of each round of a loop crosses with the next one's beginning; a round is shorter by it."""
    fit: CueFit | None = None
    """How it comes to last to `to`, `until` or `length`: `loop`, `trim` (with a fade), or `stretch` (up to 10 %)."""
    pivot: PivotField | None = None
    """The moment in the file that lands on `at` or `from`: a time, or `onset` for its first strong one."""
    align: AlignField | None = None
    """`beat` moves it so that its nearest beat lands on its anchor; or see `Align`."""
    text: Text | None = None
    """What is said or heard in it, shown as captions over its length."""
    captions: InputPath | None = None
    """An SRT, WebVTT, ASS or SSA file on the clock of the sound's file."""
    language: LanguageField | None = None
    """Of `text` or `captions`: `en`, `pt-BR`; the storyboard's `language` when not given."""
    dubs: Dubs = Field(default_factory=dict)
    """What it is in other languages, each with a `file`, a `text`, or both."""
    duck: Annotated[tuple[Duck, ...], BeforeValidator(_listed)] = ()
    """Steps back under other roles; of several rules the deepest counts."""

    _own: Cue | None = PrivateAttr(default=None)

    @property
    def own(self) -> Cue | None:
        """In another language of the film: the sound as it is in the film's own, where it is another there."""
        return self._own

    @property
    def loops(self) -> bool:
        """Whether it begins again when it ends."""
        return self.loop or self.fit == "loop"

    @property
    def anchors(self) -> tuple[tuple[str, Anchor], ...]:
        """Every anchor it has, with its key."""
        to = self.align.to if self.align is not None else None
        named = (("at", self.at), ("until", self.until), ("align", to))
        return tuple((key, anchor) for key, anchor in named if anchor is not None)

    @property
    def words(self) -> str | None:
        """What a voice is bought to say; `None` for any other sound."""
        return spoken_words(self.generate, self.text)

    @model_validator(mode="after")
    def _has_a_sound(self) -> Cue:
        issues = []
        if self.generate is None:
            if self.file is None:
                issues.append(("", "a sound needs a 'file', or 'generate' to buy one"))
        elif self.file is not None and "generate" in self.model_fields_set:
            issues.append(("generate", "'file' and 'generate' both say what is heard: keep one"))
        elif self.name is None:
            issues.append(
                ("generate", "a sound that is bought needs a 'name', by which it is known from then on")
            )
        else:
            try:
                read_id(self.name)
            except ValueError as exc:
                issues.append(("name", str(exc).replace("name a shot", "name a sound that is bought")))
            if self.generate.kind == "speech" and self.words is None:
                issues.append(("generate", "nothing is said: write 'speech' in it, or 'text' beside it"))
        raise_issues(issues)
        return self

    @model_validator(mode="after")
    def _agrees(self) -> Cue:
        issues = []
        if self.at is not None and self.from_ is not None:
            issues.append(("from", "'at' and 'from' both say where it begins: keep one"))
        ends = [key for key in ("to", "until", "length") if getattr(self, key) is not None]
        if len(ends) > 1:
            both = " and ".join(repr(key) for key in ends)
            issues.append((ends[1], f"{both} both say where it ends: keep one"))
        if self.loop and self.fit in ("trim", "stretch"):
            issues.append(("fit", f"'loop' and 'fit: {self.fit}' say different things: keep one"))
        if self.fit is not None and not ends:
            issues.append(
                ("fit", "there is nothing to fit into: say with 'to', 'until' or 'length' where it ends")
            )
        if self.crossfade is not None and not self.loops:
            issues.append(
                ("crossfade", "only a loop crosses with itself: write 'loop: true' or remove 'crossfade'")
            )
        if self.fit == "stretch":
            issues += [
                (key, f"a stretched sound has its moments elsewhere: keep {key!r} or 'fit: stretch'")
                for key in {"pivot", "align"} & self.model_fields_set
            ]
        if self.length is not None and not self.length:
            issues.append(("length", "a sound of no length cannot be heard"))
        if self.text is not None and self.captions is not None:
            issues.append(("captions", "'text' and 'captions' both say what is heard in it: keep one"))
        if self.text is not None and not self.text.strip():
            issues.append(("text", "there is no text to show"))
        raise_issues(issues)
        return self

    @model_validator(mode="after")
    def _is_placed_in_every_language(self) -> Cue:
        issues = []
        if isinstance(self.pivot, Time) and any(dub.file is not None for dub in self.dubs.values()):
            issues.append(
                ("pivot", "a dub has its moments elsewhere: write 'pivot: onset', or place it by 'at'")
            )
        raise_issues(issues)
        return self

    @model_validator(mode="after")
    def _has_one_sidechain(self) -> Cue:
        if sum(rule.mode == "sidechain" for rule in self.duck) > 1:
            raise_issues(
                [("duck", "one rule of a sound can be a sidechain: list all its roles under 'under'")]
            )
        return self

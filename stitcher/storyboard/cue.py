"""One sound cue of a storyboard: which file, where, how loud, ducked under what."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from pydantic import Field, model_validator

from stitcher.storyboard.anchor import AnchorField
from stitcher.storyboard.base import Shorthand, StoryboardModel, raise_issues
from stitcher.storyboard.choices import Role
from stitcher.storyboard.values import InputPath, Name, Number, ShotId, StreamNumber, TimeField, Truth
from stitcher.timebase import Time


class Duck(StoryboardModel):
    """How far a sound steps back while others are heard."""

    under: Annotated[tuple[Role, ...], Field(min_length=1), Shorthand(lambda role: (role,))] = ("dialogue",)
    """The role, or list of roles, it makes room for."""
    by: Annotated[Number, Field(gt=0, le=60)] = 10.0
    """Decibels it is lowered by."""
    attack: TimeField = Time(seconds=Fraction(1, 5))
    """How long it takes to step back, before the other sound begins."""
    release: TimeField = Time(seconds=Fraction(1, 2))
    """How long it takes to return."""


class Cue(StoryboardModel):
    """One placed sound. It starts at the film's start unless `at` or `from` says otherwise."""

    role: Role
    """Which stem it belongs to."""
    file: InputPath
    """Any sound file ffmpeg reads."""
    stream: StreamNumber | None = None
    """Which of the file's sound streams, counted from 1 as `probe` lists them; the one players play when not given."""
    name: Name | None = None
    """What editors and reports call it; the file's name when not given."""
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
    fade_in: TimeField = Time()
    """How long it takes to come in; 5 ms when not given and `in` cuts into the file."""
    fade_out: TimeField = Time()
    """How long it takes to go; 5 ms when not given and it ends before the file does."""
    loop: Truth = False
    """Begins again when the file ends, until its end in the film."""
    duck: Duck | None = None
    """Steps back under other roles."""

    @model_validator(mode="after")
    def _agrees(self) -> Cue:
        issues = []
        if self.at is not None and self.from_ is not None:
            issues.append(("from", "'at' and 'from' both say where it begins: keep one"))
        ends = [key for key in ("to", "until", "length") if getattr(self, key) is not None]
        if len(ends) > 1:
            both = " and ".join(repr(key) for key in ends)
            issues.append((ends[1], f"{both} both say where it ends: keep one"))
        if self.loop and self.out is not None:
            issues.append(("out", "a loop plays the whole file again: remove 'out' or cut the file"))
        if self.length is not None and not self.length:
            issues.append(("length", "a sound of no length cannot be heard"))
        raise_issues(issues)
        return self

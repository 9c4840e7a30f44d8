"""Sounds that are bought: words that are said, effects, the sound of a picture, a voice alone, another language."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema, model_validator

from stitcher.storyboard.base import Shorthand, StoryboardModel, raise_issues
from stitcher.storyboard.captions import LanguageField
from stitcher.storyboard.generation import Prompt, Seed
from stitcher.storyboard.values import InputPath, Name, ShotId, Truth, read_number, read_time
from stitcher.timebase import format_decimal

SoundKind = Literal["speech", "effect", "picture", "isolate", "dub"]

_OF_KIND: Mapping[SoundKind, tuple[str, ...]] = {
    "speech": ("speech", "voice", "language"),
    "effect": ("effect", "duration", "loop"),
    "picture": ("picture", "prompt"),
    "isolate": ("isolate",),
    "dub": ("dub", "into"),
}
"""Keys of each kind, the one that makes it of that kind first."""
_KINDS = tuple(_OF_KIND)


def _read_seconds(value: object) -> Fraction:
    if isinstance(value, str) and value.strip().endswith(("s", "f")):
        time = read_time(value)
        if time.frames:
            raise ValueError("must be in seconds: services know nothing of frames")
        seconds = time.seconds
    else:
        seconds = Fraction(str(read_number(value)))
    if seconds <= 0:
        raise ValueError("must be more than 0 seconds")
    return seconds


SoundSeconds = Annotated[
    Fraction,
    PlainValidator(_read_seconds),
    PlainSerializer(lambda seconds: f"{format_decimal(seconds)}s", return_type=str),
    WithJsonSchema({"type": ["number", "string"], "examples": [3, "1.5s"]}),
]


class Voice(StoryboardModel):
    """How one character speaks, wherever it does."""

    preset: Name
    """The service's name of the voice."""
    model: Name | None = None
    """Which model speaks with it."""
    language: LanguageField | None = None
    """What it speaks, for models that are told: `en`."""


Voices = Mapping[str, Annotated[Voice, Shorthand(lambda name: {"preset": name}, examples=["Maya"])]]
"""By a character's name: its voice."""


class MadeFrom(StoryboardModel):
    """What a sound is made from: exactly one of a file, a shot, or another sound of the storyboard."""

    file: InputPath | None = None
    """A sound file, or a clip."""
    shot: ShotId | None = None
    """The picture, or the own sound, of this shot."""
    sound: Name | None = None
    """The sound of this name."""

    @model_validator(mode="after")
    def _is_one_thing(self) -> MadeFrom:
        given = [key for key in ("file", "shot", "sound") if getattr(self, key) is not None]
        if len(given) != 1:
            which = f"it has {' and '.join(given)}" if given else "it has none"
            raise_issues([("", f"a sound is made from one of 'file', 'shot' and 'sound'; {which}")])
        return self


_SourceField = Annotated[MadeFrom, Shorthand(lambda file: {"file": file})]


class GeneratedSound(StoryboardModel):
    """A sound to be bought: exactly one of `speech`, `effect`, `picture`, `isolate` and `dub`."""

    speech: Prompt | None = None
    """What is said; the sound's `text` when only `voice` is given."""
    voice: Name | None = None
    """Who says it: a character of `voices`, or the service's name of a voice."""
    language: LanguageField | None = None
    """What is spoken, for models that are told."""
    effect: Prompt | None = None
    """What is heard, in words."""
    duration: SoundSeconds | None = None
    """How long the effect is, in seconds; the model decides when not given."""
    loop: Truth = False
    """Whether the effect's end leads into its beginning."""
    picture: _SourceField | None = None
    """Whose picture gets the sound that fits it: a clip's or a shot's."""
    prompt: Prompt | None = None
    """What is to be heard in the picture."""
    isolate: _SourceField | None = None
    """Out of what the voice is taken alone."""
    dub: _SourceField | None = None
    """What is spoken again in another language."""
    into: LanguageField | None = None
    """The language it is dubbed into: `de`."""
    model: Name | None = None
    """Which model makes it; one for each kind when not given."""
    seed: Seed | None = None
    """The same seed and words give a similar sound."""

    @property
    def kind(self) -> SoundKind:
        """What is bought."""
        return next((kind for kind in _KINDS if getattr(self, kind) is not None), "speech")

    @property
    def source(self) -> MadeFrom | None:
        """What it is made from, beside words."""
        return self.picture or self.isolate or self.dub

    @model_validator(mode="after")
    def _is_one_thing(self) -> GeneratedSound:
        given = [kind for kind in _KINDS if getattr(self, kind) is not None]
        issues: list[tuple[str, str]] = []
        if len(given) > 1:
            both = " and ".join(map(repr, given))
            issues.append((given[1], f"{both} are two sounds: keep one, or make two sounds of it"))
        elif not given and self.voice is None:
            kinds = ", ".join(map(repr, _KINDS))
            issues.append(("", f"it does not say what to make: write one of {kinds}"))
        else:
            own = _OF_KIND[self.kind]
            others = {key: kind for kind, keys in _OF_KIND.items() for key in keys if key not in own}
            issues += [
                (key, f"{key!r} is for {kind!r}, and this is {self.kind!r}: remove it")
                for key, kind in others.items()
                if key in self.model_fields_set
            ]
            if self.kind == "speech" and self.voice is None:
                issues.append(("speech", "nobody is named to say it: write 'voice'"))
            if self.kind == "dub" and self.into is None:
                issues.append(
                    ("dub", "there is no language to dub it into: write 'into', such as 'into: de'")
                )
            if self.picture is not None and self.picture.sound is not None:
                issues.append(("picture", "a sound has no picture: name a 'shot' or a clip's 'file'"))
        raise_issues(issues)
        return self


def spoken_words(asked: GeneratedSound | None, text: str | None) -> str | None:
    """What is said in a sound that is bought and has this `text`; `None` where nothing is."""
    if asked is None or asked.kind != "speech":
        return None
    return asked.speech if asked.speech is not None else text

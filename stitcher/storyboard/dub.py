"""Dubs: what a sound is in other languages, and the storyboard as it is in one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, model_validator

from stitcher.storyboard.base import Shorthand, StoryboardModel, raise_issues
from stitcher.storyboard.captions import LanguageField
from stitcher.storyboard.values import InputPath, Number, Text, TimeField

if TYPE_CHECKING:
    from stitcher.storyboard.cue import Cue
    from stitcher.storyboard.model import Storyboard


class Dub(StoryboardModel):
    """A sound in another language: everything not said here is as in the sound."""

    file: InputPath | None = None
    """The same in this language; without it the words alone are, and the sound stays."""
    in_: Annotated[TimeField | None, Field(alias="in")] = None
    """Where in that file it starts."""
    out: TimeField | None = None
    """Where in that file it stops."""
    gain: Annotated[Number, Field(ge=-96, le=24)] | None = None
    """Decibels, -96 to 24; as of the sound when not given."""
    text: Text | None = None
    """What is said in it, shown as captions over its length."""
    captions: InputPath | None = None
    """An SRT, WebVTT, ASS or SSA file on the clock of its file."""

    @model_validator(mode="after")
    def _agrees(self) -> Dub:
        issues = []
        if self.file is None and self.text is None and self.captions is None:
            issues.append(("", "there is nothing in this language: give a 'file', a 'text', or 'captions'"))
        if self.text is not None and self.captions is not None:
            issues.append(("captions", "'text' and 'captions' both say what is heard in it: keep one"))
        if self.file is None:
            issues += [
                (key, f"'{key}' is said of a file: add 'file', or remove it")
                for key, value in (("in", self.in_), ("out", self.out), ("gain", self.gain))
                if value is not None
            ]
        raise_issues(issues)
        return self


Dubs = Mapping[LanguageField, Annotated[Dub, Shorthand(lambda file: {"file": file})]]
"""By language."""


def dub_languages(board: Storyboard) -> tuple[str, ...]:
    """The languages that its sounds have besides their own, in the order in which they come."""
    own = board.language
    return tuple(dict.fromkeys(language for cue in board.sound for language in cue.dubs if language != own))


def in_language(board: Storyboard, language: str) -> Storyboard:
    """The storyboard as it is in a language: sounds that have it are in it, all others as they are."""
    sound = tuple(_dubbed(cue, language, board.language) for cue in board.sound)
    captions = tuple(
        one.model_copy(update={"language": one.language or board.language}) for one in board.captions
    )
    return board.model_copy(update={"sound": sound, "captions": captions, "language": language})


def _dubbed(cue: Cue, language: str, usual: str | None) -> Cue:
    dub = cue.dubs.get(language)
    if dub is None:
        # What has no words in this language goes on being in its own.
        return cue.model_copy(update={"dubs": {}, "language": cue.language or usual})
    changed: dict[str, Any] = {
        "language": language,
        "text": dub.text,
        "captions": dub.captions,
        "dubs": {},
    }
    if dub.file is not None:
        changed |= {"file": dub.file, "generate": None, "in_": dub.in_, "out": dub.out, "stream": None}
        changed |= {} if dub.gain is None else {"gain": dub.gain}
    dubbed = cue.model_copy(update=changed)
    dubbed._own = cue
    return dubbed

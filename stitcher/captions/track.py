"""Captions as values: as read from a file, on its clock, and as tracks of a film, in frames. Pure."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from stitcher.captions.word_times import TimedWord
from stitcher.captions.words import Words, plain
from stitcher.storyboard.choices import CaptionOutput
from stitcher.timebase import FrameRange

_MIDDLE_LINE = 8
"""A picture has about fifteen lines of captions."""

UNDETERMINED = "und"
"""The language of captions that do not say theirs."""


@dataclass(frozen=True, slots=True)
class Caption:
    """One caption of a file: words, and when they are shown. Seconds of the file's own clock."""

    start: Fraction
    stop: Fraction
    words: Words
    settings: str = ""
    """WebVTT's cue settings: `line:0 align:start`."""
    identifier: str = ""
    timed: tuple[TimedWord, ...] = ()
    """Those of its words that the file gives a time."""


@dataclass(frozen=True, slots=True)
class CaptionFile:
    """What a caption file holds."""

    captions: tuple[Caption, ...]
    blocks: tuple[str, ...] = ()
    """WebVTT's `STYLE` and `REGION` blocks, as written."""
    left_out: tuple[str, ...] = ()
    """What is in the file and not carried over, a phrase each; words never are."""


@dataclass(frozen=True, slots=True)
class CaptionStyle:
    """How burnt-in captions look."""

    font: str | None = None
    """Absolute path of a TrueType or OpenType file; `None` for the bundled one."""
    font_sha256: str | None = None
    font_face: int = 0
    """Which font of a collection, counted from 0."""
    size: float = 0.036
    """Height of capital letters as a share of the picture's height."""
    colour: str = "#ffffff"
    background: str = "#000000"
    """Of the translucent box behind each line."""
    position: Literal["bottom", "top"] = "bottom"
    """Where captions are that do not say it themselves."""


@dataclass(frozen=True, slots=True)
class FilmCaption:
    """A caption at its place in the film."""

    record: FrameRange
    """Record clock."""
    words: Words
    settings: str = ""
    identifier: str = ""

    @property
    def at_top(self) -> bool | None:
        """Whether its settings put it into the upper half of the picture; `None` where they say nothing."""
        for setting in self.settings.split():
            name, _, value = setting.partition(":")
            line = value.split(",")[0]
            if name == "line" and line.removesuffix("%").lstrip("-").replace(".", "", 1).isdigit():
                number = float(line.removesuffix("%"))
                return number < 50 if line.endswith("%") else 0 <= number < _MIDDLE_LINE
        return None

    def is_at_top(self, style: CaptionStyle) -> bool:
        """Whether it is burnt in at the top of the picture, in that style."""
        return style.position == "top" if self.at_top is None else self.at_top

    def __str__(self) -> str:
        """The beginning of what it says, on one line, in quotes."""
        line = " ".join(plain(self.words).split())
        return repr(line if len(line) <= 40 else line[:39] + "…")


@dataclass(frozen=True, slots=True)
class CaptionTrack:
    """The captions of a film in one language."""

    language: str
    """BCP 47: `en`, `pt-BR`; `und` where it is not known."""
    captions: tuple[FilmCaption, ...]
    """By when they begin; they may overlap."""
    name: str = ""
    """What tells it from others of its language: `SDH`, `director`."""
    outputs: tuple[CaptionOutput, ...] = ("track",)
    """Besides the files beside the film."""
    style: CaptionStyle = CaptionStyle()
    blocks: tuple[str, ...] = ()
    """WebVTT's `STYLE` and `REGION` blocks, as written."""
    files: tuple[Path, ...] = ()
    """What they were read from."""

    @property
    def label(self) -> str:
        """What messages call it."""
        return f"{self.language} ({self.name})" if self.name else self.language


@dataclass(frozen=True, slots=True)
class Screen:
    """A stretch of the film in which the same captions are shown, one or several."""

    record: FrameRange
    captions: tuple[FilmCaption, ...]
    """The one that began first is first."""


def screens(captions: tuple[FilmCaption, ...]) -> tuple[Screen, ...]:
    """Captions as they follow each other without overlap: where several are shown at once, a screen has them all.

    A   |-------------|                 A     A+B     B
    B          |------------|     ->  |----||------||----|
    """
    edges = sorted({edge for one in captions for edge in (one.record.start, one.record.stop)})
    waiting = sorted(captions, key=lambda one: one.record.start)
    shown: list[FilmCaption] = []
    made: list[Screen] = []
    for start, stop in itertools.pairwise(edges):
        while waiting and waiting[0].record.start <= start:
            shown.append(waiting.pop(0))
        shown = [one for one in shown if one.record.stop > start]
        if shown:
            made.append(Screen(FrameRange(start, stop), tuple(shown)))
    return tuple(made)

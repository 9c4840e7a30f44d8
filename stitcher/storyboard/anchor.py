"""Anchors: positions in the film as written: a time, or a shot, seam, marker or the film's end with an offset.

12s  00:00:10:00      counted from the film's start
door  door-12f        where the shot is first seen
door.end  door.end-1s where the shot is last seen
seam:storm            the middle of the transition into the shot storm; at a cut, the cut
marker:thunder+6f     a marker of the storyboard or of one of its shots
word:door  word:door#2    where a word is said, of which captions give the time; #2 is the second time it is
word:door.end             where it has been said
line:vow  line:vow.end    where a line begins and ends: a sound of dialogue, by its name
end  end-2s           the film's end
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from stitcher.errors import InputError
from stitcher.storyboard.suggest import unknown_name
from stitcher.storyboard.values import plain_number, read_id, read_name, read_time
from stitcher.timebase import Time, parse_time

AnchorBase = Literal[
    "start", "end", "shot", "shot end", "seam", "marker", "word", "word end", "line", "line end"
]
"""What an offset is counted from: the film's `start` or `end`, or something that has a name."""
SPOKEN: tuple[AnchorBase, ...] = ("word", "word end", "line", "line end")
"""What is known when the sounds are placed that are anchored to nothing of the kind."""

_OFFSET = re.compile(r"(.+?)\s*([+-])\s*([^+-]+)")
_END = ".end"
_NONE = Time()


@dataclass(frozen=True, slots=True)
class Position:
    """One way to read an anchor."""

    base: AnchorBase
    name: str = ""
    """Of the shot or the marker; empty for the film's start and end."""
    offset: Time = _NONE
    before: bool = False
    """Whether the offset is taken away instead of added."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What was written, with every way to read it; names may hold a `-` or end in `.end`, so there can be several."""

    text: str
    readings: tuple[Position, ...]

    def resolve(
        self,
        shots: Collection[str],
        markers: Collection[str] = (),
        spoken: Mapping[AnchorBase, Collection[str]] | None = None,
    ) -> Position | None:
        """The reading whose shot, marker, word or line exists, the longest name first; `None` when there is none. Words
        and lines are taken for there where `spoken` is not given.
        """
        for reading in self.readings:
            if reading.base in SPOKEN:
                if spoken is None or reading.name in spoken.get(reading.base, ()):
                    return reading
                continue
            names = markers if reading.base == "marker" else shots
            if not reading.name or reading.name in names:
                return reading
        return None

    def missing(
        self,
        shots: Collection[str],
        markers: Collection[str] = (),
        spoken: Mapping[AnchorBase, Collection[str]] | None = None,
    ) -> str:
        """What an anchor that `resolve` finds nothing for most likely means, and what there is instead."""
        likely = self.readings[-1]
        if likely.base in SPOKEN:
            known = (spoken or {}).get(likely.base, ())
            if likely.base.startswith("word") and not known:
                return (
                    "no captions here give times of words: WebVTT does with times inside captions (<00:01.500>), ASS "
                    "with karaoke (\\k)."
                )
            kind = likely.base.removesuffix(" end")
            return unknown_name(kind, likely.name, [name for name in known if "#" not in name])
        if likely.base == "marker":
            return unknown_name("marker", likely.name, markers)
        return unknown_name("shot", likely.name, shots)

    @property
    def is_spoken(self) -> bool:
        """Whether it names a word or a line."""
        return any(reading.base in SPOKEN for reading in self.readings)

    def __str__(self) -> str:
        return self.text


def read_anchor(value: object) -> Anchor:
    """An `Anchor`; raises `ValueError` for anything that is none."""
    if isinstance(value, Anchor):
        return value
    if isinstance(value, Time):
        return Anchor(str(value), (Position("start", offset=value),))
    if plain_number(value) or not isinstance(value, str):
        read_time(value)
        raise ValueError("must be a time or a shot with an offset (door+1.5s)")
    text = str(value).strip()
    with suppress(InputError):
        return Anchor(text, (Position("start", offset=parse_time(text)),))
    readings = list(_readings(text))
    if match := _OFFSET.fullmatch(text):
        with suppress(InputError):
            readings += _readings(match[1], parse_time(match[3]), before=match[2] == "-")
    if not readings:
        raise ValueError(
            f"{text!r} is neither a time (12f, 1.5s, 00:00:01:12) nor a shot with an offset (door, door+1.5s, "
            "door-12f, door.end), a seam (seam:door), a marker (marker:NAME), a word (word:door), a line (line:NAME) "
            "or the film's end (end-2s)"
        )
    # The film's own end is what is meant only where no shot has that name.
    return Anchor(text, tuple(sorted(readings, key=lambda reading: not reading.name)))


def _readings(text: str, offset: Time = _NONE, *, before: bool = False) -> tuple[Position, ...]:
    prefix, colon, name = text.partition(":")
    with suppress(ValueError):
        if colon and prefix == "seam":
            return (Position("seam", read_id(name), offset, before),)
        if colon and prefix == "marker":
            return (Position("marker", read_name(name), offset, before),)
        if colon and prefix == "word":
            return tuple(_spoken("word", "word end", read_name(name).casefold(), offset, before))
        if colon and prefix == "line":
            return tuple(_spoken("line", "line end", read_name(name), offset, before))
        found = [Position("shot", read_id(text), offset, before)]
        if text.endswith(_END):
            with suppress(ValueError):
                found.append(Position("shot end", read_id(text.removesuffix(_END)), offset, before))
        if text == "end":
            found.append(Position("end", "", offset, before))
        return tuple(found)
    return ()


def _spoken(
    begins: AnchorBase, ends: AnchorBase, name: str, offset: Time, before: bool
) -> Iterator[Position]:
    yield Position(begins, name, offset, before)
    if name.endswith(_END) and name != _END:
        yield Position(ends, name.removesuffix(_END), offset, before)


AnchorField = Annotated[
    Anchor,
    PlainValidator(read_anchor),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "examples": [
                "00:00:10:00",
                "4.5s",
                "door",
                "door+1.5s",
                "door-12f",
                "door.end",
                "seam:door",
                "marker:thunder",
                "word:door",
                "line:vow.end",
                "end-2s",
            ],
        }
    ),
]

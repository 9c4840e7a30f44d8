"""Anchors: positions in the film as written: a time, or a shot, seam, marker or the film's end with an offset.

12s  00:00:10:00      counted from the film's start
door  door-12f        where the shot is first seen
door.end  door.end-1s where the shot is last seen
seam:storm            the middle of the transition into the shot storm; at a cut, the cut
marker:thunder+6f     a marker of the storyboard or of one of its shots
end  end-2s           the film's end
"""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from stitcher.errors import InputError
from stitcher.storyboard.suggest import unknown_name
from stitcher.storyboard.values import plain_number, read_id, read_name, read_time
from stitcher.timebase import Time, parse_time

AnchorBase = Literal["start", "end", "shot", "shot end", "seam", "marker"]
"""What an offset is counted from: the film's `start` or `end`, or something that has a name."""

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

    def resolve(self, shots: Collection[str], markers: Collection[str] = ()) -> Position | None:
        """The reading whose shot or marker exists, the longest name first; `None` when there is none."""
        for reading in self.readings:
            names = markers if reading.base == "marker" else shots
            if not reading.name or reading.name in names:
                return reading
        return None

    def missing(self, shots: Collection[str], markers: Collection[str] = ()) -> str:
        """What an anchor that `resolve` finds nothing for most likely means, and what there is instead."""
        likely = self.readings[-1]
        if likely.base == "marker":
            return unknown_name("marker", likely.name, markers)
        return unknown_name("shot", likely.name, shots)

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
            "door-12f, door.end), a seam (seam:door), a marker (marker:NAME) or the film's end (end-2s)"
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
        found = [Position("shot", read_id(text), offset, before)]
        if text.endswith(_END):
            with suppress(ValueError):
                found.append(Position("shot end", read_id(text.removesuffix(_END)), offset, before))
        if text == "end":
            found.append(Position("end", "", offset, before))
        return tuple(found)
    return ()


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
                "end-2s",
            ],
        }
    ),
]

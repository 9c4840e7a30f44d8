"""Anchors: positions in the film as written, a time or a shot with an offset (`door+1.5s`, `door-12f`)."""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from stitcher.errors import InputError
from stitcher.storyboard.values import plain_number, read_id, read_time
from stitcher.timebase import Time, parse_time

_OFFSET = re.compile(r"(.+?)\s*([+-])\s*([^+-]+)")


@dataclass(frozen=True, slots=True)
class Position:
    """An anchor once the shots are known."""

    shot: str | None
    """`None`: counted from the film's start."""
    offset: Time
    before: bool = False
    """Whether the offset is taken away instead of added."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What was written, with every way to read it; shot names may hold a `-`, so there can be two."""

    text: str
    readings: tuple[Position, ...]

    def resolve(self, shots: Collection[str]) -> Position | None:
        """The reading whose shot exists, the longest name first; `None` when there is none."""
        for reading in self.readings:
            if reading.shot is None or reading.shot in shots:
                return reading
        return None

    @property
    def likely_shot(self) -> str:
        """The shot the writer most likely meant, for messages."""
        return self.readings[-1].shot or ""

    def __str__(self) -> str:
        return self.text


def read_anchor(value: object) -> Anchor:
    """An `Anchor`; raises `ValueError` for anything that is neither a time nor a shot with an offset."""
    if isinstance(value, Anchor):
        return value
    if isinstance(value, Time):
        return Anchor(str(value), (Position(None, value),))
    if plain_number(value) or not isinstance(value, str):
        read_time(value)
        raise ValueError("must be a time or a shot with an offset (door+1.5s)")
    text = str(value).strip()
    with suppress(InputError):
        return Anchor(text, (Position(None, parse_time(text)),))
    readings: list[Position] = []
    with suppress(ValueError):
        readings.append(Position(read_id(text), Time()))
    if match := _OFFSET.fullmatch(text):
        with suppress(ValueError, InputError):
            readings.append(Position(read_id(match[1]), parse_time(match[3]), before=match[2] == "-"))
    if not readings:
        raise ValueError(
            f"{text!r} is neither a time (12f, 1.5s, 00:00:01:12) nor a shot with an offset (door, door+1.5s, door-12f)"
        )
    return Anchor(text, tuple(readings))


AnchorField = Annotated[
    Anchor,
    PlainValidator(read_anchor),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["00:00:10:00", "4.5s", "door", "door+1.5s", "door-12f"]}),
]

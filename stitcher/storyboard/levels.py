"""Levels of roles before they are mixed: `-16 LUFS`, or `-9 under dialogue`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, PlainValidator, WithJsonSchema

from stitcher.storyboard.role_table import ROLE_TABLE
from stitcher.storyboard.values import plain_number, shown_value

_ABSOLUTE = re.compile(r"([-+]?\d+(?:\.\d+)?) ?(?:LUFS|LKFS)", re.ASCII | re.IGNORECASE)
_RELATIVE = re.compile(r"-?(\d+(?:\.\d+)?) ?(?:LU|dB)? under (\S+)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RoleLevel:
    """How loud the sounds of a role are, where they are heard."""

    loudness: float
    """LUFS; where `under` is given, how many LU lower than it, as a negative number."""
    under: str | None = None
    """The role it is measured against."""

    def __str__(self) -> str:
        """As it is written."""
        return f"{self.loudness:g} LUFS" if self.under is None else f"{self.loudness:g} under {self.under}"


def read_level(value: object) -> RoleLevel:
    """The level that a storyboard has for a role."""
    if isinstance(value, RoleLevel):
        return value
    if plain_number(value):
        raise ValueError(f"{value} has no unit: write {value} LUFS, or {value} under dialogue")
    if not isinstance(value, str):
        raise ValueError(f"must be a level (-16 LUFS, -9 under dialogue), not {shown_value(value)}")
    text = value.strip()
    if match := _ABSOLUTE.fullmatch(text):
        loudness = float(match[1])
        if not -60 <= loudness <= 0:
            raise ValueError(f"must be from -60 to 0 LUFS, not {match[1]}")
        return RoleLevel(loudness)
    if match := _RELATIVE.fullmatch(text):
        if float(match[1]) > 60:
            raise ValueError(f"may be 60 LU under another role at most, not {match[1]}")
        return RoleLevel(-float(match[1]), match[2])
    raise ValueError(f"{shown_value(value)} is no level; write -16 LUFS, or -9 under dialogue")


LevelField = Annotated[
    RoleLevel,
    PlainValidator(read_level),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["-16 LUFS", "-9 under dialogue"]}),
]

AUTOMATIC_LEVELS: Mapping[str, RoleLevel] = {role: read_level(row.level) for role, row in ROLE_TABLE.items()}
"""What `levels: auto` stands for."""


def _automatic(value: object) -> object:
    if value == "auto":
        return AUTOMATIC_LEVELS
    if isinstance(value, str):
        raise ValueError(f"must be auto or a mapping of roles to levels, not {shown_value(value)}")
    return value


Levels = Annotated[Mapping[str, LevelField], BeforeValidator(_automatic)]
"""By role: how loud its sounds are."""

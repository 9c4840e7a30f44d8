"""Field types of a storyboard (time, rate, size, colour, path): each read strictly, and refused in a person's words.

Every reader here takes what YAML gave (text, a number, a truth value, a list, a mapping) and either returns the
value or raises `ValueError` with one sentence. `FromVariable` marks text that came out of `${…}`: it may stand
for a number or a truth value, which plain quoted text may not.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, ValidationInfo, WithJsonSchema

from stitcher.errors import InputError
from stitcher.storyboard.choices import PLACES, PlaceName
from stitcher.timebase import Time, format_decimal, format_rate, parse_rate, parse_time

_INT = re.compile(r"[-+]?[0-9]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_TRUTHS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_OLD_TRUTHS = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_SIZE = re.compile(r"(\d{1,5})\s*[x×:]\s*(\d{1,5})", re.ASCII)
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_ID = re.compile(r"[^\W_][\w.-]{0,63}")
_FILE_NAME = re.compile(r".*\.[A-Za-z][A-Za-z0-9]{0,5}|.*[/\\].*", re.DOTALL)
_PLACE_NAMES: Mapping[str, PlaceName] = {place: place for place in PLACES}
_NAMED_COLOURS = {"black": "#000000", "white": "#ffffff"}

MAX_SIDE = 16_384
"""Pixels a film may be wide or high."""


class FromVariable(str):
    """Text that a variable was put into: what it stands for is decided by the field it is in."""

    __slots__ = ()


def plain_value(text: str) -> str | int | float | bool | None:
    """What an unquoted YAML 1.2 scalar means (core schema, decimal numbers only)."""
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in _TRUTHS:
        return _TRUTHS[text]
    if _INT.fullmatch(text) and len(text) <= 20:
        return int(text)
    if _FLOAT.fullmatch(text) and len(text) <= 40 and math.isfinite(number := float(text)):
        return number
    return text


def scalar_value(value: object) -> object:
    """What a value stands for: text from a variable counts as if it had been written without quotes."""
    return plain_value(str(value)) if isinstance(value, FromVariable) else value


def plain_number(value: object) -> bool:
    """Whether a value is, or a variable brought, a bare number."""
    value = scalar_value(value)
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def shown_value(value: object) -> str:
    """A value as messages name it, cut where it is too long."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return repr(value if len(value) <= 60 else value[:57] + "…")
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case None:
            return "nothing"
        case _:
            return str(value)


def read_text(value: object) -> str:
    """Text that can be shown: no control characters but line ends and tabs."""
    if not isinstance(value, str):
        raise ValueError(f"must be text, not {shown_value(value)}: put it in quotes")
    if match := _NO_TEXT.search(value):
        raise ValueError(f"holds the control character U+{ord(match[0]):04X}, which text may not")
    return str(value)


def read_name(value: object) -> str:
    """One line of text with something in it."""
    text = read_text(value)
    if not text.strip() or "\n" in text:
        raise ValueError("must be one line of text with something in it")
    return text


def read_time(value: object) -> Time:
    """A `Time`; a bare number is refused because its unit is unknown."""
    if isinstance(value, Time):
        return value
    value = scalar_value(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if value < 0:
            raise ValueError(f"{value} is before the beginning: times count from 0 on")
        if value != int(value):
            raise ValueError(
                f"{value} has no unit: write {value}s for seconds; frames are whole, such as 12f"
            )
        raise ValueError(f"{value} has no unit: write {value}s for seconds or {int(value)}f for frames")
    if not isinstance(value, str):
        raise ValueError(f"must be a time (12f, 1.5s, 00:00:01:12), not {shown_value(value)}")
    try:
        return parse_time(value)
    except InputError as exc:
        raise ValueError(str(exc).rstrip(".")) from exc


def read_whole(value: object) -> int:
    """A whole number."""
    value = scalar_value(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"must be a whole number, not {shown_value(value)}")
    return value


def read_number(value: object) -> float:
    """A finite number."""
    value = scalar_value(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        hint = ": leave the unit away" if isinstance(value, str) and value[:1] in "-+0123456789" else ""
        raise ValueError(f"must be a number, not {shown_value(value)}{hint}")
    number = float(value)
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError("must be a finite number")
    return number


def read_truth(value: object) -> bool:
    """`true` or `false`; the yes and no of YAML 1.1 are text in YAML 1.2 and are pointed out."""
    value = scalar_value(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in _OLD_TRUTHS:
        meant = _OLD_TRUTHS[value.lower()]
        raise ValueError(f"{value} is text in YAML 1.2, not true or false: write {meant}")
    raise ValueError(f"must be true or false, not {shown_value(value)}")


def read_rate(value: object) -> Fraction:
    """Frames a second."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Fraction)):
        raise ValueError(f"must be a frame rate such as 24, 23.976 or 30000/1001, not {shown_value(value)}")
    try:
        return parse_rate(value)
    except InputError as exc:
        raise ValueError(str(exc).rstrip(".")) from exc


def read_speed(value: object) -> Fraction:
    """A factor from 1/100 to 100, from a number or a fraction such as `3/2`."""
    if isinstance(value, Fraction):
        speed = value
    else:
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise ValueError(f"must be a number such as 2, 0.5 or 3/2, not {shown_value(value)}")
        try:
            if len(str(value)) > 20:
                raise ValueError
            speed = Fraction(str(value).strip())
        except (ValueError, ZeroDivisionError):
            raise ValueError(
                f"must be a number such as 2, 0.5 or 3/2, not {shown_value(value)}{_speed_meant(value)}"
            ) from None
    if not Fraction(1, 100) <= speed <= 100:
        raise ValueError(f"must be from 0.01 to 100, not {shown_value(value)}")
    return speed.limit_denominator(1_000_000)


def _speed_meant(value: object) -> str:
    match = re.fullmatch(r"(\d{1,5}(?:\.\d{1,4})?)\s*([x×%])", str(value).strip(), re.ASCII)
    if match is None:
        return ""
    factor = Fraction(match[1]) / (100 if match[2] == "%" else 1)
    return f": write {format_decimal(factor)}"


def read_size(value: object) -> tuple[int, int]:
    """Width and height in pixels, even, from `1280:720` or `1280x720`."""
    if isinstance(value, (tuple, list)) and len(value) == 2 and all(type(side) is int for side in value):
        width, height = value
    else:
        match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
        if match is None:
            raise ValueError(
                f'must be width and height in pixels, such as "1280:720", not {shown_value(value)}'
            )
        width, height = int(match[1]), int(match[2])
    if max(width, height) <= 100 and min(width, height) > 0:
        raise ValueError(f'{width}:{height} is a shape, not a size: write pixels, such as "1280:720"')
    if not (2 <= width <= MAX_SIDE and 2 <= height <= MAX_SIDE):
        raise ValueError(f"{width}x{height} is outside 2 to {MAX_SIDE} pixels a side")
    if width % 2 or height % 2:
        even = f"{width - width % 2}x{height - height % 2}"
        raise ValueError(f"{width}x{height} is odd, which encoders refuse: write {even}")
    return width, height


def read_colour(value: object) -> str:
    """`#rrggbb` in lower case."""
    if isinstance(value, str):
        named = _NAMED_COLOURS.get(value, value)
        if _COLOUR.fullmatch(named):
            return named.lower()
    raise ValueError(f'must be a colour such as "#ffcc00" (in quotes), not {shown_value(value)}')


def read_place(value: object) -> PlaceName | tuple[float, float]:
    """One of nine places, or a point as shares of the picture's width and height."""
    if isinstance(value, str):
        if (name := _PLACE_NAMES.get(str(value))) is not None:
            return name
        if (meant := _place_meant(value)) is not None:
            raise ValueError(f"{shown_value(value)} is no place: write {meant}")
    elif isinstance(value, Mapping) and set(value) == {"x", "y"}:
        return _share(value["x"]), _share(value["y"])
    elif isinstance(value, tuple) and len(value) == 2:
        return _share(value[0]), _share(value[1])
    raise ValueError(f"must be {', '.join(PLACES)}, or a point {{x: 0.5, y: 0.5}}, not {shown_value(value)}")


def _place_meant(value: str) -> str | None:
    """The place that other words stand for."""
    words = set(
        re.sub(r"center|middle", "centre", value.casefold()).replace("_", "-").replace(" ", "-").split("-")
    )
    words = words - {"centre"} or words
    words = {{"lower": "bottom", "upper": "top"}.get(word, word) for word in words}
    return next((place for place in PLACES if set(place.split("-")) == words), None)


def _share(value: object) -> float:
    number = read_number(value)
    if not 0 <= number <= 1:
        raise ValueError(f"{shown_value(value)} is outside the picture: x and y are shares of it, 0 to 1")
    return number


def is_font_name(text: str) -> bool:
    """Whether a text is a font's own name, as it has neither a folder nor a suffix."""
    return not _FILE_NAME.fullmatch(text)


def read_font(value: object, info: ValidationInfo) -> Path | str:
    """The path of a font's file, or the name of a font as it is written."""
    if isinstance(value, str) and is_font_name(value):
        return read_name(value).strip()
    return read_input_path(value, info)


def read_id(value: object) -> str:
    """A shot's name: letters, digits, `_`, `-` and `.`, starting with a letter or digit, up to 64."""
    if not isinstance(value, str):
        raise ValueError(f"must be text, not {shown_value(value)}: put it in quotes")
    if not _ID.fullmatch(value):
        raise ValueError(
            f"{shown_value(value)} cannot name a shot: use letters, digits, '-', '_' and '.', starting with a letter "
            "or digit, 64 at most"
        )
    try:
        parse_time(value)
    except InputError:
        return str(value)
    raise ValueError(f"{value!r} reads as a time, so it cannot name a shot")


def check_path_text(value: object) -> str:
    """The text of a path; empty ones and control characters are refused."""
    if isinstance(value, Path):
        # A path given in Python may hold what a written one may not, such as a line end; no file has a NUL.
        if "\0" in str(value):
            raise ValueError("holds the control character U+0000, which a path may not")
        return str(value)
    if not isinstance(value, str):
        raise ValueError(f"must be a path, not {shown_value(value)}")
    if not value.strip():
        raise ValueError("must be a path, not an empty text")
    if match := _CONTROL.search(value):
        raise ValueError(f"holds the control character U+{ord(match[0]):04X}, which a path may not")
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", value):
        raise ValueError(
            f"must be a file on this computer, not the address {shown_value(value)}: download it first"
        )
    if len(value) > 4096:
        raise ValueError("is longer than any path can be")
    return str(value)


def _base(info: ValidationInfo) -> Path:
    context: Mapping[str, Any] = info.context if isinstance(info.context, Mapping) else {}
    return Path(context["base"]) if "base" in context else Path.cwd()


def read_input_path(value: object, info: ValidationInfo) -> Path:
    """An absolute path; relative ones are counted from the storyboard's folder."""
    return Path(_base(info), check_path_text(value))


def read_output_path(value: object, info: ValidationInfo) -> Path:
    """An absolute path inside the storyboard's folder: a storyboard from elsewhere cannot write elsewhere."""
    text = check_path_text(value)
    base = _base(info)
    if isinstance(value, Path):
        return Path(base, text)
    parts = re.split(r"[/\\]", text)
    if Path(text).is_absolute() or text.startswith("\\") or re.match(r"[A-Za-z]:", text) or ".." in parts:
        raise ValueError(
            f"{shown_value(text)} would be written outside the storyboard's folder: write a relative path without '..'"
        )
    return Path(base, text)


def _schema(**schema: Any) -> WithJsonSchema:
    return WithJsonSchema(schema)


TIME_SCHEMA = {
    "type": "string",
    "pattern": r"^(\d+ ?f(rames?)?|(\d+(\.\d+)?|\.\d+) ?s|\d{1,3}:\d{1,2}:\d{1,2}[:;]\d{1,3}|.*\$\{.*)$",
    "examples": ["12f", "1.5s", "00:00:01:12"],
}
VARIABLE_SCHEMA = {"type": "string", "pattern": r"\$\{.*\}"}

Text = Annotated[str, PlainValidator(read_text), _schema(type="string")]
Name = Annotated[str, PlainValidator(read_name), _schema(type="string", minLength=1)]
ShotId = Annotated[
    str,
    PlainValidator(read_id),
    _schema(type="string", minLength=1, maxLength=64, examples=["harbour"]),
]
TimeField = Annotated[
    Time, PlainValidator(read_time), PlainSerializer(str, return_type=str), WithJsonSchema(TIME_SCHEMA)
]
Whole = Annotated[int, BeforeValidator(read_whole)]
StreamNumber = Annotated[Whole, Field(ge=1, le=64)]
Number = Annotated[float, BeforeValidator(read_number)]
Truth = Annotated[
    bool, PlainValidator(read_truth), WithJsonSchema({"anyOf": [{"type": "boolean"}, VARIABLE_SCHEMA]})
]
Rate = Annotated[
    Fraction,
    PlainValidator(read_rate),
    PlainSerializer(format_rate, return_type=str),
    _schema(type=["number", "string"], examples=[24, "23.976", "30000/1001"]),
]
Speed = Annotated[
    Fraction,
    PlainValidator(read_speed),
    PlainSerializer(str, return_type=str),
    _schema(type=["number", "string"], examples=[2, 0.5, "3/2"]),
]
Size = Annotated[
    tuple[int, int],
    PlainValidator(read_size),
    PlainSerializer(lambda size: f"{size[0]}:{size[1]}", return_type=str),
    _schema(type="string", examples=["1280:720", "1920x1080"]),
]
ColourField = Annotated[str, PlainValidator(read_colour), _schema(type="string", examples=["#ffffff"])]
PlaceField = Annotated[
    PlaceName | tuple[float, float],
    PlainValidator(read_place),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": list(PLACES)},
                {
                    "type": "object",
                    "properties": {
                        side: {"type": "number", "minimum": 0, "maximum": 1} for side in ("x", "y")
                    },
                    "required": ["x", "y"],
                    "additionalProperties": False,
                },
                VARIABLE_SCHEMA,
            ]
        }
    ),
]
FontField = Annotated[
    Path | str,
    PlainValidator(read_font),
    PlainSerializer(str, return_type=str),
    _schema(type="string", minLength=1, examples=["Noto Serif", "brand.otf"]),
]
InputPath = Annotated[
    Path,
    PlainValidator(read_input_path),
    PlainSerializer(str, return_type=str),
    _schema(type="string", minLength=1),
]
OutputPath = Annotated[
    Path,
    PlainValidator(read_output_path),
    PlainSerializer(str, return_type=str),
    _schema(type="string", minLength=1),
]

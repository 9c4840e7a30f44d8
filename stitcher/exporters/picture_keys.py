"""What a storyboard says of how shots are seen, so that it can be told in a hand-over and compared. Pure.

Values are texts of JSON, settled: without what goes without saying, with times in frames of the film, and with files
named from the storyboard's own folder.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from stitcher.storyboard.model import Storyboard
from stitcher.timebase import Time

PictureKeys = tuple[tuple[str, str], ...]
"""Keys of a shot or of a film, each with its value."""

IN_PICTURES = ("focus", "move", "crop", "rotate", "zoom", "flip", "grade", "reverse", "freeze", "effects")
"""Keys that pictures which were drawn of a shot have in them."""
OVER_PICTURES = ("overlays", "fade_in", "fade_out")
"""Keys of what lies over those."""
_ONE_OR_MORE = ("focus", "freeze")
"""Lists of which a single entry may stand alone."""


def shot_keys(board: Storyboard, rate: Fraction) -> dict[str, PictureKeys]:
    """By shot, of a film of that rate."""
    folder = board.path.parent if board.path is not None else None
    found = {}
    for shot in board.shots:
        said = {key: getattr(shot, key) for key in (*IN_PICTURES, *OVER_PICTURES)}
        if shot.title is None:
            said["focus"] = shot.focus or board.defaults.focus
        found[shot.id] = _settled(said, rate, folder)
    return found


def film_keys(board: Storyboard, rate: Fraction) -> PictureKeys:
    """Of the film as a whole."""
    folder = board.path.parent if board.path is not None else None
    said = {key: getattr(board, key) for key in OVER_PICTURES}
    return _settled({"logo": board.defaults.logo, **said}, rate, folder)


def written(value: object) -> str:
    """A value as a text, the same for the same value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def told(value: str) -> str:
    """A value as people write it in a storyboard."""
    return _flow(json.loads(value))


def begun_later(keys: PictureKeys, frames: int) -> PictureKeys:
    """The keys of a shot that begins so many frames later in its clip, with key frames of its focus at the same
    pictures."""
    return tuple((key, _later(value, frames) if key == "focus" and frames else value) for key, value in keys)


def _later(focus: str, frames: int) -> str:
    points = json.loads(focus)
    if not isinstance(points, list):
        return focus
    kept: list[dict[str, Any]] = []
    before: dict[str, Any] | None = None
    for point in points:
        at = int(point.get("at", "0f").removesuffix("f")) - frames
        if at <= 0:
            kept = [{**point, "at": "0f"}]
        elif before is not None and before["at"] < 0 and point is not points[0]:
            share = -before["at"] / (at - before["at"])
            between = {
                side: round(before.get(side, 0.5) + (point.get(side, 0.5) - before.get(side, 0.5)) * share, 4)
                for side in ("x", "y")
            }
            kept = [{"at": "0f", **between}, {**point, "at": f"{at}f"}]
        else:
            kept.append({**point, "at": f"{at}f"})
        before = {**point, "at": at}
    return written(kept[0] if len(kept) == 1 else kept)


def _settled(said: Mapping[str, object], rate: Fraction, folder: Path | None) -> PictureKeys:
    found: list[tuple[str, str]] = []
    for key, one in said.items():
        value = _plain(one, rate, folder)
        if not value or (key, value) == ("zoom", 1):
            continue
        if key in _ONE_OR_MORE and len(value) == 1:
            value = value[0]
        found.append((key, written(value)))
    return tuple(found)


def _plain(value: object, rate: Fraction, folder: Path | None) -> Any:
    match value:
        case BaseModel():
            fields = type(value).model_fields
            said = {
                field.alias or name: getattr(value, name)
                for name, field in fields.items()
                if field.is_required() or getattr(value, name) != field.default
            }
            return _plain({**said, **(value.model_extra or {})}, rate, folder)
        case Time():
            return f"{value.to_frames(rate)}f"
        case Path():
            inside = folder is not None and value.is_relative_to(folder)
            return (value.relative_to(folder) if inside and folder is not None else value).as_posix()
        case tuple() | list():
            return [_plain(one, rate, folder) for one in value]
        case Mapping():
            return {str(key): _plain(one, rate, folder) for key, one in value.items()}
        case None | bool() | int() | float() | str():
            return value
        case _:
            return str(value)


def _flow(value: Any) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_flow, value)) + "]"
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case _:
            return str(value)

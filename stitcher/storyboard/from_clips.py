"""A storyboard for a plain row of clips, so that they take the same way as a written one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from stitcher.errors import InputError
from stitcher.storyboard.model import Storyboard
from stitcher.storyboard.validation_errors import complaints
from stitcher.timebase import Time, parse_rate, parse_time


def storyboard_for(
    clips: Sequence[Path | str],
    *,
    transition: str = "match",
    duration: Time | str | None = None,
    music: Path | str | None = None,
    music_gain: float = 0.0,
    music_fade_in: Time | str | None = None,
    music_fade_out: Time | str | None = None,
    fit: str = "crop",
    conform: str = "nearest",
    sound: str = "keep",
    size: tuple[int, int] | str | None = None,
    fps: Fraction | int | float | str | None = None,
    title: str = "",
    loudness: str | None = None,
) -> Storyboard:
    """A storyboard that shows `clips` in order, joined by `transition`, with `music` looped under the whole film.

    Shots are named after their files. Raises `InputError` when there is no clip or an argument is not possible.
    """
    if not clips:
        raise InputError("There is no clip to assemble: name at least one video file.")
    paths = [Path(clip).absolute() for clip in clips]
    joined: dict[str, Any] = {"kind": transition}
    if duration is not None:
        joined["duration"] = parse_time(duration) if isinstance(duration, str) else duration
    data: dict[str, Any] = {
        "stitcher": 1,
        "title": title,
        "format": {
            **({"size": size} if size is not None else {}),
            **({"fps": parse_rate(fps)} if fps is not None else {}),
        },
        "defaults": {"transition": joined, "fit": fit, "conform": conform, "sound": sound},
        "shots": [{"id": name, "clip": path} for name, path in zip(shot_names(paths), paths, strict=True)],
    }
    if loudness is not None:
        data["loudness"] = loudness
    if music is not None:
        cue: dict[str, Any] = {
            "role": "music",
            "file": Path(music).absolute(),
            "gain": music_gain,
            "loop": True,
        }
        for key, value in (("fade_in", music_fade_in), ("fade_out", music_fade_out)):
            if value is not None:
                cue[key] = value
        data["sound"] = [cue]
    try:
        return Storyboard.model_validate(data)
    except ValidationError as exc:
        raise InputError(" ".join(complaint.message for complaint in complaints(exc))) from exc


def shot_names(paths: Iterable[Path]) -> tuple[str, ...]:
    """A shot name for each file, made from its own name, no two alike even without regard to capitals."""
    taken: set[str] = set()
    names = []
    for path in paths:
        base = _slug(path.stem)
        name, number = base, 2
        while name.casefold() in taken:
            name, number = f"{base}-{number}", number + 1
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)


_MAX_NAME = 48


def _slug(stem: str) -> str:
    text = unicodedata.normalize("NFC", stem)
    text = re.sub(r"[^\w.-]+", "-", text)[:_MAX_NAME].strip("-_.")
    # A name such as `12f` would read as a time.
    return f"shot-{text}".rstrip("-") if not text or re.fullmatch(r"\d+(\.\d+)?(s|f|frames?)", text) else text

"""A storyboard assembled from a plain row of clips, so that they take the same way as a written one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import ValidationError

from stitcher.errors import InputError
from stitcher.storyboard.assemble_options import DEFAULTS, AssembleOptions
from stitcher.storyboard.model import Storyboard
from stitcher.storyboard.validation_errors import as_input_error
from stitcher.timebase import Time, parse_rate, parse_time


def storyboard_from_clips(clips: Sequence[Path | str], options: AssembleOptions = DEFAULTS) -> Storyboard:
    """A storyboard that shows `clips` in order. Shots are named after their files.

    Raises `InputError` when there is no clip or an option is not possible.
    """
    if not clips:
        raise InputError("There is no clip to assemble: name at least one video file.")
    paths = [Path(clip).absolute() for clip in clips]
    data = {
        "stitcher": 1,
        "title": options.title,
        "format": _given(size=options.size, fps=None if options.fps is None else parse_rate(options.fps)),
        "defaults": {
            "transition": _given(kind=options.transition, duration=_time(options.duration)),
            "fit": options.fit,
            "conform": options.conform,
            "sound": options.sound,
        },
        "shots": [{"id": name, "clip": path} for name, path in zip(shot_names(paths), paths, strict=True)],
        "sound": [] if options.music is None else [_music(options.music, options)],
        **_given(loudness=options.loudness),
    }
    try:
        return Storyboard.model_validate(data)
    except ValidationError as exc:
        raise as_input_error(exc) from exc


def _music(file: Path | str, options: AssembleOptions) -> dict[str, object]:
    fades = _given(fade_in=_time(options.music_fade_in), fade_out=_time(options.music_fade_out))
    return {"role": "music", "file": Path(file).absolute(), "gain": options.music_gain, "loop": True, **fades}


def _given(**values: object) -> dict[str, object]:
    return {key: value for key, value in values.items() if value is not None}


def _time(written: Time | str | None) -> Time | None:
    return parse_time(written) if isinstance(written, str) else written


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

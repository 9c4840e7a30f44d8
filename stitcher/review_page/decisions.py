"""What a person decided on a review page: the JSON file that the page saves, read and checked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from stitcher.errors import InputError
from stitcher.media.files import opened_file

_MOST_BYTES = 16 << 20
_Text = Annotated[str, Field(max_length=20_000)]
_Name = Annotated[str, Field(min_length=1, max_length=1_000)]
_Count = Annotated[int, Field(ge=0, le=1 << 40)]
_Share = Annotated[float, Field(ge=0, le=1)]


class _Decided(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class ShotDecision(_Decided):
    """What was decided about a shot."""

    shot: _Name
    verdict: Literal["approved", "rejected"]
    reason: _Text = ""
    provider: _Name | None = None
    """Of the take that was seen; `None` where the shot is no take."""
    number: _Count | None = None


class TakeDecision(_Decided):
    """What was decided about a take."""

    shot: _Name
    provider: _Name
    number: _Count
    verdict: Literal["circled", "rejected"]
    reason: _Text = ""


class SeamDecision(_Decided):
    """What was decided about the seam that a shot begins at."""

    shot: _Name
    verdict: Literal["accepted", "rejected"]
    reason: _Text = ""


class ReviewNote(_Decided):
    """A note at a frame."""

    shot: _Name
    frame: _Count
    """Of the film, counted from where the shot begins."""
    text: Annotated[str, Field(min_length=1, max_length=20_000)]
    point: tuple[_Share, _Share] | None = None
    """Where in the picture it points to, as shares of its width and height."""


class Decisions(_Decided):
    """All that was decided on a page."""

    stitcher_review: Literal[1]
    storyboard: _Text = ""
    title: _Text = ""
    shots: tuple[ShotDecision, ...] = ()
    takes: tuple[TakeDecision, ...] = ()
    seams: tuple[SeamDecision, ...] = ()
    notes: tuple[ReviewNote, ...] = ()


def read_decisions(path: Path) -> Decisions:
    """The decisions in a file. Raises `InputError` for what a review page did not write, and `MediaMissing`."""
    with opened_file(path) as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise InputError(f"{str(path)!r} is above {_MOST_BYTES >> 20} MiB, which no review page writes.")
    try:
        written = json.loads(content)
    except ValueError as exc:
        raise InputError(
            f"{str(path)!r} is no JSON, and so no file of decisions: save one with 'Save decisions' on a review page."
        ) from exc
    try:
        return Decisions.model_validate_json(content) if isinstance(written, dict) else _refused(path)
    except ValidationError as exc:
        first = exc.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise InputError(
            f"{str(path)!r} is no file of decisions that this version reads, at {place}: {first['msg']}. "
            "Save one with 'Save decisions' on a review page."
        ) from exc


def _refused(path: Path) -> Decisions:
    raise InputError(
        f"{str(path)!r} is no file of decisions: save one with 'Save decisions' on a review page."
    )

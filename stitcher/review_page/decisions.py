"""What a person decided on a review page: the JSON file that the page saves, read and checked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from stitcher.errors import InputError
from stitcher.media.files import opened_file
from stitcher.storyboard.choices import SeamFindingKind

MOST_BYTES = 16 << 20
_NOT_SHOWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def _shown(text: str) -> str:
    """A text as storyboards take it: what a paste brought along and nobody sees is a space."""
    return _NOT_SHOWN.sub(" ", text).strip()


_Text = Annotated[str, Field(max_length=20_000), AfterValidator(_shown)]
_Name = Annotated[str, Field(min_length=1, max_length=1_000)]
_Count = Annotated[int, Field(ge=0, le=1 << 40)]
_Share = Annotated[float, Field(ge=0, le=1)]


def _not_empty(text: str) -> str:
    if not text:
        raise ValueError("a note says something")
    return text


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


class FindingDecision(_Decided):
    """A finding that is meant."""

    shot: _Name
    finding: SeamFindingKind
    verdict: Literal["accepted"]
    reason: _Text = ""


class ReviewNote(_Decided):
    """A note at a frame."""

    shot: _Name
    frame: _Count
    """Of the film, counted from where the shot begins."""
    text: Annotated[_Text, AfterValidator(_not_empty)]
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
    findings: tuple[FindingDecision, ...] = ()
    notes: tuple[ReviewNote, ...] = ()


def read_decisions(path: Path) -> Decisions:
    """The decisions in a file. Raises `InputError` for what a review page did not write, and `MediaMissing`."""
    with opened_file(path) as file:
        return parse_decisions(file.read(MOST_BYTES + 1), repr(str(path)))


def parse_decisions(content: bytes, what: str) -> Decisions:
    """The decisions in JSON. Raises `InputError`, which calls it `what`."""
    if len(content) > MOST_BYTES:
        raise InputError(f"{what} is above {MOST_BYTES >> 20} MiB, which no review page writes.")
    try:
        return Decisions.model_validate_json(content)
    except ValidationError as exc:
        first = exc.errors(include_url=False)[0]
        place = f", at {'.'.join(map(str, first['loc']))}" if first["loc"] else ""
        raise InputError(
            f"{what} is no file of decisions that this version reads{place}: {first['msg']}. "
            "Save one with 'Save decisions' on a review page."
        ) from exc

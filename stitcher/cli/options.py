"""Options that several commands take, so that they are called and explained alike."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

# typer reads these at run time and wants Optional spelled out inside Annotated on Python 3.11 as well as later.
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Board = Annotated[Path, typer.Argument(metavar="BOARD", help="The storyboard, a YAML file.")]
Preset = Annotated[
    Optional[str],  # noqa: UP045  # see above
    typer.Option("--preset", metavar="NAME", help="How the film is made; 'stitcher presets' lists them."),
]
Encoder = Annotated[
    Optional[str],  # noqa: UP045  # see above
    typer.Option(
        "--encoder",
        metavar="NAME",
        help="Encode in hardware: nvenc, qsv, vaapi or videotoolbox, where it works.",
    ),
]
Loudness = Annotated[
    Optional[str],  # noqa: UP045  # see above
    typer.Option(
        "--loudness",
        metavar="NAME",
        help="How loud the film is, instead of as its preset says: web, ebu-r128, none, …",
    ),
]
Sheet = Annotated[
    Optional[Path],  # noqa: UP045  # see above
    typer.Option("--sheet", metavar="PNG", help="Also write a contact sheet: a row of frames for each shot."),
]
Cache = Annotated[
    Optional[Path],  # noqa: UP045  # see above
    typer.Option("--cache", metavar="DIR", help="Keep finished pieces here instead of in the user's cache."),
]
Sets = Annotated[
    Optional[list[str]],  # noqa: UP045  # see above
    typer.Option("--set", metavar="NAME=VALUE", help="Set a variable of the storyboard; may be repeated."),
]
Vars = Annotated[
    Optional[Path],  # noqa: UP045  # see above
    typer.Option("--vars", metavar="FILE", help="Variables of the storyboard, from TOML, JSON or YAML."),
]


class Verify(StrEnum):
    """How a film is proven before it is put in place."""

    joins = "joins"
    full = "full"


Verified = Annotated[
    Verify,
    typer.Option(
        "--verify", help="Decode the film around its joins, or all of it, before it is put in place."
    ),
]
Shots = Annotated[
    Optional[list[str]],  # noqa: UP045  # see above
    typer.Argument(metavar="[SHOTS]...", help="Only these shots; all when none is named."),
]
Shot = Annotated[str, typer.Argument(metavar="SHOT", help="The shot's id.")]
Retake = Annotated[
    Optional[list[str]],  # noqa: UP045  # see above
    typer.Option(
        "--retake", metavar="SHOT", help="One more take of this shot, though it has one; may be repeated."
    ),
]
MaxCredits = Annotated[
    Optional[int],  # noqa: UP045  # see above
    typer.Option("--max-credits", metavar="N", min=0, help="Spend at most this in this run."),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Agree to the estimate beforehand; do not ask.")]

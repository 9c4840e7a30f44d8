"""Arguments and options that several commands take, so that they are called and explained alike."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Board = Annotated[Path, typer.Argument(metavar="BOARD", help="The storyboard, a YAML file.")]
Preset = Annotated[
    str | None,
    typer.Option("--preset", metavar="NAME", help="Delivery preset; 'stitcher presets' lists them."),
]
Encoder = Annotated[
    str | None,
    typer.Option(
        "--encoder",
        metavar="NAME",
        help="Encode in hardware: nvenc, qsv, vaapi or videotoolbox, where it works.",
    ),
]
Loudness = Annotated[
    str | None,
    typer.Option(
        "--loudness", metavar="NAME", help="Loudness target, instead of the preset's: web, ebu-r128, none, …"
    ),
]
First = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="PLACE",
        help="Make a part only, from here: a shot, a time (12s, 00:00:12:00) or an anchor (door+1.5s).",
    ),
]
Last = Annotated[
    str | None,
    typer.Option("--to", metavar="PLACE", help="Make a part only, up to here; of a shot, to its end."),
]
At = Annotated[
    str | None,
    typer.Option("--at", metavar="PLACE", help="Make one frame only, as a PNG: the one seen here."),
]
Open = Annotated[bool, typer.Option("--open", help="Open what was made in the system's player.")]
Sheet = Annotated[
    Path | None,
    typer.Option("--sheet", metavar="PNG", help="Also write a contact sheet: a row of frames for each shot."),
]
Cache = Annotated[
    Path | None,
    typer.Option("--cache", metavar="DIR", help="Keep finished pieces here instead of in the user's cache."),
]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Set a variable of the storyboard; may be repeated."),
]
Vars = Annotated[
    Path | None,
    typer.Option("--vars", metavar="FILE", help="Variables of the storyboard, from TOML, JSON or YAML."),
]

Table = Annotated[
    Path | None,
    typer.Option(
        "--table",
        metavar="FILE",
        help="Make a film for each row of a table (CSV, JSON lines, TOML, YAML, Parquet), whose columns are variables.",
    ),
]
Where = Annotated[
    str | None,
    typer.Option("--where", metavar="CONDITION", help="Of a table only rows such as 'lang == \"de\"'."),
]
Rows = Annotated[
    str | None,
    typer.Option("--rows", metavar="A:B", help="Of a table only rows A to B, counted from 1."),
]
Sample = Annotated[
    int | None,
    typer.Option("--sample", metavar="N", min=1, help="Of a table only N rows, spread evenly over it."),
]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", metavar="N", min=1, help="Films of a table made at a time."),
]
Stop = Annotated[bool, typer.Option("--stop", help="Begin no other film of a table once one has failed.")]


class Layout(StrEnum):
    """Which loudspeakers a mix is for."""

    mono = "mono"
    stereo = "stereo"
    surround = "5.1"


Channels = Annotated[
    Layout | None,
    typer.Option("--channels", help="Loudspeakers it is for, instead of as the preset says."),
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
    list[str] | None,
    typer.Argument(metavar="[SHOTS…]", help="Only these shots and bought sounds; all when none is named."),
]
Shot = Annotated[
    str, typer.Argument(metavar="SHOT", help="The shot's id, or the name of a sound that is bought.")
]
Retake = Annotated[
    list[str] | None,
    typer.Option(
        "--retake", metavar="SHOT", help="Make another take of this shot or sound; may be repeated."
    ),
]
MaxCredits = Annotated[
    int | None, typer.Option("--max-credits", metavar="N", min=0, help="Spend at most this in this run.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Skip the confirmation.")]

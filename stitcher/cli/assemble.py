"""`stitcher assemble`: a row of clips becomes a film."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stitcher import api
from stitcher.cli import options

_Transition = Annotated[
    str,
    typer.Option(
        "--transition",
        metavar="KIND",
        help="How clips are joined: match (drops a doubled frame), cut, dissolve, or a kind of xfade.",
    ),
]
_Duration = Annotated[
    str | None,
    typer.Option("--duration", metavar="TIME", help="How long a dissolve or wipe is: 0.5s, 12f."),
]
_Music = Annotated[
    Path | None,
    typer.Option("--music", metavar="FILE", help="A sound file, looped under the whole film."),
]
_Rate = Annotated[
    str | None,
    typer.Option("--fps", metavar="RATE", help="The film's rate, for clips that differ: 24, 23.976."),
]
_Size = Annotated[
    str | None,
    typer.Option("--size", metavar="WxH", help="The film's size; what most clips have if not given."),
]
_Fit = Annotated[
    str,
    typer.Option(
        "--fit", metavar="HOW", help="How pictures of another shape fill the film: crop, pad, blur."
    ),
]


def assemble(
    clips: Annotated[list[Path], typer.Argument(metavar="CLIPS…", help="The clips, in order.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILM", help="Where the film goes.")],
    transition: _Transition = "match",
    duration: _Duration = None,
    music: _Music = None,
    fps: _Rate = None,
    size: _Size = None,
    fit: _Fit = "crop",
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help="The film's name.")] = "",
    preset: options.Preset = None,
    loudness: options.Loudness = None,
    encoder: options.Encoder = None,
    sheet: options.Sheet = None,
    cache: options.Cache = None,
    verify: options.Verified = options.Verify.joins,
    as_json: options.Json = False,
) -> None:
    """Make a film of a row of clips.

    Without --preset the film keeps the clips' own format, and only what changes is encoded.
    """
    from stitcher.cli.deliveries import Deliveries
    from stitcher.cli.film_output import making_films
    from stitcher.cli.output import tell_notes
    from stitcher.storyboard.assemble_options import AssembleOptions

    board = api.assemble(
        clips,
        transition=transition,
        duration=duration,
        music=music,
        size=size,
        fps=fps,
        options=AssembleOptions(fit=fit, title=title or _title_of(output), loudness=loudness),
    )
    notes = api.notes(board)
    tell_notes(notes)
    films = Deliveries()
    with making_films(Path.cwd(), cache=cache, verify=verify) as (render_options, _):
        if sheet is not None:
            api.contact_sheet(board, sheet, options=render_options)
        films.attempt(
            preset,
            output,
            lambda: api.render(board, output, preset=preset, encoder=encoder, options=render_options),
        )
    films.show(notes, as_json=as_json)


def _title_of(output: Path) -> str:
    """The name of the file as a title; what cannot be shown becomes a blank."""
    return "".join(letter if letter.isprintable() else " " for letter in output.stem).strip()

"""`stitcher mix`: a film's sound as files of its own, mix and stems, with a report of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stitcher import api
from stitcher.cli import options


def mix(
    board: options.Board,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where the mix goes: a .wav or a .flac file."),
    ] = None,
    stems: Annotated[
        Path | None,
        typer.Option("--stems", metavar="DIR", help="Write a file of each role there, and M&E."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only", metavar="ROLE", help="Only this role, or 'me', all but dialogue; may be repeated."
        ),
    ] = None,
    format: Annotated[  # noqa: A002  # the option's name
        str | None, typer.Option("--format", metavar="KIND", help="Of the files: wav (default) or flac.")
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option("--plot", metavar="PNG", help="Draw roles, ducks, loudness and seams along time."),
    ] = None,
    preset: options.Preset = None,
    loudness: options.Loudness = None,
    channels: options.Channels = None,
    sets: options.Sets = None,
    variables: options.Vars = None,
    cache: options.Cache = None,
    as_json: options.Json = False,
) -> None:
    """Write a film's sound, its stems, and a report of it.

    Without -o and --stems nothing is written: the mix is measured and reported on.
    """
    from stitcher.cli.film_output import making_films
    from stitcher.cli.mix_output import mix_document, mix_lines
    from stitcher.cli.output import show, tell_notes
    from stitcher.cli.storyboard_args import read_board

    storyboard = read_board(board, sets, variables)
    tell_notes(api.notes(storyboard))
    with making_films(board.absolute().parent, cache=cache) as (render_options, _):
        planned = api.plan(
            storyboard,
            preset=preset,
            loudness=loudness,
            channels=None if channels is None else channels.value,
        )
        result = api.mix(
            planned,
            output,
            stems=stems,
            only=only or (),
            format=format,
            plot=plot,
            options=render_options,
        )
    tell_notes(result.notes)
    show(mix_document(result), lambda: mix_lines(result), as_json=as_json)

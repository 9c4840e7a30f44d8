"""`stitcher review`: the page a film is judged on, and what was decided there carried out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stitcher import api
from stitcher.cli import options
from stitcher.cli.help import Command, GroupWithDefault
from stitcher.errors import InputError

if TYPE_CHECKING:
    from stitcher.review_page.apply import AppliedReview
    from stitcher.storyboard.model import Storyboard

app = typer.Typer(
    cls=GroupWithDefault,
    help="Make a page to judge a film on; apply what was decided there.",
    epilog="'stitcher review BOARD -o DIR' is 'stitcher review page BOARD -o DIR'.",
    rich_markup_mode=None,
    no_args_is_help=True,
)


@app.command("page", cls=Command)
def page(
    board: options.Board,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Where the page goes: a folder.")
    ] = None,
    single_file: Annotated[
        bool, typer.Option("--single-file", help="Write one HTML file that holds everything instead.")
    ] = False,
    serve: Annotated[
        bool,
        typer.Option(
            "--serve", help="Serve it to this machine instead, and write decisions as they are made."
        ),
    ] = False,
    open_it: options.Open = False,
    sets: options.Sets = None,
    variables: options.Vars = None,
    cache: options.Cache = None,
    as_json: options.Json = False,
) -> None:
    """Write a page with the film, its seams and its takes.

    It opens in any browser, without a network or a server.
    """
    from stitcher.cli.film_output import making_films
    from stitcher.cli.output import counted, pick, show, tell_notes
    from stitcher.cli.storyboard_args import read_board

    if (output is None) is not serve or (serve and single_file):
        raise InputError("Name a folder for the page with -o, or have it served with --serve.")
    storyboard = read_board(board, sets, variables)
    if output is None:
        _serve(storyboard, board, cache, open_it=open_it, as_json=as_json)
        return
    with making_films(board.absolute().parent, cache=cache) as (render_options, _):
        made = api.review(storyboard, output, single_file=single_file, options=render_options)
    tell_notes(made.notes)

    def lines() -> Iterator[str]:
        yield str(made.path)
        shots, seams = counted(made.shots, "shot"), counted(made.seams, "seam")
        takes, frames = counted(made.takes, "take"), counted(made.frames, "frame")
        yield f"  {shots}, {seams}, {takes} side by side, {frames}"
        yield "  Save what you decide there, then: stitcher review apply FILE BOARD"

    show(pick(made, "path frames shots seams takes notes"), lines, as_json=as_json)
    if open_it:
        api.open_file(made.path)


def _serve(storyboard: Storyboard, board: Path, cache: Path | None, *, open_it: bool, as_json: bool) -> None:
    """Until Ctrl-C."""
    import threading
    import webbrowser
    from contextlib import ExitStack, suppress

    from stitcher.cli.film_output import making_films
    from stitcher.cli.output import info, show

    with ExitStack() as serving, suppress(KeyboardInterrupt):
        with making_films(board.absolute().parent, cache=cache) as (render_options, _):
            server = serving.enter_context(api.serve_review(storyboard, options=render_options))
        document = {"url": server.url, "decisions": server.decisions}
        show(document, lambda: (server.url,), as_json=as_json)
        info(f"Decisions are written to {server.decisions.name}, until Ctrl-C. The address works once.")
        if open_it:
            webbrowser.open(server.url)
        threading.Event().wait()


@app.command("apply", cls=Command)
def apply(
    decisions: Annotated[Path, typer.Argument(metavar="FILE", help="What a review page saved, a JSON file.")],
    board: options.Board,
    sets: options.Sets = None,
    as_json: options.Json = False,
) -> None:
    """Carry out what was decided on a page.

    Takes are circled, notes and rejections become markers. What is no longer there is listed.
    """
    from stitcher.cli.output import pick, show, use_board
    from stitcher.cli.storyboard_args import assignments

    use_board(board)
    applied = api.apply_review(decisions, board, variables=assignments(sets or ()))
    document = pick(applied, "path changed unchanged left")
    show(document, lambda: _applied_lines(applied), as_json=as_json)


def _applied_lines(applied: AppliedReview) -> Iterator[str]:
    yield from applied.changed
    if not applied.changed:
        yield "Nothing had to be changed."
    if applied.unchanged:
        yield f"As decided already: {applied.unchanged}."
    yield from (f"! {one}" for one in applied.left)

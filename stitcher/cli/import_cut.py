"""`stitcher import`: a cut from an editor becomes a storyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stitcher import api
from stitcher.cli import options

if TYPE_CHECKING:
    from stitcher.editor_import.new_board import Imported

_SHOWN = 8
"""Places told of one kind of loss."""

Cut = Annotated[
    Path,
    typer.Argument(metavar="CUT", help="The cut: .otio, .otioz, .xml (FCP 7), .fcpxml, .fcpxmld or .edl."),
]
Rate = Annotated[
    str | None,
    typer.Option(
        "--rate", metavar="RATE", help="At which rate an edit list counts: 24, 23.976, 30000/1001, …"
    ),
]
MediaFolders = Annotated[
    list[Path] | None,
    typer.Option("--media", metavar="FOLDER", help="Look for the cut's files here as well; may be repeated."),
]


def import_cut(
    cut: Cut,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="BOARD", help="Where the storyboard goes.")
    ],
    rate: Rate = None,
    media: MediaFolders = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a storyboard that is there already.")
    ] = False,
    onto: Annotated[
        Path | None,
        typer.Option("--onto", metavar="BOARD", help="Take the cut's changes onto this storyboard."),
    ] = None,
    sets: options.Sets = None,
    as_json: options.Json = False,
) -> None:
    """Take a cut back from an editor, as a storyboard.

    Order, trims, transitions, speeds, sounds with gain and fades, markers and shots that are switched off come along.
    What could not be read is listed by name. With --onto only what changed is changed: prompts, takes and comments
    stay.
    """
    from stitcher.cli.output import show
    from stitcher.cli.storyboard_args import assignments

    done = api.import_cut(
        cut,
        output,
        rate=rate,
        media=media or (),
        overwrite=overwrite,
        onto=onto,
        variables=assignments(sets or ()),
    )
    show(_document(done), lambda: _lines(done), as_json=as_json)


def _document(done: Imported) -> dict[str, object]:
    return {
        "storyboard": done.path,
        "shots": done.shots,
        "left": [{"kind": one.kind, "what": one.what, "words": one.words} for one in done.left],
        "unread": [{"kind": one.kind, "where": one.where, "detail": one.detail} for one in done.unread],
    }


def _lines(done: Imported) -> Iterator[str]:
    yield f"{done.path}: {done.shots} {'shot' if done.shots == 1 else 'shots'}"
    yield from (f"  still different: {change}" for change in done.left)
    yield from unread_lines(done)


def unread_lines(done: Imported) -> Iterator[str]:
    """What of a cut is not in a storyboard, one line a kind."""
    for meaning, places in done.losses.items():
        more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
        whose = f" ({', '.join(places[:_SHOWN])}{more})" if places else ""
        yield f"  {meaning}{whose}"

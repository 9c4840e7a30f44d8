"""`stitcher diff`: what is different between two storyboards or cuts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stitcher import api
from stitcher.cli import options
from stitcher.cli.import_cut import MediaFolders, Rate

if TYPE_CHECKING:
    from stitcher.editor_import.compare import CutDiff

_DIFFERENT = 1


def diff(
    before: Annotated[Path, typer.Argument(metavar="A", help="A storyboard or a cut.")],
    after: Annotated[Path, typer.Argument(metavar="B", help="What became of it: a storyboard or a cut.")],
    markers: Annotated[
        Path | None,
        typer.Option(
            "--markers", metavar="FILE", help="Also write the differences as markers: .csv or .edl."
        ),
    ] = None,
    rate: Rate = None,
    media: MediaFolders = None,
    as_json: options.Json = False,
) -> int:
    """Tell what is different between two storyboards or cuts.

    Shots that were moved, trimmed, replaced, are new or gone, transitions, sounds, gain and markers. Ends with 0 where
    both are the same, with 1 where they are not.
    """
    from stitcher.cli.exit_status import ReportedStatus
    from stitcher.cli.output import show

    found = api.diff(before, after, rate=rate, media=media or (), markers=markers)
    show(_document(found), lambda: _lines(found), as_json=as_json)
    return ReportedStatus(_DIFFERENT if found.changes else 0)


def _document(found: CutDiff) -> dict[str, object]:
    names = "kind what words frame"
    from stitcher.cli.output import pick

    return {
        "changes": [pick(one, names) for one in found.changes],
        "unread": [pick(one, "kind where detail") for one in found.unread],
    }


def _lines(found: CutDiff) -> Iterator[str]:
    yield from map(str, found.changes)
    if not found.changes:
        yield "Nothing is different that can be compared." if found.unread else "Both are the same."
    yield from (f"Not compared: {one}." for one in found.unread)

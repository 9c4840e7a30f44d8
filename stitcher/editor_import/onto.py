"""A cut taken onto a storyboard that exists: what changed changes, and prompts, takes and comments stay."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from stitcher.editor_import.new_board import Imported, check_target
from stitcher.editor_import.reading import cut_of_film, read_with_media, same_files
from stitcher.errors import InputError
from stitcher.exporters.losses import unique
from stitcher.importers.board import BoardWriter
from stitcher.importers.changes import differences, not_compared
from stitcher.importers.cut import CutMedia
from stitcher.importers.film_view import FilmView
from stitcher.importers.match import matched, with_own_sounds
from stitcher.importers.merge_shots import ShotMerger
from stitcher.importers.merge_sounds import merge_markers, merge_sounds
from stitcher.media.files import write_whole
from stitcher.session import lay_out
from stitcher.storyboard.edit import BoardText
from stitcher.storyboard.load import parse
from stitcher.storyboard.model import Storyboard
from stitcher.storyboard.yaml_reader import read_document
from stitcher.timebase import format_rate
from stitcher.timeline.model import Timeline


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for."""

    cut: Path
    onto: Path
    out: Path
    rate: Fraction | None = None
    media: Sequence[Path] = ()
    overwrite: bool = False
    variables: Mapping[str, str] | None = None


def import_onto(request: Request) -> Imported:
    """Write the storyboard with the cut's changes. Raises what `import_cut`, `load` and `lay_out` raise."""
    onto, out = (Path(os.path.abspath(path)) for path in (request.onto, request.out))
    if out != onto:
        check_target(out, overwrite=request.overwrite)
    if out.parent != onto.parent:
        raise InputError(
            f"{str(out)!r} is in another folder than {str(onto)!r}, whose paths count from its own."
        )
    text = read_document(onto)
    board, timeline = _laid_out(text, onto, request)
    ours = cut_of_film(timeline, board)
    cut, found = read_with_media(
        request.cut, rate=request.rate or _edl_rate(request.cut, ours.rate), media=request.media
    )
    if cut.rate != ours.rate:
        raise InputError(
            f"{str(request.cut)!r} plays at {format_rate(cut.rate)} frames a second and the storyboard's film at "
            f"{format_rate(ours.rate)}: import it as a storyboard of its own, or set the editor's rate."
        )
    cut = same_files(cut, ours)
    paths = {**found, **{media: Path(media.address) for media in cut.media if os.path.isfile(media.address)}}
    before, after = with_own_sounds(FilmView.of(ours), FilmView.of(cut))
    writer = BoardWriter(after, paths, onto.parent, list(after.unread))
    _refuse_unknown(before, after, paths)
    new = BoardText(text, onto)
    ShotMerger(board, before, writer, _dropped(timeline)).merge(new)
    board, timeline = _laid_out(new.written(), onto, request)
    now = FilmView.of(cut_of_film(timeline, board))
    writer = _named_alike(writer, now)
    merge_sounds(new, board, now, writer)
    merge_markers(new, board, now, writer)
    written = new.written()
    board, timeline = _laid_out(written, onto, request)
    now = FilmView.of(cut_of_film(timeline, board))
    left = differences(now, after)
    write_whole(out, written.encode())
    unread = unique((*writer.unread, *not_compared(before, after)))
    return Imported(out, len(board.shots), unread, left)


def _laid_out(text: str, path: Path, request: Request) -> tuple[Storyboard, Timeline]:
    board = parse(text, path=path, variables=request.variables, environment=os.environ)
    return board, lay_out(board)


def _edl_rate(cut: Path, rate: Fraction) -> Fraction | None:
    """An edit list that comes back counts as the film does."""
    return rate if cut.suffix.lower() == ".edl" else None


def _dropped(timeline: Timeline) -> frozenset[str]:
    """The shots of which match cuts take frames off the end."""
    return frozenset(
        item.shot
        for item, join in zip(timeline.items, timeline.transitions, strict=False)
        if join.dropped_frames
    )


def _refuse_unknown(before: FilmView, after: FilmView, paths: Mapping[CutMedia, Path]) -> None:
    """Raise `InputError` for new shots whose files are not found: the storyboard could not be laid out with them."""
    places = matched(before, after)
    lost = [
        clip.media.address or clip.media.name
        for clip, place in zip(after.track.clips, places, strict=True)
        if place is None and clip.media is not None and clip.media not in paths
    ]
    if lost:
        more = f" and {len(lost) - 3} more" if len(lost) > 3 else ""
        raise InputError(
            f"The cut has new clips whose files are not found ({', '.join(lost[:3])}{more}): name their folder with "
            "--media."
        )


def _named_alike(writer: BoardWriter, now: FilmView) -> BoardWriter:
    """The writer, with shots called as the storyboard calls them, so that sounds and markers can be placed by them."""
    if len(now.ids) != len(writer.view.ids):
        return writer
    return replace(writer, view=replace(writer.view, ids=now.ids))

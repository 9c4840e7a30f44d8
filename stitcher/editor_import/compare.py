"""Two storyboards or cuts held against each other, and what is different as markers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from stitcher.editor_import.reading import cut_of_film, read_with_media, same_files
from stitcher.errors import InputError
from stitcher.exporters.losses import unique
from stitcher.importers.changes import CutChange, differences, not_compared
from stitcher.importers.cut import Cut
from stitcher.importers.film_view import FilmView
from stitcher.importers.losses import Unread
from stitcher.one_line import one_line

if TYPE_CHECKING:
    from stitcher.storyboard.model import Storyboard

_BOARDS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class CutDiff:
    """What is different between two cuts."""

    changes: tuple[CutChange, ...]
    """In the order of the later one; none where both are the same."""
    unread: tuple[Unread, ...]
    """What of the later one could not be read, and may be different as well."""

    __repr__ = one_line


def diff(
    before: Storyboard | Path,
    after: Storyboard | Path,
    *,
    rate: Fraction | None = None,
    media: Sequence[Path] = (),
    markers: Path | None = None,
) -> CutDiff:
    """The differences of `after`; raises what reading or laying out one of them raises."""
    if markers is not None and markers.suffix.lower() not in (".csv", ".edl"):
        raise InputError(f"{str(markers)!r} is no list of markers: name a .csv or an .edl.")
    one, other = (_read(film, rate, media) for film in (before, after))
    view = FilmView.of(same_files(other, one))
    earlier = FilmView.of(one)
    found = differences(earlier, view)
    if markers is not None:
        _write_markers(markers, view.cut, found)
    return CutDiff(found, unique((*view.unread, *not_compared(earlier, view))))


def _read(film: Storyboard | Path, rate: Fraction | None, media: Sequence[Path]) -> Cut:
    from stitcher.session import lay_out
    from stitcher.storyboard.load import load

    if isinstance(film, Path) and film.suffix.lower() not in _BOARDS:
        return read_with_media(film, rate=rate, media=media)[0]
    board = load(film) if isinstance(film, Path) else film
    return cut_of_film(lay_out(board), board)


def _write_markers(path: Path, cut: Cut, changes: Sequence[CutChange]) -> None:
    from stitcher.exporters.handover import Handover, HandoverMarker
    from stitcher.exporters.lists import MarkerExporter
    from stitcher.media.files import write_whole

    handover = Handover(
        title=cut.title,
        rate=cut.rate,
        width=0,
        height=0,
        start_frame=cut.start_frame,
        drop_frame=cut.drop_frame,
        frames=cut.frames,
        media=(),
        video=(),
        sound=(),
        markers=tuple(HandoverMarker(one.frame, one.what or one.kind, one.words) for one in changes),
    )
    files = {Path(file.name).suffix: file.content for file in MarkerExporter().export(handover).files}
    write_whole(path, files[path.suffix.lower()])

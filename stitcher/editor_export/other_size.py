"""Shots that were enlarged, in the size that timelines do not refer to: of the same names and frames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from stitcher.editor_export.order import Size
from stitcher.exporters.cut import Replacement
from stitcher.exporters.handover import MediaFile
from stitcher.exporters.parts import Part, PartFile
from stitcher.media.clip import Clip
from stitcher.storyboard.model import Storyboard
from stitcher.timeline.model import Timeline

FOLDERS: Mapping[Size, str] = {"film": "originals", "original": "enlarged"}
"""By what timelines refer to: the folder of the other files."""
_ABOUT: Mapping[Size, str] = {
    "film": "enlarged shots as they came, of the same names and frames: link the cut to them to work lighter",
    "original": "the same shots enlarged, of the same names and frames: link the cut to them to finish",
}


def other_sizes(
    board: Storyboard | None, timeline: Timeline, size: Size, instead: Mapping[Path, Replacement]
) -> dict[Path, Replacement]:
    """By path of a clip that timelines refer to: the same shot in its other size, as it is handed over."""
    return {
        shown: instead.get(other.path, Replacement(other.path, other.sha256))
        for shown, other in _pairs(board, timeline, size)
    }


def _pairs(board: Storyboard | None, timeline: Timeline, size: Size) -> Iterator[tuple[Path, Clip]]:
    if size == "film":
        for item in timeline.unhidden.items:
            if isinstance(item.source, Clip) and item.original is not None:
                yield item.source.path, item.original
    elif board is not None:
        # Only here: most films have nothing that was enlarged.
        from stitcher.generation.selects import film_footage

        enlarged = film_footage(board).enlarged
        for item in timeline.unhidden.items:
            if item.clip is not None and item.shot in enlarged:
                yield item.clip.path, enlarged[item.shot]


def other_size_part(
    media: tuple[MediaFile, ...], others: Mapping[Path, Replacement], size: Size
) -> Iterator[Part]:
    """The files beside those that are handed over, if there are any."""
    by_name = {one.beside: others[one.source] for one in media if one.beside and one.source in others}
    if by_name:
        files = tuple(PartFile(name, other.path, other.sha256) for name, other in by_name.items())
        yield Part(f"{FOLDERS[size]}/", _ABOUT[size], files)

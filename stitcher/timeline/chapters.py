"""Chapters of the film: which frames begin one, and the list of them that YouTube reads."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from stitcher.storyboard.model import Storyboard
from stitcher.timeline.model import Item, Marker

_LEAST_CHAPTERS = 3
_LEAST_SECONDS = 10


def lay_chapters(board: Storyboard, items: Sequence[Item], markers: Sequence[Marker]) -> tuple[Marker, ...]:
    """Where chapters begin: with every shot, or at every marker somebody set.

    Of several at one frame the last counts.
    """
    if board.chapters is None:
        return ()
    shots = [Marker(item.record_start, item.shot) for item in items]
    chosen = shots if board.chapters == "shots" else [marker for marker in markers if marker not in shots]
    return tuple({marker.frame: marker for marker in chosen}.values())


def youtube_list(chapters: Sequence[Marker], rate: Fraction) -> str:
    """A line for each chapter, as YouTube reads them in a film's description: `0:00 Harbour`."""
    return "".join(f"{_clock(int(one.frame / rate))} {' '.join(one.name.split())}\n" for one in chapters)


def _clock(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def chapter_notes(
    board: Storyboard, chapters: Sequence[Marker], frames: int, rate: Fraction
) -> tuple[str, ...]:
    """Why there are no chapters, or YouTube would show none of them; nothing where it shows them all."""
    if board.chapters is None:
        return ()
    if not chapters:
        return (
            "The film has no chapters: 'chapters: markers' finds no marker. Add some, or write 'chapters: shots'.",
        )
    faults = []
    if chapters[0].frame / rate >= 1:
        faults.append(f"the first, {chapters[0].name!r}, is not at 0:00")
    if len(chapters) < _LEAST_CHAPTERS:
        faults.append(f"there are {len(chapters)} of at least {_LEAST_CHAPTERS}")
    ends = [*(one.frame for one in chapters[1:]), frames]
    short = [
        one.name for one, end in zip(chapters, ends, strict=True) if (end - one.frame) / rate < _LEAST_SECONDS
    ]
    if short:
        names = ", ".join(map(repr, short[:3])) + (", …" if len(short) > 3 else "")
        faults.append(f"{len(short)} last less than {_LEAST_SECONDS} s ({names})")
    return (f"Chapters: YouTube shows none, because {'; '.join(faults)}.",) if faults else ()

"""Match cuts at which it could not be told whether a picture is shown twice, for people to decide. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from stitcher.timeline.model import Timeline

_SHOWN = 6


def unsure_seams(timeline: Timeline) -> list[tuple[str, str, str]]:
    """Earlier shot, later shot, and why it could not be told."""
    return [
        (earlier.shot, later.shot, join.unsure)
        for (earlier, later), join in zip(pairwise(timeline.items), timeline.transitions, strict=True)
        if join.unsure
    ]


def uncertain_match_lines(timeline: Timeline) -> Iterator[str]:
    """A line for each such seam, with why and what to do; after six only how many more there are."""
    seams = unsure_seams(timeline)
    for earlier, later, reason in seams[:_SHOWN]:
        yield f"match: unsure from {earlier!r} to {later!r}: {reason}; nothing is dropped"
    if (more := len(seams) - _SHOWN) > 0:
        yield f"match: unsure at {more} more seams; nothing is dropped"
    if seams:
        yield "  ('transition: {kind: match, drop: 1}' drops a frame that is shown twice, 'drop: 0' or 'cut' none)"

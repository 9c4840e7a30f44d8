"""Moves over stills that go nowhere, refused before anything is drawn. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from stitcher.storyboard.model import Storyboard
from stitcher.timeline.issue_collector import IssueCollector
from stitcher.timeline.model import Item
from stitcher.timeline.picture import StillPicture


def refuse_moves_without_room(board: Storyboard, items: Sequence[Item], film: tuple[int, int]) -> None:
    """Raise `PlanError` with every pan for which a picture is no larger than what is seen of it."""
    issues = IssueCollector(board)
    for index, item in enumerate(items):
        still = item.source
        if not isinstance(still, StillPicture) or still.pan is None or still.zoom != 1:
            continue
        across = still.pan in ("left", "right")
        along, beside = (0, 1) if across else (1, 0)
        # In pixels of the film, where the picture fills it.
        room = still.size[along] * film[beside] / still.size[beside] - film[along]
        if item.fit != "crop" or room < 1:
            issues.add(
                ("shots", index, "move", "pan"),
                f"shot {item.shot!r}: the whole {'width' if across else 'height'} of {still.name} is seen, so there is "
                "nothing to pan over: add a 'zoom'.",
            )
    issues.raise_any()

"""A collector of issues: everything wrong in one step of laying out, raised as one `PlanError`."""

from __future__ import annotations

from stitcher.errors import Issue, PlanError
from stitcher.storyboard.model import Storyboard
from stitcher.storyboard.source_map import Location


class IssueCollector:
    """Collects issues of one storyboard and raises them as one `PlanError`."""

    def __init__(self, board: Storyboard) -> None:
        self._board = board
        self.issues: list[Issue] = []

    def add(self, location: Location, message: str) -> None:
        """Note that `message` is wrong at `location`."""
        self.issues.append(self._board.issue(location, message))

    def raise_any(self) -> None:
        """Raise `PlanError` when there is anything to tell."""
        if self.issues:
            raise PlanError(self.issues)

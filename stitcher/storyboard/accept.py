"""What sounds or looks wrong in a film and is meant to be so, with the reason."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from stitcher.storyboard.base import StoryboardModel
from stitcher.storyboard.choices import FindingKind, SeamFindingKind
from stitcher.storyboard.values import Name


class Acceptance(StoryboardModel):
    """A finding of the report on a mix that is meant."""

    finding: FindingKind
    """What was found: `clipped`, `dc`, `click`, `dead-air`, `level-jump`, `phase`, `past-end` or `cut-music`."""
    in_: Annotated[Name | None, Field(alias="in")] = None
    """The shot, sound or file it was found in, as the report names it; all of them when not given."""
    reason: Name
    """Why it is meant, which the report repeats."""


class SeamAcceptance(StoryboardModel):
    """Something that `stitcher seams` finds of a shot, or of the seam it begins with, and that is meant."""

    finding: SeamFindingKind
    """What was found, by the name that stands before it."""
    reason: Name
    """Why it is meant; told with it."""

"""What sounds wrong in a film and is meant to be so, with the reason."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from stitcher.storyboard.base import StoryboardModel
from stitcher.storyboard.choices import FindingKind
from stitcher.storyboard.values import Name


class Acceptance(StoryboardModel):
    """A finding of the report on a mix that is meant."""

    finding: FindingKind
    """What was found: `clipped`, `dc`, `click`, `dead-air`, `level-jump`, `phase`, `past-end` or `cut-music`."""
    in_: Annotated[Name | None, Field(alias="in")] = None
    """The shot, sound or file it was found in, as the report names it; all of them when not given."""
    reason: Name
    """Why it is meant, which the report repeats."""

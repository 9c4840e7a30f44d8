"""The loudness target of a film, and whether it insists on it."""

from __future__ import annotations

from typing import Annotated

from stitcher.storyboard.base import Shorthand, StoryboardModel
from stitcher.storyboard.values import Name, Truth


class Loudness(StoryboardModel):
    """A loudness target, and what happens to a film that cannot reach it."""

    target: Name
    """A loudness target (`stitcher presets` lists them); `none` leaves the mix as it is."""
    insist: Truth | None = None
    """Whether a film is refused that cannot be so loud within its peak limit; not given, the target decides."""


LoudnessField = Annotated[
    Loudness, Shorthand(lambda name: {"target": name}, examples=["web", "ebu-r128", "none"])
]

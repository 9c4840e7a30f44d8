"""How a film's sound goes out: its loudness target, whether it insists on it, and its loudspeakers."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from stitcher.storyboard.base import Shorthand, StoryboardModel
from stitcher.storyboard.choices import SoundLayout
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


SoundLayoutField = Annotated[
    SoundLayout,
    # YAML takes 5.1 for a number.
    BeforeValidator(lambda value: "5.1" if value == 5.1 else value),
    WithJsonSchema({"enum": ["mono", "stereo", "5.1", 5.1]}),
]

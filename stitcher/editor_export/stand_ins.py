"""What stands in for shots that are not made yet, as values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from stitcher.exporters.losses import Loss
from stitcher.media.clip import Clip


@dataclass(frozen=True, slots=True)
class Placeholders:
    """What stands in for shots of a storyboard that are not made yet."""

    clips: Mapping[str, Clip] = field(default_factory=dict)
    """By shot: cards."""
    animatics: tuple[str, ...] = ()
    """Shots that have an animatic and no take."""

    @property
    def losses(self) -> Iterator[Loss]:
        """What a report must say of them."""
        yield from (Loss("placeholder", shot) for shot in self.clips)
        yield from (Loss("placeholder", shot, "animatic") for shot in self.animatics)

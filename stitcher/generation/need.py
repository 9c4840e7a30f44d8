"""A need: one file that is wanted of a provider. A frozen value."""

from __future__ import annotations

from dataclasses import dataclass

from stitcher.generation.states import State
from stitcher.generation.take import Purpose, Take, series_of


@dataclass(frozen=True, slots=True)
class Need:
    """One file that is wanted."""

    shot: str
    """The shot's name, or the sound's."""
    index: int
    """Of the shot in the storyboard; of a sound, among its sounds that are bought."""
    purpose: Purpose
    number: int
    variant: str = ""
    piece: int = 0

    def matches(self, take: Take) -> bool:
        """Whether a take of the right provider is this need's."""
        return (self.shot, series_of(self.purpose), self.number, self.variant, self.piece) == (
            take.shot,
            series_of(take.purpose),
            take.number,
            take.variant,
            take.piece,
        )


def is_there(take: Take) -> bool:
    """Whether a take is on disk, or was sent and may still come."""
    return take.on_disk or (take.unfinished and take.state is not State.INTENT)

"""Which shots a run covers, and what of a shot is made anew when a retake is asked for. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from stitcher.generation.take import Purpose
from stitcher.storyboard.model import Shot

RENEWED: tuple[Purpose, ...] = ("start-image", "take", "edit")
"""What a retake may make anew, in the order it is made."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """What of a shot a retake makes anew."""

    image: bool = False
    take: bool = False
    edit: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """What of a storyboard is asked for, and of which provider."""

    provider: str = "runway"
    shots: frozenset[str] | None = None
    """`None` for all of them."""
    retake: frozenset[str] = frozenset()
    """Shots of which one more take is wanted, whatever there is."""
    stale: frozenset[tuple[str, Purpose]] = frozenset()
    """What no longer matches the storyboard, which decides what of a retaken shot is made anew."""

    def covers(self, shot: str) -> bool:
        """Whether a shot is asked about."""
        return self.shots is None or shot in self.shots

    def renewal(self, shot: Shot) -> Renewal:
        """What of a shot is made anew. Of a retaken one its take, from a new start image where the old one no longer
        matches; or only its edit, where only that does not, or where there is no take of ours to make again.
        """
        if shot.id not in self.retake:
            return Renewal()
        image, take, edit = ((shot.id, purpose) in self.stale for purpose in RENEWED)
        if shot.edit is not None and (shot.clip is not None or (edit and not image and not take)):
            return Renewal(edit=True)
        return Renewal(image=image, take=True, edit=edit)


EVERYTHING = Scope()

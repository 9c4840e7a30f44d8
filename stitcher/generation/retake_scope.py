"""What of a shot is made anew when a retake is asked for. Pure."""

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


def renewal(shot: Shot, stale: frozenset[tuple[str, Purpose]]) -> Renewal:
    """What a retake of the shot means: its take, from a new start image where the old one no longer matches; or
    only its edit, where only that does not, or where there is no take of ours to make again.
    """
    image, take, edit = ((shot.id, purpose) in stale for purpose in RENEWED)
    if shot.edit is not None and (shot.clip is not None or (edit and not image and not take)):
        return Renewal(edit=True)
    return Renewal(image=image, take=True, edit=edit)

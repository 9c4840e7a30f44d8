"""What the shots of a film are made of: their files, and the takes those are. Plain values; nothing is looked up."""

from __future__ import annotations

from dataclasses import dataclass

from stitcher.media.clip import Clip


@dataclass(frozen=True, slots=True)
class Maker:
    """Who made a file, and as which task."""

    provider: str
    model: str
    task_id: str | None
    """The provider's own name of it."""


@dataclass(frozen=True, slots=True)
class ShownTake(Maker):
    """The take of a project that a clip is."""

    number: int
    """1-based, of its shot."""
    purpose: str
    """`take` or `edit`."""
    source_number: int | None
    """For an edit: the take it was made from."""


@dataclass(frozen=True, slots=True)
class ShotSource:
    """What one shot of a film is made of."""

    shot: str
    clip: Clip
    """As it came, with its path and sha256."""
    take: ShownTake | None
    """The take of these very bytes; `None` where no ledger tells of one."""
    enlarged: Clip | None
    """What is shown instead of the clip, frame for frame."""
    enlarged_by: tuple[Maker, ...]
    """Of the larger file, or of its pieces in order; empty where no ledger tells."""

"""What writes a film for an editor, seen from the outside: one Protocol, what goes in and what comes out.

    timeline ─ handover_of ─► Handover ─ Exporter.export ─► Export ─ folder.write ─► files

An exporter is pure: it opens nothing, alters nothing that it is given, and the same hand-over gives the same bytes.
What its format cannot say it names as a `Loss`; nothing is left out in silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from stitcher.exporters.handover import Handover
from stitcher.exporters.losses import Loss, LossKind


@dataclass(frozen=True, slots=True)
class ExportFile:
    """One file of an export."""

    name: str
    """ASCII, without folders."""
    content: bytes
    bundle: bool = False
    """Whether it becomes a zip archive (`.otioz`) of this content and all media."""


@dataclass(frozen=True, slots=True)
class Export:
    """What one format says of a film."""

    files: tuple[ExportFile, ...]
    """The first is the one to open; there is at least one."""
    losses: tuple[Loss, ...] = ()
    """What the format cannot say of what it was given, besides `Handover.losses`."""
    keeps: frozenset[LossKind] = frozenset()
    """Kinds of `Handover.losses` that are none in this format."""


@runtime_checkable
class Exporter(Protocol):
    """Writes one format."""

    @property
    def name(self) -> str:
        """The format's name, one lower-case word such as `edl` or `otio-premiere`; the entry point's own."""

    def export(self, handover: Handover) -> Export:
        """The film in this format.

        Raises `PlanError` for a film that the format cannot hold at all, such as one that passes midnight.
        """

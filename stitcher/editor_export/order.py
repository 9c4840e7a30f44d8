"""What is asked for of a hand-over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from stitcher.delivery.editor_preset import PART_NAMES, EditorPreset, MediaPolicy
from stitcher.errors import InputError
from stitcher.storyboard.suggest import meant_or_known

Size = Literal["film", "original"]
"""Which files the timelines refer to where shots were enlarged: those that the film shows, or those they came as."""
PLACEHOLDERS = "placeholders"
LEAVE_OUT = (*PART_NAMES, PLACEHOLDERS)
"""What can be left out: parts of the folder, and what stands in for shots that are not made yet."""


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """A hand-over to one editor."""

    editor: str
    folder: Path
    """Absolute, without `..`."""
    media: MediaPolicy | None = None
    """`None` for the editor's own way."""
    without: frozenset[str] = field(default_factory=frozenset)
    size: Size = "film"

    def __post_init__(self) -> None:
        if unknown := sorted(self.without - {*LEAVE_OUT}):
            raise InputError(
                f"{unknown[0]!r} is no part of a hand-over{meant_or_known(unknown[0], LEAVE_OUT)}"
            )
        if self.size not in get_args(Size):
            raise InputError(f"The size of a hand-over is 'film' or 'original', and not {self.size!r}.")

    def parts(self, preset: EditorPreset) -> Collection[str]:
        """The parts that are made."""
        return [name for name in preset.parts.value if name not in self.without]

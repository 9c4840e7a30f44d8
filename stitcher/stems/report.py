"""What was made of a film's sound: its files, and the report of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stitcher.one_line import one_line
from stitcher.sound.report import MixReport


@dataclass(frozen=True, slots=True)
class MixResult:
    """The files of a film's sound, and the report of it."""

    path: Path | None
    """The mix."""
    stems: tuple[Path, ...]
    """The stems' files, and the music-and-effects track last."""
    plot: Path | None
    report: MixReport
    notes: tuple[str, ...]
    """What a person should know."""

    __repr__ = one_line

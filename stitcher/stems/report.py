"""The report of a mix: how loud each stem and all of them are, before and after, and what sounds wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stitcher.stems.levels import Levels
from stitcher.storyboard.choices import FindingKind, Role


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that sounds wrong, or will to somebody."""

    kind: FindingKind
    text: str
    """What and where, in a sentence."""
    start_sample: int
    """Record clock."""
    stop_sample: int
    where: str
    """The shot, the sound or the file it is in."""
    timecode: str = ""
    """Of its start, as the film counts."""
    accepted: str | None = None
    """Why it is meant to be so, in the words of the storyboard; `None` where nobody says."""


@dataclass(frozen=True, slots=True)
class StemReport:
    """One stem."""

    name: str
    role: Role
    cues: int
    levels: Levels
    path: Path | None
    """Its file, where one was written."""


@dataclass(frozen=True, slots=True)
class MixReport:
    """What was measured of a mix."""

    stems: tuple[StemReport, ...]
    before: Levels
    """The sum of the stems, before gain and limiter."""
    after: Levels | None
    """The mix as it was written, or would be; `None` where only stems were asked for."""
    target: str
    """The loudness target, `none` for a mix that is left as it is."""
    target_lufs: float | None
    gain_db: float
    limited: bool
    findings: tuple[Finding, ...]
    dual_mono: tuple[str, ...] = ()
    """Sources with the same on left and right: a line of them is not in the centre of 5.1, and nothing is wrong."""


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

"""The report of a mix: how loud each stem and all of them are, before and after, and what sounds wrong. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stitcher.storyboard.choices import FindingKind, Role


@dataclass(frozen=True, slots=True)
class Levels:
    """How loud a stem or a mix is; without any, what was not measured."""

    integrated_lufs: float | None = None
    """`None` for what is silent, too short or too quiet to be measured; so below."""
    true_peak_dbtp: float | None = None
    range_lu: float | None = None
    momentary_max_lufs: float | None = None
    short_term_max_lufs: float | None = None
    """`None` for sound shorter than 3 s, too."""
    sample_peak_dbfs: float | None = None
    correlation: float | None = None
    """Of left and right, -1 to 1: 1 for the same on both, 0 for unlike ones, below 0 where they cancel out. `None` for
    mono, and where a side is silent. Surround is folded to stereo first; so below."""
    mono_loss_lu: float | None = None
    """How much lower the loudness of the mono fold-down is: 0 for the same on both sides, about 3 for unlike ones.
    `None` where nothing is measured. What is silent in mono has lost all there is above -70 LUFS."""


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
    not_measured: tuple[str, ...] = ()
    """What was not looked at: kinds of findings, and `stems`."""
    dual_mono: tuple[str, ...] = ()
    """Sources with the same on left and right: a line of them is not in the centre of 5.1, and nothing is wrong."""

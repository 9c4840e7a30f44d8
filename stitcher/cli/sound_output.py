"""What is said of a film's sound: how loud it is, what sounds wrong, and what was not measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from stitcher.cli.output import pick, table
from stitcher.timebase import SAMPLE_RATE, format_decimal

if TYPE_CHECKING:
    from stitcher.sound.placed_list import PlacedSound
    from stitcher.sound.report import MixReport

_LEVELS = (
    "integrated_lufs true_peak_dbtp range_lu short_term_max_lufs momentary_max_lufs sample_peak_dbfs correlation "
    "mono_loss_lu"
)


def report_document(report: MixReport) -> dict[str, object]:
    """What a machine is told of a film's sound."""
    return {
        "stems": [
            {**pick(stem, "name role cues path"), **pick(stem.levels, _LEVELS)} for stem in report.stems
        ],
        "before": pick(report.before, _LEVELS),
        "after": None if report.after is None else pick(report.after, _LEVELS),
        **pick(report, "target target_lufs gain_db limited"),
        "findings": [
            {
                **pick(finding, "kind text where timecode accepted"),
                "start_seconds": finding.start_sample / SAMPLE_RATE,
                "stop_seconds": finding.stop_sample / SAMPLE_RATE,
            }
            for finding in report.findings
        ],
        **pick(report, "not_measured dual_mono"),
    }


def sound_lines(report: MixReport) -> Iterator[str]:
    """What a person is told of a film's sound besides the film."""
    levels = report.after or report.before
    said = [
        f"{value_of(value)} {unit}"
        for value, unit in (
            (levels.integrated_lufs, "LUFS"),
            (levels.true_peak_dbtp, "dBTP"),
            (levels.range_lu, "LU of range"),
            (levels.short_term_max_lufs, "LUFS short-term at most"),
        )
        if value is not None
    ]
    if not said and levels.sample_peak_dbfs is not None:
        said = [f"highest sample {value_of(levels.sample_peak_dbfs)} dBFS"]
    if report.after is not None and report.before.integrated_lufs is not None:
        limiter = " and the limiter" if report.limited else ""
        said.append(
            f"before {value_of(report.before.integrated_lufs)} LUFS, gain {report.gain_db:+.1f} dB{limiter}"
        )
    if said:
        yield f"sound: {', '.join(said)}"
    yield from finding_lines(report)
    if report.not_measured:
        yield f"sound not measured here: {', '.join(report.not_measured)}; 'stitcher mix' does"


def placed_lines(sounds: Sequence[PlacedSound]) -> Iterator[str]:
    """A row for each sound: when it begins, for how long it is heard, and what becomes of it."""
    if not sounds:
        return
    rows = (
        (
            one.name,
            one.role,
            one.start,
            f"{format_decimal(Fraction(one.length_samples, SAMPLE_RATE), 2)} s",
            ", ".join(one.remarks),
        )
        for one in sounds
    )
    yield from table(("sound", "role", "starts", "lasts", "remarks"), rows, right=(3,))
    yield ""


def finding_lines(report: MixReport) -> Iterator[str]:
    """What sounds wrong, a line each."""
    for finding in report.findings:
        told = f"{finding.timecode} {finding.text}"
        yield f"accepted: {told} ({finding.accepted})" if finding.accepted else f"! {told}"


def value_of(value: float | None) -> str:
    """A level, with a dash for one that there is not."""
    return "-" if value is None else f"{value:.1f}"

"""What is said of a mix: its files, how loud each stem is, before and after, and what sounds wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stitcher.cli.output import pick, table
from stitcher.timebase import SAMPLE_RATE

if TYPE_CHECKING:
    from stitcher.stems.levels import Levels
    from stitcher.stems.report import MixResult

_LEVELS = (
    "integrated_lufs true_peak_dbtp range_lu short_term_max_lufs momentary_max_lufs sample_peak_dbfs correlation "
    "mono_loss_lu"
)
_HEAD = ("", "LUFS", "true peak", "LRA", "short-term max", "lost in mono", "file")


def mix_document(result: MixResult) -> dict[str, object]:
    """What a machine is told of a mix."""
    report = result.report
    return {
        "path": result.path,
        "plot": result.plot,
        "files": result.stems,
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
        "dual_mono": report.dual_mono,
        "notes": result.notes,
    }


def mix_lines(result: MixResult) -> Iterator[str]:
    """What a person is told of a mix."""
    report = result.report
    rows = [
        _row(stem.name, stem.levels, "" if stem.path is None else str(stem.path)) for stem in report.stems
    ]
    rows.append(_row("all, before", report.before))
    if report.after is not None:
        rows.append(_row("mix", report.after, "" if result.path is None else str(result.path)))
    yield from table(_HEAD, rows, right=(1, 2, 3, 4, 5))
    for path in result.stems:
        if all(path != stem.path for stem in report.stems):
            yield f"also {path}"
    if report.after is not None and report.target_lufs is not None:
        limiter = ", with the limiter" if report.limited else ""
        yield f"target {report.target}, {report.target_lufs:g} LUFS: gain {report.gain_db:+.1f} dB{limiter}"
    for finding in report.findings:
        yield (
            f"accepted: {finding.timecode} {finding.text} ({finding.accepted})"
            if finding.accepted
            else f"! {finding.timecode} {finding.text}"
        )
    if report.dual_mono:
        yield f"the same on left and right (dual mono): {', '.join(report.dual_mono)}"
    if result.plot is not None:
        yield str(result.plot)


def _row(name: str, levels: Levels, path: str = "") -> tuple[str, ...]:
    return (
        name,
        _value(levels.integrated_lufs),
        _value(levels.true_peak_dbtp),
        f"{levels.range_lu:.1f}",
        _value(levels.short_term_max_lufs),
        _value(levels.mono_loss_lu),
        path,
    )


def _value(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"

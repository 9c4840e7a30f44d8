"""What is said of a mix: its files, how loud each stem is, before and after, and what sounds wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stitcher.cli.output import table
from stitcher.cli.sound_output import finding_lines, report_document, value_of

if TYPE_CHECKING:
    from stitcher.sound.report import Levels
    from stitcher.stems.report import MixResult

_HEAD = ("", "LUFS", "true peak", "LRA", "short-term max", "lost in mono", "file")


def mix_document(result: MixResult) -> dict[str, object]:
    """What a machine is told of a mix."""
    report = result.report
    return {
        "path": result.path,
        "plot": result.plot,
        "files": result.stems,
        **report_document(report),
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
    yield from finding_lines(report)
    if report.dual_mono:
        yield f"the same on left and right (dual mono): {', '.join(report.dual_mono)}"
    if result.plot is not None:
        yield str(result.plot)


def _row(name: str, levels: Levels, path: str = "") -> tuple[str, ...]:
    return (
        name,
        value_of(levels.integrated_lufs),
        value_of(levels.true_peak_dbtp),
        value_of(levels.range_lu),
        value_of(levels.short_term_max_lufs),
        value_of(levels.mono_loss_lu),
        path,
    )

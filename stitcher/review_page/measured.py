"""What was measured at a seam, and what is above its threshold, as a review page says it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from stitcher.review_page.contents import FindingEntry, Reading
from stitcher.seam_report.report import FilmSeams, SeamReport
from stitcher.seams.kinds import KINDS, SeamFinding


def seam_readings(report: SeamReport) -> Iterator[Reading]:
    """The measures of a seam, each beside what is usual next to it."""
    measure = report.measure
    repeats = "not certain" if measure.repeats is None else str(measure.repeats)
    yield Reading(
        "Scene", "goes on" if measure.goes_on else "another", f"{100 * measure.likeness:.0f} % seen again"
    )
    yield Reading("Repeated pictures", repeats, f"{report.dropped} of them left out in the film")
    if measure.missing:
        yield Reading("Missing pictures", str(measure.missing))
    steps = ", ".join(f"{name} {step:+.1f}" for name, step in zip("RGB", measure.rgb, strict=True))
    near = max((abs(step) for step in measure.rgb_near), default=0.0)
    yield Reading("Colour step", f"{steps} levels", f"beside the seam up to {near:.1f}")
    yield Reading("ΔE2000", f"{measure.delta_e:.1f}", f"beside the seam {measure.delta_e_near:.1f}")
    yield Reading(
        "Motion step", f"{report.pace.step:.1f} px/frame", f"beside the seam {report.pace.near:.1f}"
    )
    yield Reading("Sharpness", f"{100 * report.sharpness:.0f} %", "of the pictures before")
    before, after = report.grain
    yield Reading("Grain", f"{after - before:+.1f} levels", f"{before:.1f} before")


def findings_at(found: FilmSeams, shot: str, *, earlier: str | None) -> tuple[FindingEntry, ...]:
    """What is above its threshold at the seam of two shots; without `earlier`, at no seam of `shot`."""
    at_seams = {(seam.earlier, seam.shot) for seam in found.seams}
    return tuple(
        _entry(one)
        for one in (*found.findings, *found.accepted)
        if one.shot == shot
        and (one.earlier == earlier if earlier is not None else (one.earlier, one.shot) not in at_seams)
    )


def _entry(finding: SeamFinding) -> FindingEntry:
    kind = KINDS[finding.kind]
    return FindingEntry(
        finding.kind,
        finding.shot,
        finding.frame,
        finding.text,
        f"above {kind.threshold:g} {kind.unit}",
        finding.accepted,
    )

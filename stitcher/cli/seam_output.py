"""What is said of seams and clips that are above their thresholds, alike by every command that does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from stitcher.cli.output import pick
from stitcher.timebase import format_timecode

if TYPE_CHECKING:
    from fractions import Fraction

    from stitcher.seams.kinds import SeamFinding


def finding_lines(findings: Sequence[SeamFinding], rate: Fraction) -> Iterator[str]:
    """A line for each finding, with the place where it begins; those that are meant come last, with the reason."""
    for one in sorted(findings, key=lambda finding: bool(finding.accepted)):
        place = f"{format_timecode(one.frame, rate)} {one}"
        yield f"{place}. Meant: {one.accepted}" if one.accepted else f"! {place}"


def findings_document(findings: Sequence[SeamFinding]) -> list[dict[str, object]]:
    """What a machine is told of findings."""
    return [pick(one, "kind shot earlier value unit threshold frame text accepted") for one in findings]

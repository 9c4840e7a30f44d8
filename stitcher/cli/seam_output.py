"""What is said of seams and clips that are above their thresholds, alike by every command that does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stitcher.timebase import format_timecode

if TYPE_CHECKING:
    from stitcher.seam_report.report import FilmSeams


def finding_lines(found: FilmSeams) -> Iterator[str]:
    """A line for each finding, with the frame where it begins, and one for each that is meant."""
    for one in found.findings:
        yield f"! {format_timecode(one.frame, found.rate)} {one}"
    for one in found.accepted:
        yield f"{format_timecode(one.frame, found.rate)} {one}. Meant: {one.accepted}"
    if not found.findings:
        yield "Nothing else is above its threshold." if found.accepted else "Nothing is above its threshold."

"""Findings stand once on the page: at the seam they are of, or with the shot."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import cast

import pytest

from stitcher.review_page.measured import findings_at
from stitcher.seam_report.report import FilmSeams, SeamReport
from stitcher.seams.kinds import SeamFinding

SEAM = cast(SeamReport, type("Seam", (), {"earlier": "a", "shot": "b"})())
AT_SEAM = SeamFinding("colour", "b", "a", 7.0, "R+7.0", 24)
IN_CLIP = SeamFinding("hold", "b", "", 0.5, "stands still", 30)
OF_CHAIN = SeamFinding("drift", "b", "first", 4.0, "G+4.0", 24)


@pytest.mark.parametrize(
    ("shot", "earlier", "kinds"),
    [("b", "a", ["colour"]), ("b", None, ["hold", "drift"]), ("a", None, [])],
    ids=["seam", "shot", "another shot"],
)
@pytest.mark.parametrize("accepted", [False, True])
def test_a_finding_stands_where_it_is(
    shot: str, earlier: str | None, kinds: list[str], accepted: bool
) -> None:
    found = tuple(replace(one, accepted="meant" * accepted) for one in (AT_SEAM, IN_CLIP, OF_CHAIN))
    film = FilmSeams("", Fraction(24), (), (SEAM,), (), () if accepted else found, found if accepted else ())
    entries = findings_at(film, shot, earlier=earlier)
    assert [(one.kind, one.accepted) for one in entries] == [(kind, "meant" * accepted) for kind in kinds]

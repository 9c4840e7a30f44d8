"""Films of takes that do not say their colour matrix: copied and encoded frames agree, and the film says it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import stitcher
from stitcher.media.probe import probe
from stitcher.storyboard.load import load
from tests.footage import Footage


def film(footage: Footage, folder: Path, matrices: tuple[str, str]) -> stitcher.Timeline:
    one, two = (footage.gen4(number) for number in (11, 12))
    (folder / "b.yaml").write_text(
        "stitcher: 1\nshots:\n"
        f"  - {{id: a, clip: {one}, matrix: {matrices[0]}}}\n"
        f"  - {{id: b, clip: {two}, matrix: {matrices[1]}, transition: {{kind: dissolve, duration: 6f}}}}\n"
    )
    return stitcher.lay_out(load(folder / "b.yaml"))


def test_a_film_of_bt601_takes_is_copied_and_says_so(footage: Footage, tmp_path: Path) -> None:
    timeline = film(footage, tmp_path, ("smpte170m", "bt470bg"))
    planned = stitcher.plan(timeline)
    assert planned.copied_frames > 0
    assert planned.delivery.picture.matrix == "smpte170m"
    made = stitcher.render(planned, tmp_path / "film.mp4")
    assert probe(made.paths[0]).video.colour.matrix == "smpte170m"


def test_a_take_of_another_matrix_is_not_copied(footage: Footage, tmp_path: Path) -> None:
    timeline = film(footage, tmp_path, ("bt709", "smpte170m"))
    longer = replace(timeline.items[0], matrix=None)
    planned = stitcher.plan(replace(timeline, items=(longer, timeline.items[1])))
    reasons = {segment.reason for segment in planned.segments if hasattr(segment, "reason")}
    assert any("its colour matrix is smpte170m, the film's bt709" in reason for reason in reasons)

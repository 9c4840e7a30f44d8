"""Repeated pictures in files: which pictures are looked at, and how few."""

from __future__ import annotations

from stitcher.media.probe import probe
from stitcher.seams.repeated_frames import measure
from tests.footage import Footage


def test_a_chained_clip_is_recognised_in_files(footage: Footage) -> None:
    earlier, later = map(probe, footage.chain(2, frames=25))
    assert measure(earlier, 24, later, 0).repeats == 1


def test_a_seam_is_where_the_range_ends_and_not_the_file(footage: Footage) -> None:
    earlier, later = map(probe, footage.chain(2, frames=25))
    assert measure(earlier, 23, later, 0).repeats == 0
    assert measure(earlier, 24, later, 1).repeats == 0


def test_a_still_clip_is_doubted(footage: Footage) -> None:
    still = probe(footage.clip(1, frames=25, still=True))
    assert measure(still, 24, still, 0).repeats is None


def test_clips_of_other_scenes_are_told_apart_by_two_pictures(footage: Footage) -> None:
    one, other = (probe(footage.clip(n, frames=25)) for n in (1, 2))
    assert measure(one, 24, other, 0).repeats == 0

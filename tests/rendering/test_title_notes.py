"""Titles that do not fit as they ask to be set are told, for each delivery's own picture."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stitcher.rendering.film import prepare
from stitcher.timeline.picture import Title
from tests.delivery.material import film


@pytest.mark.parametrize(
    ("preset", "said"),
    [
        pytest.param("youtube-1080p", [], id="as wide as the film"),
        pytest.param(
            "reels", ["shot 's0': its text is wider or higher than its place on 1080x1920"], id="upright"
        ),
    ],
)
def test_a_title_that_is_set_smaller_is_told(preset: str, said: list[str]) -> None:
    bare = film()
    third = Title("The Lighthousekeepers", 24, kind="lower_third", size=0.08)
    timeline = replace(bare, items=(replace(bare.items[0], overlays=(third,)),))
    notes = [note for note in prepare(timeline, preset=preset).delivery.notes if "its text" in note]
    assert [note.partition(", and set at ")[0] for note in notes] == said

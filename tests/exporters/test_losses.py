"""What an editor has not as the film has it is named with the film itself, whatever the format."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stitcher.exporters.cut import handover_of
from stitcher.exporters.losses import Loss
from stitcher.exporters.overlay_tracks import Drawn
from stitcher.timeline.focus import Focus, FocusPoint
from stitcher.timeline.picture import Effect, Title
from tests.exporters.films import film_of

FILM = film_of(30, 30)


def test_clips_of_another_rate_are_named() -> None:
    other = film_of(30, rate=FILM.rate + 1).items[0]
    film = replace(FILM, items=(FILM.items[0], replace(FILM.items[1], source=other.source)))
    assert handover_of(film).losses == (Loss("rate", "s1", "25 in 24"),)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"overlays": (Title("Cape Grim", 10, kind="lower_third"),)}, "text"),
        ({"effects": (Effect("MirrorX"),)}, "effects"),
        ({}, "its last picture is held"),
    ],
    ids=["text", "effects", "held"],
)
def test_what_was_drawn_is_named(more: dict[str, Any], why: str) -> None:
    clip = FILM.items[0].clip
    assert clip is not None
    film = replace(FILM, items=(replace(FILM.items[0], **more), FILM.items[1]))
    overlays = (clip,) if "overlays" in more else ()
    assert handover_of(film, drawn={0: Drawn(clip, overlays)}).losses == (Loss("drawn", "s0", why),)


def test_what_stays_in_view_of_a_cropped_shot_is_named_with_its_shape() -> None:
    focus = Focus((FocusPoint(0, 0.3, 0.5),))
    film = replace(FILM, items=tuple(replace(item, focus=focus) for item in FILM.items))
    assert handover_of(film).losses == ()
    square = replace(film, width=720, height=720)
    assert [loss for loss in handover_of(square).losses if loss.kind == "focus"] == [
        Loss("focus", shot, "0.3 0.5") for shot in ("s0", "s1")
    ]

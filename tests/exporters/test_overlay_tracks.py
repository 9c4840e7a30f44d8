"""What lies over shots and over the film is media of its own for editors, and is known when it comes home."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from stitcher.exporters.cut import handover_of
from stitcher.exporters.handover import Handover
from stitcher.exporters.losses import Loss
from stitcher.exporters.overlay_tracks import Drawn
from stitcher.importers.flatten import film_track
from stitcher.importers.from_handover import cut_of
from stitcher.timeline.picture import PictureOverlay, StillPicture, Title
from tests.factories import make_clip
from tests.rendering.films import dissolve, film

LOGO = PictureOverlay(StillPicture(Path("/logo.png"), "a", (32, 16), 1), 48, 100)
MAP = PictureOverlay(make_clip(path="/map.mov", group=1), 24, 12)
TEXT = Title("Cape Grim", 30, "lower_third", start=60)


def handed_over() -> Handover:
    timeline = film([make_clip(path="/a.mp4"), make_clip(path="/b.mp4")])
    items = (replace(timeline.items[0], overlays=(MAP, TEXT)), timeline.items[1])
    drawn = [make_clip(path=f"/drawn{number}.mov", frames=60, group=1) for number in range(3)]
    return handover_of(
        replace(timeline, items=items, overlays=(LOGO,)),
        drawn={0: Drawn(overlays=(drawn[0], drawn[1]))},
        over_film=(drawn[2],),
    )


def test_each_lies_on_a_track_above_the_shots_in_its_frames() -> None:
    tracks = [
        [(item.name, item.record.start, item.record.stop, item.media is not None) for item in track.items]
        for track in handed_over().video[1:]
    ]
    assert tracks == [
        [("s0 overlay 1", 12, 36, True), ("s0 text 2", 60, 90, True)],
        [("film overlay 1", 100, 148, True)],
    ]


def test_the_report_names_their_files() -> None:
    drawn = [loss for loss in handed_over().losses if loss.kind == "drawn"]
    assert drawn == [Loss("drawn", "s0", "map.mov, text"), Loss("drawn", "film", "logo.png")]


def test_what_lies_in_a_transition_of_its_shot_is_named() -> None:
    """It is on a track of its own in an editor, where it is there at once."""
    timeline = film([make_clip(path="/a.mp4", frames=96), make_clip(path="/b.mp4")], [dissolve(12)])
    ends = replace(TEXT, frames=36)
    early = replace(MAP, start=0)
    items = (
        replace(timeline.items[0], overlays=(early, replace(TEXT, frames=24), ends)),
        replace(timeline.items[1], overlays=(MAP, early)),
    )
    losses = handover_of(replace(timeline, items=items), drawn={}).losses
    assert [loss for loss in losses if loss.kind == "overlay-blend"] == [
        Loss("overlay-blend", "s0", "text"),
        Loss("overlay-blend", "s1", "map.mov"),
    ]


def test_coming_home_they_take_no_shots_place() -> None:
    cut = cut_of(handed_over())
    track, unread = film_track(cut.pictures, cut.rate)
    assert [clip.name for clip in track.clips] == ["s0", "s1"]
    assert [(one.kind, one.where) for one in unread] == [
        ("overlay", "s0 overlay 1"),
        ("overlay", "s0 text 2"),
        ("overlay", "film overlay 1"),
    ]

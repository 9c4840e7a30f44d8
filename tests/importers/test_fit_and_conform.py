"""How pictures fill the film, in size and in time: home again from exports, or named where a format cannot say."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from stitcher.exporters.cut import handover_of
from stitcher.exporters.overlay_tracks import Drawn
from stitcher.importers.board import BoardData, board_data
from stitcher.importers.cut import Cut, CutClip
from stitcher.importers.losses import Unread
from stitcher.media.clip import Clip
from stitcher.timeline.model import Timeline
from tests.exporters.films import film_of
from tests.factories import make_clip
from tests.importers.test_own_exports import FORMATS, read_back

TELL = ("otio", "otio-resolve", "otio-premiere", "edl")


def film() -> Timeline:
    """A square clip with bars, and one at half its speed, blended."""
    made = film_of(48, 48, names=["square", "slow"])
    square, slow = made.items
    assert isinstance(square.source, Clip)
    video = replace(square.source.video, width=1080, height=1080)
    square = replace(square, source=replace(square.source, video=video), fit="pad")
    return replace(made, items=(square, replace(slow, conform="blend", speed=Fraction(1, 2))))


def probed(cut: Cut) -> Cut:
    """The cut, with the sizes that its files say."""

    def settled(clip: CutClip) -> CutClip:
        size = (1080, 1080) if clip.name == "square" else (1920, 1080)
        return clip if clip.media is None else replace(clip, media=replace(clip.media, size=size))

    tracks = (replace(track, clips=tuple(map(settled, track.clips))) for track in cut.pictures)
    return replace(cut, pictures=tuple(tracks), size=(1920, 1080))


def home(name: str) -> BoardData:
    return board_data(probed(read_back(handover_of(film()), name)), {}, Path("/project"))


@pytest.mark.parametrize("name", TELL)
def test_they_come_home_where_the_format_has_our_metadata(name: str) -> None:
    made = home(name)
    told = [{key: shot.get(key) for key in ("fit", "conform")} for shot in made.data["shots"]]
    assert told == [{"fit": "pad", "conform": None}, {"fit": None, "conform": "blend"}]
    assert not {"fit", "conform"} & {one.kind for one in made.unread}


@pytest.mark.parametrize("name", sorted({*FORMATS} - {*TELL}))
def test_else_each_shot_that_may_look_otherwise_is_named(name: str) -> None:
    made = home(name)
    assert not any({"fit", "conform"} & shot.keys() for shot in made.data["shots"])
    found = [one for one in made.unread if one.kind in ("fit", "conform")]
    assert found == [Unread("fit", "square", "1080x1080 in 1920x1080"), Unread("conform", "slow")]


def test_the_hand_over_names_both() -> None:
    losses = {one.kind: one.where for one in handover_of(film()).losses if one.kind in ("fit", "conform")}
    assert losses == {"fit": "square", "conform": "slow"}


def test_what_was_drawn_has_them_in_its_pictures() -> None:
    drawn = Drawn(make_clip(path="/cache/drawn.mov", frames=48, rate=film().rate))
    cut = read_back(handover_of(film(), drawn={0: drawn}), "otio")
    assert cut.pictures[0].clips[0].fit is None

"""Where a picture of another shape lies in the film's: settled once, and written as each editor reads it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from stitcher.delivery.editor_preset import find_editor
from stitcher.exporters.cut import handover_of
from stitcher.exporters.folder import formats_of, with_losses_where_they_are
from stitcher.exporters.placements import PlacedPicture
from stitcher.exporters.registry import find_exporter
from stitcher.storyboard.choices import Fit
from stitcher.timeline.focus import Focus, FocusPoint
from stitcher.timeline.model import Timeline
from tests.exporters.films import film_of

STANDS = Focus((FocusPoint(0, 0.3, 0.5),))
MOVES = Focus((FocusPoint(10, 0.3, 0.5), FocusPoint(34, 0.7, 0.5)))


def square(focus: Focus = STANDS, fit: Fit = "crop") -> Timeline:
    """A film of 720x720 of two clips of 1280x720, from their tenth frame on."""
    film = film_of(48, 48)
    items = tuple(replace(item, focus=focus, fit=fit) for item in film.items)
    return replace(film, items=items, width=720, height=720)


def placed(film: Timeline) -> tuple[PlacedPicture, ...]:
    return handover_of(film).video[0].items[0].placed


def written(film: Timeline, name: str) -> bytes:
    return find_exporter(name).export(handover_of(film)).files[0].content


def test_a_point_is_in_the_middle_as_far_as_the_picture_goes() -> None:
    (one,) = placed(square())
    # The point is 384 pixels from its left, and the film 720 wide.
    assert (one.x, one.y, one.scale, one.fit_scale) == (256, 0, 1, 0.5625)
    (edge,) = placed(square(Focus((FocusPoint(0, 0.0, 0.5),))))
    assert edge.x == 280
    assert edge.rectangle((1280, 720), (720, 720)) == (0, 0, 1280, 720)


def test_a_padded_picture_lies_in_the_middle() -> None:
    (one,) = placed(square(fit="pad"))
    assert (one.x, one.y, one.scale) == (0, 0, 0.5625)


def test_a_picture_of_the_films_shape_is_nowhere_in_particular() -> None:
    assert placed(replace(square(), width=1280)) == ()


def test_a_move_is_as_few_key_frames_as_it_takes() -> None:
    assert [(one.frame, round(one.x)) for one in placed(square(MOVES))] == [(10, 256), (34, -256), (57, -256)]


def test_an_eased_move_stays_within_a_quarter_of_a_pixel() -> None:
    eased = Focus((FocusPoint(10, 0.3, 0.5), FocusPoint(34, 0.7, 0.5, "in-out")))
    keys = placed(square(eased))
    assert 5 < len(keys) < 25
    for frame in range(10, 58):
        before = max((one for one in keys if one.frame <= frame), key=lambda one: one.frame)
        after = min((one for one in keys if one.frame >= frame), key=lambda one: one.frame)
        share = (frame - before.frame) / max(1, after.frame - before.frame)
        middle = 640 - eased.at(frame)[0] * 1280
        assert abs(before.x + (after.x - before.x) * share - middle) <= 0.25


def test_final_cut_7_has_it_as_basic_motion() -> None:
    root = ET.fromstring(written(square(MOVES), "fcp7").split(b"\n", 2)[2])
    effect = next(one for one in root.iter("effect") if one.findtext("effectid") == "basic")
    values = {one.findtext("parameterid"): one for one in effect.findall("parameter")}
    assert values["scale"].findtext("value") == "100"
    keys = [
        (one.findtext("when"), one.findtext("value/horiz")) for one in values["center"].findall("keyframe")
    ]
    assert keys == [("10", "0.355556"), ("34", "-0.355556"), ("57", "-0.355556")]


def test_fcpxml_fills_the_frame_and_moves_the_picture() -> None:
    root = ET.fromstring(written(square(MOVES), "fcpxml").split(b"\n", 2)[2])
    clip = next(root.iter("asset-clip"))
    assert [one.tag for one in clip][:2] == ["adjust-conform", "adjust-transform"]
    conform, transform = clip.find("adjust-conform"), clip.find("adjust-transform")
    assert conform is not None
    assert transform is not None
    assert (conform.get("type"), transform.get("position")) == ("fill", "35.5556 0.0000")
    keys = [(one.get("time"), one.get("value")) for one in transform.iter("keyframe")]
    assert keys[:2] == [("5/12s", "35.5556 0.0000"), ("17/12s", "-35.5556 0.0000")]


def motion(film: Timeline, name: str, key: str) -> dict[str, Any]:
    clip = json.loads(written(film, name))["tracks"]["children"][0]["children"][0]
    (effect,) = [one["metadata"][key] for one in clip["effects"] if key in one["metadata"]]
    return {str(one.get("Parameter ID") or one["DisplayName"]): one for one in effect["Parameters"]}


def test_resolve_has_it_as_a_transform_of_what_is_fitted() -> None:
    values = motion(square(MOVES), "otio-resolve", "Resolve_OTIO")
    assert values["transformationZoomX"]["Parameter Value"] == pytest.approx(16 / 9)
    keys = values["transformationPan"]["Key Frames"]
    assert {frame: round(key["Value"], 4) for frame, key in keys.items()} == {
        "0": 0.3556,
        "24": -0.3556,
        "47": -0.3556,
    }


def test_premiere_has_it_as_motion() -> None:
    values = motion(square(MOVES), "otio-premiere", "PremierePro_OTIO")
    assert values["Scale"]["StartValue"]["Value"] == 100
    keys = [
        (key["Position"]["value"], round(key["Value"]["X"], 4)) for key in values["Position"]["Keyframes"]
    ]
    assert keys == [(10, 0.8556), (34, 0.1444), (57, 0.1444)]


@pytest.mark.parametrize(
    "name", ["fcp7", "fcpxml", "otio-resolve", "otio-premiere", "mlt", "kdenlive", "shotcut"]
)
def test_what_a_format_says_is_no_loss_in_it(name: str) -> None:
    assert find_exporter(name).export(handover_of(square())).keeps == {"fit", "focus"}


def test_a_hand_over_names_it_for_the_formats_alone_that_cannot_say_it() -> None:
    preset, handover = find_editor("resolve").preset, handover_of(square())
    rest, told = with_losses_where_they_are(handover, formats_of(handover, preset), preset)
    assert not {"fit", "focus"} & {one.kind for one in rest.losses}
    assert [one.name for one in told if {"fit", "focus"} <= {loss.kind for loss in one.losses}] == ["edl"]


def test_blurred_bars_are_a_loss_everywhere() -> None:
    assert "bars" in {one.kind for one in handover_of(square(fit="blur")).losses}

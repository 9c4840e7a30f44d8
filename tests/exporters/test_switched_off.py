"""Shots that are switched off, in the words of each format that has one for it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import opentimelineio as otio
import pytest

from stitcher.exporters.cut import handover_of
from stitcher.exporters.registry import find_exporter
from tests.exporters.films import film_of, hidden
from tests.exporters.mlt_reading import mlt_of, properties

FILM = hidden(film_of(30, 40, 50, overlaps=[6, 0]), {1})


def written(name: str) -> str:
    return find_exporter(name).export(handover_of(FILM)).files[0].content.decode()


@pytest.mark.parametrize("name", ["otio", "otio-resolve", "otio-premiere"])
def test_in_opentimelineio_the_clip_is_not_enabled(name: str) -> None:
    timeline = otio.adapters.read_from_string(written(name), "otio_json")
    clips = [clip for clip in timeline.video_tracks()[0] if isinstance(clip, otio.schema.Clip)]
    assert [(clip.name, clip.enabled) for clip in clips] == [("s0", True), ("s1", False), ("s2", True)]
    assert isinstance(clips[1].media_reference, otio.schema.ExternalReference)


def test_in_xmeml_its_enabled_is_false() -> None:
    clips = ET.fromstring(written("fcp7")).findall("sequence/media/video/track/clipitem")
    assert [clip.findtext("enabled") for clip in clips] == ["TRUE", "FALSE", "TRUE"]


def test_in_fcpxml_its_enabled_is_0() -> None:
    clips = ET.fromstring(written("fcpxml")).findall(".//spine/asset-clip")
    assert [clip.get("enabled") for clip in clips] == [None, "0", None]


def test_in_kdenlive_it_is_neither_heard_nor_seen() -> None:
    root = mlt_of(FILM, find_exporter("kdenlive"))
    shots = [properties(one) for one in root.findall("producer") if one.get("id", "").startswith("clip")]
    assert [one.get("set.test_image") for one in shots] == [None, "1", None]
    assert all(one["set.test_audio"] == "1" for one in shots)


def test_in_reaper_its_item_is_muted() -> None:
    lines = [line.strip() for line in written("reaper").splitlines()]
    assert [line for line in lines if line.startswith("MUTE ")] == ["MUTE 0 0", "MUTE 1 0", "MUTE 0 0"]


@pytest.mark.parametrize("name", ["mlt", "shotcut", "edl"])
def test_where_there_is_no_word_for_it_black_stands_there_and_is_named(name: str) -> None:
    export = find_exporter(name).export(handover_of(FILM))
    assert [str(loss) for loss in export.losses if loss.kind == "disabled"] == [
        "s1: the shot is switched off, which the format cannot say; black stands in its place"
    ]

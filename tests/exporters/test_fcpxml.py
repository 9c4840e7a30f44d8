"""FCPXML, read back by its own rules: times on the grid, a spine without holes, lanes in their parent's time."""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings

from stitcher.exporters.cut import handover_of
from stitcher.exporters.fcpxml import FcpxmlExporter
from stitcher.timebase import FrameRange, frames_to_samples
from stitcher.timeline.model import GainKey, Marker, Timeline
from tests.exporters.films import DROP_RATES, RATES, Shown, film_of, films, music
from tests.exporters.otio_reading import expected


def xml_of(film: Timeline) -> ET.Element:
    return ET.fromstring(FcpxmlExporter().export(handover_of(film)).files[0].content)


def frame(text: str, rate: Fraction) -> int:
    """A time as the frame it is; it has to be one."""
    assert text.endswith("s")
    at = Fraction(text[:-1]) * rate
    assert at.denominator == 1, text
    return int(at)


def span(element: ET.Element, rate: Fraction, key: str = "offset") -> FrameRange:
    start = frame(element.attrib[key], rate)
    return FrameRange(start, start + frame(element.attrib["duration"], rate))


def spine_of(film: Timeline) -> list[ET.Element]:
    spine = xml_of(film).find(".//spine")
    assert spine is not None
    return list(spine)


def shown(film: Timeline) -> list[Shown]:
    """What is seen of every item of the spine, parts under transitions included."""
    children = spine_of(film)
    rows = []
    for index, item in enumerate(children):
        if item.tag == "transition":
            continue
        record, source = span(item, film.rate), span(item, film.rate, "start")
        before, after = children[index - 1] if index else item, children[(index + 1) % len(children)]
        head = record.start - span(before, film.rate).start if before.tag == "transition" else 0
        tail = span(after, film.rate).stop - record.stop if after.tag == "transition" else 0
        rows.append(
            Shown(
                item.attrib["name"],
                FrameRange(record.start - head, record.stop + tail).shifted(-film.start_frame),
                FrameRange(source.start - head, source.stop + tail),
            )
        )
    return rows


@settings(max_examples=20, deadline=None)
@given(film=films(most=20))
def test_every_item_of_the_spine_is_read_back_to_the_frame(film: Timeline) -> None:
    assert shown(film) == expected(film)
    items = [span(item, film.rate) for item in spine_of(film) if item.tag != "transition"]
    assert items[0].start == film.start_frame
    assert all(one.stop == other.start for one, other in pairwise(items))


@settings(max_examples=15, deadline=None)
@given(film=films(most=6))
def test_every_sound_begins_where_it_belongs_in_its_parents_time(film: Timeline) -> None:
    found = []
    for parent in spine_of(film):
        for clip in parent.findall("asset-clip[@srcEnable='audio']"):
            late = frame(clip.attrib["offset"], film.rate) - frame(parent.attrib["start"], film.rate)
            start = span(parent, film.rate).start - film.start_frame + late
            length = len(span(clip, film.rate))
            found.append((start, length, frame(clip.attrib["start"], film.rate), clip.attrib["name"]))
    wanted = [
        (item.record.start, len(item.record), item.source.start, item.name)
        for track in handover_of(film).sound
        for item in track.items
    ]
    assert sorted(found) == sorted(wanted)


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_rate_size_and_start_are_said(rate: Fraction) -> None:
    for drop in {False, rate in DROP_RATES}:
        root = xml_of(replace(film_of(20, rate=rate), drop_frame=drop))
        form, sequence = root.find("resources/format"), root.find(".//sequence")
        assert form is not None
        assert sequence is not None
        assert Fraction(form.attrib["frameDuration"][:-1]) == 1 / rate
        assert (form.attrib["width"], form.attrib["height"]) == ("1280", "720")
        assert sequence.attrib["tcFormat"] == ("DF" if drop else "NDF")
        assert frame(sequence.attrib["tcStart"], rate) == 3600 * round(rate)


def test_a_file_is_an_asset_as_long_as_it_is_with_a_media_rep() -> None:
    root = xml_of(film_of(20, 30, names=["a b", "a#b"]))
    assets = root.findall("resources/asset")
    assert [asset.attrib["duration"] for asset in assets] == ["5/3s", "25/12s"]
    urls = [rep.attrib["src"] for rep in root.findall("resources/asset/media-rep")]
    assert urls == ["file:///footage/a%20b.mp4", "file:///footage/a%23b.mp4"]
    assert root.findall(".//event/asset-clip") == []


def test_volume_keys_stand_in_the_clips_own_time_and_roles_are_named() -> None:
    film = film_of(96)
    keys = tuple(GainKey(frames_to_samples(at, film.rate), gain) for at, gain in [(48, 0.0), (53, -10.0)])
    cue = music(film, in_offset_samples=96_000, gain_db=-2.0, gain_keys=keys)
    clip = xml_of(replace(film, cues=(cue,))).find(".//asset-clip[@lane='-1']")
    assert clip is not None
    assert clip.attrib["audioRole"] == "music"
    found = {
        frame(key.attrib["time"], film.rate): key.attrib["value"]
        for key in clip.findall("adjust-volume/param[@name='amount']/keyframeAnimation/keyframe")
    }
    assert (found[48], found[96], found[101], found[144]) == ("-2dB", "-2dB", "-12dB", "-12dB")


def test_a_speed_is_a_time_map_and_another_rate_is_conformed() -> None:
    film = film_of(40, handle=0)
    twice = replace(film.items[0], speed=Fraction(2), source=film_of(80, handle=0).items[0].source)
    faster = xml_of(replace(film, items=(twice,)))
    points = [(point.attrib["time"], point.attrib["value"]) for point in faster.iter("timept")]
    assert points == [("0s", "0s"), ("5/3s", "10/3s")]
    clip = film_of(120, rate=Fraction(50), handle=0).items[0].source
    conformed = xml_of(replace(film, items=(replace(film.items[0], source=clip),))).find(".//conform-rate")
    assert conformed is not None
    assert conformed.attrib == {"scaleEnabled": "0", "srcFrameRate": "50"}


def test_markers_are_in_the_item_they_fall_into() -> None:
    film = film_of(30, 30, markers=(Marker(35, "look", "here"),))
    marker = spine_of(film)[1].find("marker")
    assert marker is not None
    assert (marker.attrib["value"], marker.attrib["note"]) == ("look", "here")
    assert frame(marker.attrib["start"], film.rate) == 10 + 5


@pytest.mark.editors
@settings(max_examples=20, deadline=None)
@given(film=films(most=12))
def test_it_is_valid_by_apples_dtd_where_the_tester_has_it(film: Timeline) -> None:
    path = os.environ.get("STITCHER_FCPXML_DTD")
    if not path:
        pytest.skip("STITCHER_FCPXML_DTD names no FCPXMLv1_10.dtd")
    etree = pytest.importorskip("lxml.etree")
    dtd = etree.DTD(path)
    document = etree.fromstring(FcpxmlExporter().export(handover_of(film)).files[0].content)
    assert dtd.validate(document), dtd.error_log

"""Final Cut Pro 7 XML, read back by OpenTimelineIO's adapter, and each of its traps."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree as ET

import opentimelineio as otio
import pytest
from hypothesis import given, settings

from stitcher.exporters.cut import handover_of
from stitcher.exporters.exporter import Export
from stitcher.exporters.fcp7_xml import Fcp7XmlExporter
from stitcher.timebase import FrameRange, format_timecode, frames_to_samples, nominal_rate
from stitcher.timeline.model import GainKey, Marker, Timeline
from stitcher.timeline.picture import Title
from tests.exporters.films import DROP_RATES, RATES, film_of, films, music, spoken
from tests.exporters.otio_reading import expected, frames, rows


def exported(film: Timeline) -> Export:
    return Fcp7XmlExporter().export(handover_of(film))


def text_of(film: Timeline) -> str:
    return exported(film).files[0].content.decode()


def xml_of(film: Timeline) -> ET.Element:
    root = ET.fromstring(text_of(film))
    sequence = root.find("sequence")
    assert sequence is not None
    return sequence


def read(film: Timeline) -> otio.schema.Timeline:
    return otio.adapters.read_from_string(text_of(film), "fcp_xml")


@settings(max_examples=25, deadline=None)
@given(film=films(most=20))
def test_every_clip_is_read_back_to_the_frame(film: Timeline) -> None:
    timeline = read(film)
    assert rows(timeline.video_tracks()[0]) == expected(film)
    assert timeline.global_start_time.value == film.start_frame
    assert timeline.global_start_time.rate == float(film.rate)


@settings(max_examples=15, deadline=None)
@given(film=films(most=6))
def test_every_sound_is_read_back_to_the_frame_and_from_its_own_file(film: Timeline) -> None:
    timeline, handover = read(film), handover_of(film)
    tracks = timeline.audio_tracks()
    assert len(tracks) == len(handover.sound)
    for track, sounds in zip(tracks, handover.sound, strict=True):
        read_back = rows(track)
        assert [(row.record, row.source) for row in read_back] == [
            (item.record, item.source) for item in sounds.items
        ]
        urls = [clip.media_reference.target_url for clip in track if isinstance(clip, otio.schema.Clip)]
        assert urls == [f"file://localhost{item.media.address}" for item in sounds.items]


@settings(max_examples=12, deadline=None)
@given(film=films(most=6))
def test_markers_are_read_back_with_their_names_and_notes(film: Timeline) -> None:
    read_back = [
        (frames(marker.marked_range.start_time), marker.name or "") for marker in read(film).tracks.markers
    ]
    assert read_back == [(marker.frame, marker.name) for marker in film.markers]


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_rate_picture_size_and_start_are_said(rate: Fraction) -> None:
    for drop in {False, rate in DROP_RATES}:
        film = replace(film_of(20, rate=rate), drop_frame=drop)
        sequence = xml_of(film)
        assert sequence.findtext("rate/timebase") == str(nominal_rate(rate))
        assert sequence.findtext("rate/ntsc") == ("TRUE" if rate.denominator == 1001 else "FALSE")
        assert sequence.findtext("timecode/displayformat") == ("DF" if drop else "NDF")
        assert sequence.findtext("timecode/string") == format_timecode(film.start_frame, rate, drop=drop)
        picture = sequence.find("media/video/format/samplecharacteristics")
        assert picture is not None
        assert (picture.findtext("width"), picture.findtext("height")) == ("1280", "720")
        # A second rate makes some readers take the last one.
        assert len(sequence.findall("rate")) == 1


def test_a_file_is_described_once_and_as_long_as_it_is_not_as_it_is_cut() -> None:
    film = film_of(20, 20)
    film = replace(film, items=tuple(replace(item, source=film.items[0].source) for item in film.items))
    files = xml_of(film).findall(".//clipitem/file")
    assert [file.findtext("duration") for file in files] == ["40", None]
    assert files[0].attrib == files[1].attrib


def test_names_and_paths_of_any_kind_survive() -> None:
    name = 'R&B <100%> "#1?" 夜'
    film = film_of(20, names=[name])
    clip = next(iter(read(film).find_clips()))
    assert clip.name == name
    assert clip.media_reference.target_url == (
        "file://localhost/footage/R%26B%20%3C100%25%3E%20%22%231%3F%22%20%E5%A4%9C.mp4"
    )


def test_a_speed_is_a_time_remap() -> None:
    film = film_of(40, handle=0)
    film = replace(film, items=(replace(film.items[0], speed=Fraction(3, 2)),))
    parameters = {
        parameter.findtext("parameterid"): parameter.findtext("value")
        for parameter in xml_of(film).findall(".//filter/effect[effectid='timeremap']/parameter")
    }
    assert parameters["speed"] == "150"


def test_stereo_lies_on_a_pair_of_tracks_linked_with_its_picture() -> None:
    sequence = xml_of(spoken(film_of(20, 20)))
    tracks = sequence.findall("media/audio/track")
    assert [track.attrib["currentExplodedTrackIndex"] for track in tracks] == ["0", "1"]
    assert [track.findtext("outputchannelindex") for track in tracks] == ["1", "2"]
    assert [track.findtext("clipitem/sourcetrack/trackindex") for track in tracks] == ["1", "2"]
    clips = {clip.attrib["id"]: clip for clip in sequence.iter("clipitem")}
    for clip in clips.values():
        linked = [link.findtext("linkclipref") for link in clip.findall("link")]
        assert len(linked) == 3
        assert {clips[str(other)].findtext("name") for other in linked} == {clip.findtext("name")}


def level_keys(film: Timeline) -> list[tuple[int, float]]:
    keys = xml_of(film).findall(".//track/clipitem/filter/effect[effectid='audiolevels']/parameter/keyframe")
    return [(int(key.findtext("when") or ""), float(key.findtext("value") or "")) for key in keys]


def test_a_gain_is_one_level_and_none_needs_no_filter() -> None:
    film = film_of(48)
    plain = replace(film, cues=(music(film),))
    assert xml_of(plain).find(".//clipitem/filter") is None
    lower = xml_of(replace(film, cues=(music(film, gain_db=-20.0),)))
    assert lower.findtext(".//filter/effect/parameter/value") == "0.1"
    assert lower.find(".//keyframe") is None


def test_fades_and_ducking_are_key_frames_on_the_medias_own_clock() -> None:
    film = film_of(96)
    keys = tuple(
        GainKey(frames_to_samples(frame, film.rate), gain) for frame, gain in [(48, 0.0), (53, -10.0)]
    )
    cue = music(film, in_offset_samples=96_000, fade_out_samples=48_000, gain_keys=keys)
    levels = dict(level_keys(replace(film, cues=(cue,))))
    # Two seconds of the file are skipped: its frame 48 is the film's 0.
    assert levels[48] == levels[48 + 48] == 1
    assert levels[48 + 53] == pytest.approx(10**-0.5, abs=1e-5)
    assert levels[48 + 84] == pytest.approx(10**-0.5 / 2, rel=0.006)
    assert levels[48 + 96] == 0


def test_a_gain_beyond_the_filters_reach_is_limited_and_named() -> None:
    film = film_of(48)
    export = exported(replace(film, cues=(music(film, gain_db=20.0),)))
    assert b"<value>3.98107</value>" in export.files[0].content
    assert [loss.kind for loss in export.losses] == ["gain-range"]


def test_transitions_that_it_has_keep_their_kind() -> None:
    kinds = ["dissolve", "fadeblack", "wipeleft", "pixelize"]
    film = film_of(*[30] * 5, overlaps=[6, 7, 8, 9], kinds=kinds)
    effects = xml_of(film).findall(".//transitionitem/effect")
    assert [effect.findtext("effectid") for effect in effects] == [
        "Cross Dissolve",
        "Dip to Color Dissolve",
        "Edge Wipe",
        "Cross Dissolve",
    ]
    assert [effect.findtext("reverse") for effect in effects] == ["FALSE", "FALSE", "TRUE", "FALSE"]
    assert [(loss.kind, loss.where) for loss in exported(film).losses] == [("transition", "s4")]


def test_text_that_was_not_drawn_is_a_generator() -> None:
    film = film_of(10)
    whole = FrameRange(0, 10)
    card = replace(film.items[0], source=Title("The End", 10), available_range=whole, source_range=whole)
    film = replace(film, items=(card,))
    assert "The End" in [value.text for value in xml_of(film).findall(".//generatoritem//value")]
    assert exported(film).losses == ()
    assert rows(read(film).video_tracks()[0]) == expected(film)


def test_characters_that_no_xml_holds_are_left_out() -> None:
    film = film_of(10, markers=(Marker(3, "a\x0bb\x00c"),))
    assert xml_of(film).findtext("marker/name") == "abc"

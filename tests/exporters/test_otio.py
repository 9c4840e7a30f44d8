"""OpenTimelineIO files, read back by OpenTimelineIO itself."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import opentimelineio as otio
import pytest
from hypothesis import given, settings

from stitcher.exporters.cut import handover_of
from stitcher.exporters.exporter import Export
from stitcher.exporters.otio import OtioExporter, OtiozExporter
from stitcher.exporters.otio_dialects import (
    KdenliveOtioExporter,
    PremiereOtioExporter,
    ResolveOtioExporter,
)
from stitcher.timeline.model import Timeline
from tests.exporters.films import RATES, film_of, films, music
from tests.exporters.otio_reading import expected, rows

DIALECTS = [
    OtioExporter(),
    OtiozExporter(),
    ResolveOtioExporter(),
    PremiereOtioExporter(),
    KdenliveOtioExporter(),
]


def exported(film: Timeline, exporter: OtioExporter = DIALECTS[0]) -> Export:
    return exporter.export(handover_of(film))


def read(film: Timeline, exporter: OtioExporter = DIALECTS[0]) -> otio.schema.Timeline:
    text = exported(film, exporter).files[0].content.decode()
    return otio.adapters.read_from_string(text, "otio_json")


def unsped(film: Timeline) -> Timeline:
    return replace(film, items=tuple(replace(item, speed=Fraction(1)) for item in film.items))


@pytest.mark.parametrize("exporter", DIALECTS, ids=lambda exporter: exporter.name)
@settings(max_examples=20, deadline=None)
@given(film=films(most=20))
def test_every_clip_is_read_back_to_the_frame(exporter: OtioExporter, film: Timeline) -> None:
    film = unsped(film)
    timeline = read(film, exporter)
    assert rows(timeline.video_tracks()[0]) == expected(film)
    assert timeline.global_start_time == otio.opentime.RationalTime(film.start_frame, float(film.rate))
    assert timeline.duration().value == film.frames


@settings(max_examples=15, deadline=None)
@given(film=films(most=6))
def test_every_sound_is_read_back_to_the_frame(film: Timeline) -> None:
    timeline, handover = read(film), handover_of(film)
    for track, sounds in zip(timeline.audio_tracks(), handover.sound, strict=True):
        assert [(row.record, row.source) for row in rows(track)] == [
            (item.record, item.source) for item in sounds.items
        ]


@settings(max_examples=15, deadline=None)
@given(film=films(most=4))
def test_markers_are_read_back_with_their_notes(film: Timeline) -> None:
    timeline = read(film)
    markers = timeline.tracks.markers
    assert [(mark.marked_range.start_time.value, mark.name, mark.comment) for mark in markers] == [
        (mark.frame, mark.name, mark.note) for mark in film.markers
    ]


@pytest.mark.parametrize("speed", [Fraction(2), Fraction(1, 2), Fraction(3, 2)])
def test_a_speed_is_a_time_warp_and_the_source_begins_on_the_medias_own_clock(speed: Fraction) -> None:
    film = film_of(40, handle=10)
    film = replace(film, items=(replace(film.items[0], speed=speed),))
    timeline = read(film)
    clip = next(iter(timeline.find_clips()))
    assert clip.effects[0].time_scalar == float(speed)
    assert clip.source_range.start_time.value == 10 * speed
    assert clip.source_range.duration.value == 40


def test_media_have_their_whole_length_at_their_own_rate() -> None:
    film = film_of(40, rate=RATES[0])
    timeline = read(film)
    available = next(iter(timeline.find_clips())).media_reference.available_range
    assert (available.start_time.value, available.duration.value) == (0, 60)
    assert available.duration.rate == float(Fraction(24000, 1001))


def schemas(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["OTIO_SCHEMA"]} if "OTIO_SCHEMA" in value else set()
        return own.union(*(schemas(part) for part in value.values()))
    return set().union(*(schemas(part) for part in value)) if isinstance(value, list) else set()


@settings(max_examples=10, deadline=None)
@given(film=films(most=8))
def test_only_stock_schemas_are_used(film: Timeline) -> None:
    known = {
        "Timeline.1", "Stack.1", "Track.1", "Clip.2", "Gap.1", "Transition.1", "Marker.2", "Effect.1",
        "LinearTimeWarp.1", "ExternalReference.1", "GeneratorReference.1", "RationalTime.1", "TimeRange.1",
    }  # fmt: skip
    for exporter in DIALECTS:
        assert schemas(json.loads(exported(film, exporter).files[0].content)) <= known


def test_plain_files_name_what_has_no_schema() -> None:
    film = film_of(48, rate=RATES[3])
    film = replace(film, cues=(music(film, gain_db=-8.0, fade_out_samples=48_000),))
    assert {loss.kind for loss in exported(film).losses} == {"picture-size", "drop-frame", "gain", "fade"}
    timeline = read(film)
    data = timeline.metadata["stitcher"]
    assert (data["width"], data["height"], data["drop_frame"]) == (1280, 720, False)


def test_an_archive_names_its_media_inside_itself() -> None:
    film = film_of(48, names=["R&B #1"])
    export = exported(film, OtiozExporter())
    assert export.files[0].bundle
    timeline = read(film, OtiozExporter())
    clip = next(iter(timeline.find_clips()))
    assert clip.media_reference.target_url == "media/R_B_1.mp4"
    assert clip.media_reference.metadata["stitcher"]["name"] == "R&B #1.mp4"

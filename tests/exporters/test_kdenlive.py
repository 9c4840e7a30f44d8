"""Kdenlive's projects, held against the rules by which Kdenlive keeps the clips of one."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

from hypothesis import given, settings

from stitcher.exporters.cut import handover_of
from stitcher.exporters.kdenlive import KdenliveExporter
from stitcher.exporters.overlay_tracks import Drawn
from stitcher.timeline.model import Marker, Timeline
from stitcher.timeline.picture import Title
from tests.exporters.films import Shown, film_of, films, music, spoken
from tests.exporters.mlt_reading import Run, mlt_of, properties, runs
from tests.exporters.otio_reading import expected

KDENLIVE = KdenliveExporter()


def tracks(root: ET.Element) -> list[ET.Element]:
    """The tracks of the film, from the lowest to the highest."""
    film = root.find("tractor[@id='film']")
    assert film is not None
    names = [track.attrib["producer"] for track in film.findall("track")]
    assert names[0] == "black_track"
    found = [root.find(f"tractor[@id='{name}']") for name in names[1:]]
    return [track for track in found if track is not None]


def clips(root: ET.Element, track: ET.Element) -> list[Run]:
    """The clips of both playlists of a track, by where they begin."""
    lists = [one.attrib["producer"] for one in track.findall("track")]
    assert len(lists) == 2
    found = [run for name in lists for run in runs(root.find(f"playlist[@id='{name}']"))]
    return sorted(found, key=lambda run: run.record.start)


def is_sound(track: ET.Element) -> bool:
    return properties(track).get("kdenlive:audio_track") == "1"


def document(root: ET.Element) -> dict[str, str]:
    return properties(root.find("playlist[@id='main_bin']"))


def shown(root: ET.Element) -> list[Shown]:
    """What is seen of every clip of the only track of pictures."""
    names = {one.attrib["id"]: properties(one).get("stitcher:name", "") for one in root.findall("producer")}
    (pictures,) = [track for track in tracks(root) if not is_sound(track)]
    return [Shown(names[run.producer], run.record, run.source) for run in clips(root, pictures)]


@settings(max_examples=15, deadline=None)
@given(film=films(most=12))
def test_every_clip_lies_where_it_is_seen_dissolves_included(film: Timeline) -> None:
    assert shown(mlt_of(film, KDENLIVE)) == expected(film)


@settings(max_examples=10, deadline=None)
@given(film=films(most=5))
def test_every_sound_is_where_the_film_has_it(film: Timeline) -> None:
    root, handover = mlt_of(film, KDENLIVE), handover_of(film)
    sounds = [track for track in tracks(root) if is_sound(track)]
    # Kdenlive counts its tracks of sound downwards.
    for track, wanted in zip(sounds, reversed(handover.sound), strict=True):
        assert [(run.record, run.source) for run in clips(root, track)] == [
            (item.record, item.source) for item in wanted.items
        ]


@settings(max_examples=10, deadline=None)
@given(film=films(most=6))
def test_every_clip_is_in_the_bin(film: Timeline) -> None:
    root = mlt_of(film, KDENLIVE)
    numbers = {one.attrib["id"]: properties(one).get("kdenlive:id") for one in root.findall("producer")}
    binned = [numbers[run.producer] for run in runs(root.find("playlist[@id='main_bin']"))]
    assert len(set(binned)) == len(binned)
    for track in tracks(root):
        for run in clips(root, track):
            assert properties(run.entry)["kdenlive:id"] == numbers[run.producer]
            assert numbers[run.producer] in binned


@settings(max_examples=10, deadline=None)
@given(film=films(most=10))
def test_a_mix_lies_over_the_frames_of_both_clips_and_goes_to_the_later_one(film: Timeline) -> None:
    root = mlt_of(film, KDENLIVE)
    (pictures,) = [track for track in tracks(root) if not is_sound(track)]
    laid = clips(root, pictures)
    over = [
        (later.record.start, earlier.record.stop - 1)
        for earlier, later in pairwise(laid)
        if later.record.start < earlier.record.stop
    ]
    mixes = pictures.findall("transition")
    assert [(int(mix.attrib["in"]), int(mix.attrib["out"])) for mix in mixes] == over
    second = root.find(f"playlist[@id='{pictures.findall('track')[1].attrib['producer']}']")
    comes_in_there = {run.record.start for run in runs(second)}
    for mix in mixes:
        assert properties(mix)["reverse"] == ("0" if int(mix.attrib["in"]) in comes_in_there else "1")


def test_the_document_says_its_version_and_who_it_is_the_same_way_every_time() -> None:
    film = film_of(30, 40)
    said = document(mlt_of(film, KDENLIVE))
    assert said["kdenlive:docproperties.version"] == "1.04"
    assert re.fullmatch(r"\{[0-9a-f-]{36}\}", said["kdenlive:docproperties.uuid"])
    assert said == document(mlt_of(film, KDENLIVE))
    other = document(mlt_of(replace(film, title="Another"), KDENLIVE))
    assert said["kdenlive:docproperties.uuid"] != other["kdenlive:docproperties.uuid"]


def test_tracks_are_named_by_role_and_summed() -> None:
    film = film_of(30, 40)
    root = mlt_of(replace(spoken(film), cues=(*spoken(film).cues, music(film))), KDENLIVE)
    assert [properties(track)["kdenlive:track_name"] for track in tracks(root)] == [
        "Effects",
        "Music",
        "Film",
    ]
    joins = [properties(one) for one in root.findall("tractor[@id='film']/transition")]
    assert [(one["mlt_service"], one["a_track"], one["b_track"], one.get("sum")) for one in joins] == [
        ("mix", "0", "1", "1"), ("mix", "0", "2", "1"), ("qtblend", "0", "3", None),
    ]  # fmt: skip


def test_guides_have_names_and_notes_and_shots_are_grouped_with_their_sound() -> None:
    film = spoken(film_of(30, 40, overlaps=[6], markers=(Marker(5, "look", "at this"),)))
    said = document(mlt_of(film, KDENLIVE))
    (guide,) = json.loads(said["kdenlive:docproperties.guides"])
    assert (guide["pos"], guide["comment"]) == (5, "look: at this")
    groups = json.loads(said["kdenlive:docproperties.groups"])
    places = [[clip["data"] for clip in group["children"]] for group in groups]
    # Both shots' sounds overlap: the later one lies on a track of its own, below the first.
    assert places == [["2:0", "1:0"], ["2:24", "0:24"]]


def test_what_lies_over_the_film_keeps_its_transparency_by_a_transform() -> None:
    film = film_of(30)
    film = replace(film, items=(replace(film.items[0], overlays=(Title("Hi", 12, "lower_third"),)),))
    drawn = Drawn(overlays=(film_of(12, handle=0, names=["text"]).items[0].source,))  # type: ignore[arg-type]  # each of this film is a clip
    root = ET.fromstring(KDENLIVE.export(handover_of(film, drawn={0: drawn})).files[0].content)
    filters = [
        [properties(one)["kdenlive_id"] for run in clips(root, track) for one in run.entry.findall("filter")]
        for track in tracks(root)
    ]
    assert filters == [[], ["qtblend"]]


def test_levels_are_its_own_volume_on_the_files_own_frames() -> None:
    film = film_of(96)
    film = replace(film, cues=(music(film, in_offset_samples=96_000, fade_out_samples=48_000),))
    root = mlt_of(film, KDENLIVE)
    volume = properties(root.find("playlist/entry/filter"))
    assert volume["kdenlive_id"] == "volume"
    levels = {int(frame): float(db) for frame, db in (key.split("=") for key in volume["level"].split(";"))}
    assert levels[48 + 71] == 0
    assert levels[48 + 95] == -96

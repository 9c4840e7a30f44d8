"""Our own exports, read back: every clip, transition, sound and marker where the film has it, at every rate."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stitcher.exporters.cut import handover_of
from stitcher.exporters.handover import Handover
from stitcher.exporters.registry import find_exporter
from stitcher.importers.changes import differences
from stitcher.importers.cut import Cut, CutClip, CutTrack
from stitcher.importers.edl import read_edl
from stitcher.importers.fcpxml import read_fcpxml
from stitcher.importers.film_view import FilmView
from stitcher.importers.from_handover import cut_of
from stitcher.importers.otio_json import read_otio
from stitcher.importers.read import read_cut
from stitcher.importers.xmeml import read_xmeml
from stitcher.timebase import FrameRange, round_half_up
from stitcher.timeline.model import Marker, Timeline
from tests.exporters.films import RATES, film_of, films, hidden, spoken

FORMATS = ["otio", "otio-resolve", "otio-premiere", "fcp7", "fcpxml", "edl"]
PLAIN = {
    "fcpxml": {"dissolve"},
    "fcp7": {"dissolve", "fadeblack", "fadewhite", "wiperight", "wipeleft", "wipeup"},
}
"""Kinds of transition that a format tells apart; the others tell all."""


def read_back(handover: Handover, name: str) -> Cut:
    files = [file.content for file in find_exporter(name).export(handover).files]
    if name == "edl":
        return read_edl(files, "timeline.edl", handover.rate)
    read = {"fcp7": read_xmeml, "fcpxml": read_fcpxml}.get(name, read_otio)
    return read(files[0], "timeline")


@dataclass(frozen=True)
class Row:
    """A clip as all formats tell it."""

    file: str
    record: FrameRange
    media_frame: int
    """The file's picture at its beginning, where its rate is the film's."""
    speed: Fraction
    blend: tuple[str, int, int] | None


def file_of(clip: CutClip, handover: Handover) -> str:
    """What the hand-over calls its file, also where the film's own files are named."""
    names = {one.name: one.file for one in handover.media}
    return "" if clip.media is None else names.get(clip.media.name, clip.media.name)


def rows(track: CutTrack, handover: Handover, name: str) -> list[Row]:
    kinds = PLAIN.get(name)
    found = []
    for index, clip in enumerate(track.clips):
        blend = track.blend_at(index)
        told = None
        if blend is not None:
            kind = blend.kind if kinds is None or blend.kind in kinds else "dissolve"
            told = (kind, blend.in_frames, blend.out_frames)
        pictures = clip.start * handover.rate / clip.speed
        if name == "edl" and clip.speed != 1:
            # They count whole pictures of the file, of which one is several frames of the film, or part of one.
            pictures = Fraction(0)
        found.append(
            Row(
                file_of(clip, handover),
                clip.record,
                round_half_up(pictures) if clip.media is not None else 0,
                clip.speed if clip.media is not None else Fraction(1),
                told,
            )
        )
    return found


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=8, deadline=None)
@given(film=films(most=15))
def test_pictures_come_back_to_the_frame(name: str, film: Timeline) -> None:
    handover = handover_of(film)
    cut = read_back(handover, name)
    assert cut.rate == film.rate
    assert rows(cut.pictures[0], handover, name) == rows(cut_of(handover).pictures[0], handover, name)
    assert (cut.start_frame, cut.frames) == (film.start_frame, film.frames)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=8, deadline=None)
@given(film=films(most=6), numbers=st.sets(st.integers(0, 5)))
def test_shots_that_are_switched_off_come_back_so_and_where_a_format_cannot_say_it_as_black(
    name: str, film: Timeline, numbers: set[int]
) -> None:
    film = hidden(film, numbers)
    handover = handover_of(film)
    after, before = read_back(handover, name), cut_of(handover if name != "edl" else handover.without_hidden)
    assert rows(after.pictures[0], handover, name) == rows(before.pictures[0], handover, name)
    told = [clip.enabled for clip in after.pictures[0].clips if clip.media is not None]
    assert told == [clip.enabled for clip in before.pictures[0].clips if clip.media is not None]
    views = FilmView.of(cut_of(handover)), FilmView.of(after)
    assert "switched" not in {change.kind for change in differences(*views)}


@pytest.mark.parametrize("name", [*FORMATS, "otio-kdenlive"])
def test_notes_of_markers_come_back(name: str) -> None:
    film = replace(film_of(30), markers=(Marker(12, "turn", "look here"),))
    (marker,) = read_back(handover_of(film), name).markers
    assert (marker.name, marker.note) == ("turn", "look here")


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_edit_lists_of_ours_say_their_rate(rate: Fraction, tmp_path: Path) -> None:
    film = film_of(30, 40, rate=rate)
    for file in find_exporter("edl").export(handover_of(film)).files:
        (tmp_path / file.name).write_bytes(file.content)
    assert read_cut(tmp_path / "timeline_V1.edl").rate == rate


def heard(cut: Cut, handover: Handover) -> list[tuple[str, FrameRange, int]]:
    return sorted(
        (file_of(clip, handover), clip.record, round_half_up(clip.start * cut.rate))
        for track in cut.sounds
        for clip in track.clips
    )


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=8, deadline=None)
@given(film=films(most=6))
def test_sounds_come_back_to_the_frame(name: str, film: Timeline) -> None:
    handover = handover_of(film)
    assert heard(read_back(handover, name), handover) == heard(cut_of(handover), handover)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=8, deadline=None)
@given(film=films(most=4))
def test_markers_come_back(name: str, film: Timeline) -> None:
    handover = handover_of(film)
    frames = sorted(marker.frame for marker in film.markers)
    assert [marker.frame for marker in read_back(handover, name).markers] == frames


@pytest.mark.parametrize("name", ["otio", "otio-resolve", "otio-premiere"])
def test_keys_of_others_in_our_metadata_are_named_and_our_own_are_not(name: str) -> None:
    film = spoken(film_of(30, 40, overlaps=[6], markers=(Marker(3, "look", "at this"),)))
    data = json.loads(find_exporter(name).export(handover_of(film)).files[0].content)
    assert "metadata" not in {one.kind for one in read_otio(json.dumps(data).encode(), "cut").unread}
    data["metadata"]["stitcher"]["grade"] = {"lift": 1}
    lost = [one for one in read_otio(json.dumps(data).encode(), "cut").unread if one.kind == "metadata"]
    assert [(one.where, one.detail) for one in lost] == [(data["name"], "grade")]


@pytest.mark.slow
def test_an_edit_list_of_more_than_999_events_is_one_film_again(tmp_path: Path) -> None:
    handover = handover_of(film_of(*([2] * 2100)))
    for file in find_exporter("edl").export(handover).files:
        (tmp_path / file.name).write_bytes(file.content)
    assert len(list(tmp_path.glob("timeline_V1_*.edl"))) == 3
    cut = read_cut(tmp_path / "timeline_V1_1.edl", handover.rate)
    assert [clip.record for clip in cut.pictures[0].clips] == [
        item.record for item in handover.video[0].items
    ]

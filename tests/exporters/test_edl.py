"""Edit decision lists, read back by pycmx and by their columns."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from fractions import Fraction

import pycmx
import pytest
from hypothesis import given, settings

from stitcher.exporters.cut import handover_of
from stitcher.exporters.edl import EdlExporter
from stitcher.exporters.exporter import Export
from stitcher.timebase import FrameRange, format_timecode, round_half_up
from stitcher.timeline.model import Marker, Timeline
from stitcher.timeline.picture import Title
from tests.exporters.films import RATES, film_of, films, music

ROW = re.compile(
    r"\d{3}  [A-Z0-9]{1,8} *(?<=^.{13}) (?:V|A|AA) *(?<=^.{18})  (?:C   |D   |W\d{3}) (?:   |\d{3}) "
    r"(?:\d\d:\d\d:\d\d[:;]\d\d ?){4}"
)


def exported(film: Timeline) -> Export:
    return EdlExporter().export(handover_of(film))


def text_of(film: Timeline, track: str = "V1") -> str:
    files = {file.name: file.content for file in exported(film).files}
    return files[f"timeline_{track}.edl"].decode("ascii")


def edits(text: str) -> list[list[pycmx.Edit]]:
    return [event.edits for event in pycmx.parse_cmx3600(io.StringIO(text.replace("\r\n", "\n"))).events]


def expected_rows(film: Timeline) -> list[tuple[str, str, str, str, str]]:
    """Source in and out, record in and out, and transition of what each shot adds, from the timeline itself."""
    rows = []
    for index, item in enumerate(film.items):
        after = film.transitions[index].frames if index < len(film.transitions) else 0
        before = film.transitions[index - 1].frames if index else 0
        # The first frame of a transition of one is the earlier shot alone: a cut.
        start, stop = (1 if before == 1 else 0), len(item.source_range) - (after if after > 1 else 0)
        if stop <= start:
            continue
        source = [round_half_up((item.source_range.start + at) * item.speed) for at in (start, stop)]
        record = [film.start_frame + item.record_start + at for at in (start, stop)]
        times = [format_timecode(frame, film.rate, drop=film.drop_frame) for frame in (*source, *record)]
        rows.append((*times, f"{before:03}" if before > 1 else ""))
    return rows  # type: ignore[return-value]  # as many as there are columns


def rows_of(film: Timeline) -> list[tuple[str, str, str, str, str]]:
    """The same, as read back."""
    return [
        (edit.source_in, edit.source_out, edit.record_in, edit.record_out, edit._edit_statement.trans_op)
        for edit in (event[-1] for event in edits(text_of(film)))
    ]


@settings(max_examples=25, deadline=None)
@given(film=films(most=20))
def test_every_edit_is_read_back_to_the_frame(film: Timeline) -> None:
    assert rows_of(film) == expected_rows(film)


@settings(max_examples=15, deadline=None)
@given(film=films(most=8))
def test_every_line_has_its_columns_and_every_event_a_comment(film: Timeline) -> None:
    for file in exported(film).files:
        lines = file.content.decode("ascii").split("\r\n")
        assert lines[0].startswith("TITLE: ")
        assert lines[1] == f"FCM: {'' if film.drop_frame else 'NON-'}DROP FRAME"
        for line in lines[3:]:
            assert line == "" or line.startswith(("*", "M2")) or ROW.fullmatch(line), line
        for event in "\r\n".join(lines[3:]).split("\r\n\r\n"):
            assert event.rstrip().split("\r\n")[-1].startswith("*")


def test_a_dissolve_names_both_clips_and_stands_in_its_columns() -> None:
    text = text_of(film_of(60, 60, overlaps=[12]))
    assert "002  S0       V     C        00:00:02:10 00:00:02:10 01:00:02:00 01:00:02:00\r\n" in text
    assert "002  S1       V     D    012 00:00:00:10 00:00:02:22 01:00:02:00 01:00:04:12\r\n" in text
    one, other = edits(text)[1]
    assert (one.clip_name, other.clip_name) == ("s0.mp4", "s1.mp4")


@pytest.mark.parametrize(
    ("speed", "motion", "frames"), [(Fraction(2), "048.0", 96), (Fraction(1, 2), "012.0", 24)]
)
def test_a_speed_multiplies_the_span_of_the_source(speed: Fraction, motion: str, frames: int) -> None:
    film = film_of(48, handle=0)
    item = replace(film.items[0], speed=speed)
    text = text_of(replace(film, items=(item,)))
    edit = edits(text)[0][0]
    assert edit.source_out == format_timecode(frames, film.rate)
    assert edit.record_out == "01:00:02:00"
    assert f"M2   S0       {motion}                00:00:00:00" in text


def test_reels_are_unique_and_clips_are_named_as_they_are_handed_over() -> None:
    film = film_of(10, 10, 10, names=["lighthouse one", "lighthouse two", "Lighthouse One"])
    read = [edit for event in edits(text_of(film)) for edit in event]
    assert len({edit.source for edit in read}) == 3
    assert [edit.clip_name for edit in read] == [
        "lighthouse_one.mp4",
        "lighthouse_two.mp4",
        "Lighthouse_One-2.mp4",
    ]


def test_text_that_was_not_drawn_is_black_and_named_as_lost() -> None:
    film = film_of(10)
    whole = FrameRange(0, 10)
    film = replace(
        film,
        items=(
            replace(film.items[0], source=Title("The End", 10), available_range=whole, source_range=whole),
        ),
    )
    assert edits(text_of(film))[0][0].black
    assert [(loss.kind, loss.detail) for loss in exported(film).losses] == [("text", "The End")]


def test_a_transition_without_a_counterpart_is_a_dissolve_and_named() -> None:
    film = film_of(30, 30, 30, overlaps=[6, 6], kinds=["wiperight", "pixelize"])
    text = text_of(film)
    assert "V     W001 006" in text
    assert "V     D    006" in text
    assert [(loss.kind, loss.where, loss.detail) for loss in exported(film).losses] == [
        ("transition", "s2", "pixelize")
    ]


def test_markers_are_locators_in_the_event_they_fall_into() -> None:
    film = film_of(30, 30, markers=(Marker(5, "slate"), Marker(30, "s1"), Marker(59, "über", "a note")))
    events = text_of(film).split("\r\n\r\n")
    assert "* LOC: 01:00:00:05 RED     slate" in events[1]
    assert "* LOC: 01:00:01:06 GREEN   s1" in events[2]
    assert "* LOC: 01:00:02:11 RED     uber - a note" in events[2]


def test_each_track_of_sound_has_its_list_and_what_is_lost_of_it_is_named() -> None:
    film = film_of(48)
    film = replace(film, cues=(music(film, gain_db=-8.0, fade_in_samples=48_000),))
    edit = edits(text_of(film, "A1"))[0][0]
    assert (edit.record_in, edit.record_out, edit.clip_name) == ("01:00:00:00", "01:00:02:00", "score.wav")
    assert [loss.kind for loss in exported(film).losses] == ["fade", "gain"]


def test_more_events_than_three_digits_number_go_on_in_another_file() -> None:
    names = [file.name for file in exported(film_of(*([2] * 1000))).files]
    assert names == ["timeline_V1_1.edl", "timeline_V1_2.edl"]


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_timecode_of_the_start_is_the_films(rate: Fraction) -> None:
    assert edits(text_of(film_of(24, rate=rate)))[0][0].record_in == "01:00:00:00"


def test_drop_frame_is_said_and_counted() -> None:
    film = replace(film_of(1800, rate=RATES[3], start_frame=0), drop_frame=True)
    text = text_of(film)
    assert "FCM: DROP FRAME" in text
    assert edits(text)[0][0].record_out == "00:01:00;02"

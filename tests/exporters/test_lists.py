"""Lists of shots and markers, read back by a CSV reader, by pycmx and column by column."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from fractions import Fraction

import pycmx

from stitcher.exporters.cut import handover_of
from stitcher.exporters.handover import ShotDetails
from stitcher.exporters.lists import AleExporter, MarkerExporter, ShotListExporter
from stitcher.timeline.model import Marker, Timeline
from stitcher.timeline.shot_sources import ShownTake
from tests.exporters.films import RATES, film_of, spoken


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def shots(film: Timeline, **details: ShotDetails) -> list[dict[str, str]]:
    return table(ShotListExporter().export(handover_of(film, details=details)).files[0].content)


def test_a_shot_list_has_a_row_a_shot_with_what_is_seen_of_it() -> None:
    film = film_of(60, 48, overlaps=[12])
    one, other = shots(film)
    assert (one["start"], one["end"], one["frames"]) == ("01:00:00:00", "01:00:02:12", "60")
    assert (other["start"], other["end"]) == ("01:00:02:00", "01:00:04:00")
    assert (other["source_start"], other["source_end"]) == ("00:00:00:10", "00:00:02:10")
    assert (other["transition"], other["transition_frames"]) == ("dissolve", "12")


def test_a_shot_list_says_how_a_shot_was_made() -> None:
    film = film_of(24)
    take = ShownTake("runway", "gen4_turbo", "task", 2, "take", None)
    film = replace(film, items=(replace(film.items[0], take=take),))
    details = ShotDetails('A "door", opening\nslowly', seed=7, credits=25, start_picture="previous")
    row = shots(film, s0=details)[0]
    assert (row["prompt"], row["seed"], row["credits"]) == ('A "door", opening\nslowly', "7", "25")
    assert (row["model"], row["take"], row["start_picture"]) == ("gen4_turbo", "2", "previous")


def test_no_cell_is_a_formula() -> None:
    assert shots(film_of(24), s0=ShotDetails("=1+1"))[0]["prompt"] == "'=1+1"


def test_source_times_are_at_the_clips_own_rate() -> None:
    film = film_of(48, handle=24)
    clip = film_of(120, rate=Fraction(50), handle=0).items[0].source
    film = replace(film, items=(replace(film.items[0], source=clip),))
    assert (shots(film)[0]["source_start"], shots(film)[0]["source_end"]) == ("00:00:01:00", "00:00:03:00")


def test_an_ale_lists_every_file_once_with_its_whole_length() -> None:
    film = film_of(60, 60, overlaps=[12])
    text = AleExporter().export(handover_of(film)).files[0].content.decode()
    lines = text.split("\r\n")
    assert lines[:5] == [
        "Heading",
        "FIELD_DELIM\tTABS",
        "VIDEO_FORMAT\t720",
        "AUDIO_FORMAT\t48khz",
        "FPS\t24",
    ]
    columns = lines[lines.index("Column") + 1].split("\t")
    rows = [dict(zip(columns, line.split("\t"), strict=True)) for line in lines[lines.index("Data") + 1 : -1]]
    assert [(row["Name"], row["Tape"], row["End"]) for row in rows] == [
        ("s0.mp4", "S0", "00:00:03:08"),
        ("s1.mp4", "S1", "00:00:03:08"),
    ]


def test_an_ale_says_how_each_shot_was_made() -> None:
    film = film_of(24)
    take = ShownTake("runway", "gen4_turbo", "task", 2, "take", None)
    film = replace(film, items=(replace(film.items[0], take=take),))
    details = {"s0": ShotDetails("A door,\topening", seed=7, credits=25, start_picture="previous")}
    text = AleExporter().export(handover_of(film, details=details)).files[0].content.decode()
    lines = text.split("\r\n")
    columns, row = (lines[lines.index(word) + 1].split("\t") for word in ("Column", "Data"))
    made = dict(zip(columns, row, strict=True))
    assert [made[name] for name in ("Description", "Shot", "Model", "Take", "Seed", "Credits", "Start Picture")] == [
        "A door, opening", "s0", "gen4_turbo", "2", "7", "25", "previous",
    ]  # fmt: skip


def test_lists_of_pictures_name_that_sound_is_not_in_them() -> None:
    handover = handover_of(spoken(film_of(24)))
    assert [loss.kind for loss in AleExporter().export(handover).losses] == ["sound"]
    assert [loss.kind for loss in ShotListExporter().export(handover).losses] == ["sound"]


def test_markers_are_a_table_and_an_edit_list_with_their_names() -> None:
    film = film_of(48, rate=RATES[3], markers=(Marker(0, "s0"), Marker(12, "a|b", "look, here")))
    markers, edl = MarkerExporter().export(handover_of(film)).files
    assert [(row["frame"], row["name"], row["kind"]) for row in table(markers.content)] == [
        ("0", "s0", "shot"),
        ("12", "a|b", "marker"),
    ]
    text = edl.content.decode()
    events = list(pycmx.parse_cmx3600(io.StringIO(text.replace("\r\n", "\n"))).events)
    assert [event.edits[0].record_in for event in events] == ["01:00:00:00", "01:00:00:12"]
    assert " |C:ResolveColorRed |M:a/b: look, here |D:1" in text

"""Shotcut's projects, held against the rules by which Shotcut opens one as a timeline."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from stitcher.exporters.cut import handover_of
from stitcher.exporters.shotcut import ShotcutExporter
from stitcher.timeline.model import Marker, Timeline
from stitcher.timeline.picture import Title
from tests.exporters.films import film_of, films, music, spoken
from tests.exporters.mlt_reading import mlt_of, properties, runs, shown_by
from tests.exporters.otio_reading import expected

SHOTCUT = ShotcutExporter()


@settings(max_examples=15, deadline=None)
@given(film=films(most=12))
def test_every_clip_is_where_the_film_has_it(film: Timeline) -> None:
    # Text that was not drawn is a gap, and black within a dissolve.
    texts = {item.shot for item in film.items if isinstance(item.source, Title)}
    found = shown_by(mlt_of(film, SHOTCUT), "V1", without=texts)
    assert found == [one for one in expected(film) if one.shot not in texts]


@settings(max_examples=10, deadline=None)
@given(film=films(most=5))
def test_every_sound_is_where_the_film_has_it(film: Timeline) -> None:
    root = mlt_of(film, SHOTCUT)
    for number, track in enumerate(handover_of(film).sound, start=1):
        played = [(run.record, run.source) for run in runs(root.find(f"playlist[@id='A{number}']"))]
        assert played == [(item.record, item.source) for item in track.items]


def test_it_opens_as_a_timeline_over_a_background_as_long_as_the_film() -> None:
    root = mlt_of(spoken(film_of(30, 40, overlaps=[6])), SHOTCUT)
    film = root.find("tractor[@id='film']")
    assert film is not None
    assert properties(film)["shotcut"] == "1"
    assert film.findall("track")[0].attrib == {"producer": "background"}
    (background,) = runs(root.find("playlist[@id='background']"))
    assert len(background.record) == 64
    kinds = {name: properties(root.find(f"playlist[@id='{name}']")) for name in ("V1", "A1")}
    assert (kinds["V1"]["shotcut:video"], kinds["A1"]["shotcut:audio"]) == ("1", "1")


def test_all_media_are_in_its_bin() -> None:
    film = film_of(30, 40)
    film = replace(film, cues=(music(film),))
    root = mlt_of(film, SHOTCUT)
    names = {one.attrib["id"]: properties(one).get("shotcut:caption") for one in root.findall("producer")}
    bin_runs = runs(root.find("playlist[@id='main_bin']"))
    lengths = [(names[run.producer], len(run.source)) for run in bin_runs]
    assert lengths == [("s0.mp4", 50), ("s1.mp4", 60), ("score.wav", 70 + 60 * 24)]


def test_a_dissolve_is_of_the_clips_on_both_sides_of_it() -> None:
    root = mlt_of(film_of(30, 40, overlaps=[6]), SHOTCUT)
    before, dissolve, after = runs(root.find("playlist[@id='V1']"))
    film = root.find(f"tractor[@id='{dissolve.producer}']")
    assert properties(film)["shotcut:transition"] == "lumaMix"
    assert film is not None
    assert [track.attrib["producer"] for track in film.findall("track")] == [before.producer, after.producer]
    services = [properties(one)["mlt_service"] for one in film.findall("transition")]
    assert services == ["luma", "mix"]


def test_every_track_is_summed_and_only_pictures_over_the_film_are_laid_over_it() -> None:
    film = mlt_of(spoken(film_of(30, 40)), SHOTCUT).find("tractor[@id='film']")
    assert film is not None
    joins = [properties(one) for one in film.findall("transition")]
    assert [(one["mlt_service"], one["b_track"]) for one in joins] == [
        ("mix", "1"), ("frei0r.cairoblend", "1"), ("mix", "2"),
    ]  # fmt: skip
    assert {one["sum"] for one in joins if one["mlt_service"] == "mix"} == {"1"}
    assert joins[1]["disable"] == "1"


def test_levels_are_its_own_gain_filter_and_count_from_the_clips_beginning() -> None:
    film = film_of(96)
    film = replace(film, cues=(music(film, in_offset_samples=96_000, fade_out_samples=48_000, gain_db=-8.0),))
    root = mlt_of(film, SHOTCUT)
    gain = root.find("producer/filter")
    assert gain is not None
    assert gain.attrib == {"in": "48", "out": "143"}
    values = properties(gain)
    assert values["shotcut:filter"] == "audioGain"
    levels = {int(frame): float(db) for frame, db in (key.split("=") for key in values["level"].split(";"))}
    assert levels[71] == -8
    assert levels[95] == -96


def test_markers_have_their_names_and_notes() -> None:
    film = film_of(30, markers=(Marker(5, "look", "at this"), Marker(9, "R&B")))
    found = mlt_of(film, SHOTCUT).findall("tractor/properties[@name='shotcut:markers']/properties")
    assert [(properties(one)["text"], properties(one)["start"]) for one in found] == [
        ("look: at this", "5"), ("R&B", "9"),
    ]  # fmt: skip

"""REAPER projects, read back by the parser `rpp`: pictures in frames, sounds in samples, as the timeline has them."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import rpp
from hypothesis import given, settings

from stitcher.exporters.cut import handover_of
from stitcher.exporters.handover import FinishedFile, ShotDetails
from stitcher.exporters.media_paths import path_reader
from stitcher.exporters.reaper import ReaperExporter
from stitcher.timebase import FrameRange
from stitcher.timeline.model import GainKey, Marker, Timeline
from tests.exporters.films import ODD_NAMES, RATES, Shown, film_of, films, music, spoken
from tests.exporters.otio_reading import expected
from tests.factories import make_sound


def text_of(film: Timeline, **more: Any) -> str:
    return ReaperExporter().export(replace(handover_of(film), **more)).files[0].content.decode()


def project_of(film: Timeline, **more: Any) -> Any:
    return rpp.loads(text_of(film, **more))


def tracks(project: Any, name: str) -> list[Any]:
    """The tracks whose names begin so."""
    return [track for track in project.findall("TRACK") if value(track, "NAME").startswith(name)]


def values(element: Any, word: str) -> list[str]:
    found = element.find(word)
    assert isinstance(found, list), word
    return found[1:]


def value(element: Any, word: str) -> str:
    return values(element, word)[0]


def seconds(element: Any, word: str) -> Fraction:
    return Fraction(value(element, word))


def whole(count: Fraction) -> int:
    """A count that has to be whole, but for the twelfth decimal of seconds."""
    assert abs(count - round(count)) < Fraction(1, 10**6)
    return round(count)


def shown(project: Any, film: Timeline) -> list[Shown]:
    rows = []
    for item in tracks(project, "Film")[0].findall("ITEM"):
        start, length = (whole(seconds(item, word) * film.rate) for word in ("POSITION", "LENGTH"))
        first = whole(seconds(item, "SOFFS") * film.rate / seconds(item, "PLAYRATE"))
        rows.append(
            Shown(value(item, "NAME"), FrameRange(start, start + length), FrameRange(first, first + length))
        )
    return rows


@settings(max_examples=25, deadline=None)
@given(film=films())
def test_every_picture_is_where_it_is_in_the_film(film: Timeline) -> None:
    film = replace(film, transitions=tuple(undipped(one) for one in film.transitions))
    handover = handover_of(film)
    unseen = {item.name for item in handover.video[0].items if item.media is None}
    wanted = [row for row in expected(film) if row.shot not in unseen]
    assert shown(project_of(film), film) == [replace(row, shot=" ".join(row.shot.split())) for row in wanted]


def undipped(transition: Any) -> Any:
    """One that overlaps in REAPER, too."""
    dissolve = film_of(9, 9, overlaps=[3]).transitions[0].kind
    return replace(transition, kind=dissolve) if transition.kind.name == "fadeblack" else transition


@settings(max_examples=25, deadline=None)
@given(film=films(most=4))
def test_every_sound_is_where_it_is_in_the_film_to_the_sample(film: Timeline) -> None:
    handover = handover_of(film)
    found = [
        (
            whole(seconds(item, "POSITION") * 48_000),
            whole(seconds(item, "LENGTH") * 48_000),
            whole(seconds(item, "SOFFS") * 48_000),
            value(item, "NAME"),
        )
        for track in project_of(film).findall("TRACK")
        for item in track.findall("ITEM")
        if item.find("SOURCE").attrib == ["WAVE"]
    ]
    assert found == [
        (item.start_sample, item.length_samples, item.source_sample, " ".join(item.name.split()))
        for track in handover.sound
        for item in track.items
    ]


def test_a_transition_is_an_overlap_with_fades_as_long() -> None:
    one, other = tracks(project_of(film_of(40, 40, overlaps=[12])), "Film")[0].findall("ITEM")
    assert seconds(one, "LENGTH") == Fraction("1.666666666667")
    assert [values(item, word)[1] for item, word in ((one, "FADEOUT"), (other, "FADEIN"))] == ["0.5", "0.5"]


def test_a_dip_to_black_is_two_fades_that_do_not_overlap() -> None:
    film = film_of(40, 40, overlaps=[12], kinds=["fadeblack"])
    one, other = tracks(project_of(film), "Film")[0].findall("ITEM")
    assert seconds(one, "LENGTH") == seconds(other, "POSITION")
    assert [values(item, word)[1] for item, word in ((one, "FADEOUT"), (other, "FADEIN"))] == ["0.25", "0.25"]
    assert not ReaperExporter().export(handover_of(film)).losses


@pytest.mark.parametrize(
    ("rate", "drop", "says"),
    [
        (RATES[0], False, ["24", "2"]),
        (RATES[1], False, ["24", "0"]),
        (RATES[2], False, ["25", "0"]),
        (RATES[3], False, ["30", "2"]),
        (RATES[3], True, ["30", "1"]),
        (RATES[8], False, ["60", "0"]),
    ],
)
def test_the_rate_of_its_timecode_and_its_start_are_the_films(
    rate: Fraction, drop: bool, says: list[str]
) -> None:
    film = film_of(30, rate=rate, drop_frame=drop, start_frame=107_892)
    project = project_of(film)
    assert values(project, "TIMEMODE")[3:5] == says
    assert abs(seconds(project, "PROJOFFS") - 107_892 / rate) < Fraction(1, 10**9)
    assert values(project, "SAMPLERATE")[:2] == ["48000", "1"]
    assert value(project, "TIMELOCKMODE") == "0"


def test_a_rate_that_it_does_not_number_is_named() -> None:
    losses = ReaperExporter().export(handover_of(film_of(30, rate=RATES[7]))).losses
    assert [(loss.kind, loss.detail) for loss in losses] == [("drop-frame", "59.94 frames a second")]


@pytest.mark.parametrize("name", [*ODD_NAMES, "\"'`", "two\nlines", "a\u2028b", "> TRACK", "|x"])
def test_names_are_read_as_they_are_written(name: str) -> None:
    film = film_of(24, names=[name], markers=(Marker(3, name),), title=name)
    project = project_of(film)
    wanted = " ".join(name.split()).replace("`", "'" if "\"'" in name else "`")
    item = tracks(project, "Film")[0].find("ITEM")
    assert value(item, "NAME") == wanted
    assert [mark[3] for mark in project.findall("MARKER")] == [wanted, wanted, ""]


def test_shots_are_regions_and_markers_are_markers() -> None:
    film = film_of(24, 48, markers=(Marker(0, "s0"), Marker(12, "look", "here")))
    marks = [mark[1:5] for mark in project_of(film).findall("MARKER")]
    assert marks == [
        ["1", "0.5", "look: here", "0"],
        ["1", "0", "s0", "1"],
        ["1", "1", "", "1"],
        ["2", "1", "s1", "1"],
        ["2", "3", "", "1"],
    ]


def test_every_identifier_is_its_own_and_the_same_again() -> None:
    film = spoken(film_of(30, 40, 20, overlaps=[7, 0]))
    text = text_of(film)
    found = re.findall(r"(?:IGUID|EGUID|\bGUID|TRACKID|R|B) (\{[0-9A-F-]{36}\})", text)
    assert len(set(found)) == len(found) > 10
    assert text_of(film) == text


def test_a_clips_own_sound_is_heard_without_its_picture_and_its_picture_without_its_sound() -> None:
    project = project_of(spoken(film_of(30)))
    picture, sound = (track.find("ITEM/SOURCE") for track in project.findall("TRACK"))
    assert picture.children == [["AUDIO", "0"], ["FILE", "/footage/s0.mp4"]]
    assert sound.children == ["VIDEO_DISABLED", ["FILE", "/footage/s0.mp4"]]


def test_texts_over_shots_lie_on_upper_tracks() -> None:
    project = project_of(film_of(30))
    assert values(project, "VIDEO_CONFIG") == ["1280", "720", "256"]


def test_stems_and_reference_are_muted_tracks_as_long_as_the_film() -> None:
    finished = (FinishedFile("Stem: music", "stems/music.wav"), FinishedFile("Reference", "reference.mp4"))
    project = project_of(film_of(48), finished=finished)
    stem, reference = (tracks(project, name)[0] for name in ("Stem", "Reference"))
    assert [value(track, "MUTESOLO") for track in (stem, reference)] == ["1", "1"]
    assert [value(track.find("ITEM"), "LENGTH") for track in (stem, reference)] == ["2", "2"]
    assert [track.find("ITEM/SOURCE").attrib for track in (stem, reference)] == [["WAVE"], ["VIDEO"]]


def test_prompts_are_notes_of_items() -> None:
    project = project_of(film_of(24), details={"s0": ShotDetails("A door\nopens")})
    assert tracks(project, "Film")[0].find("ITEM/NOTES").children == ["|A door", "|opens"]


@pytest.mark.parametrize(
    ("channels", "pan", "sides"),
    [(1, 0.5, (0.382683, 0.92388)), (1, -1.0, (1.0, 0.0)), (2, 0.5, (0.707107, 1.0))],
)
def test_pan_is_as_loud_on_each_side_as_in_the_film(
    channels: int, pan: float, sides: tuple[float, float]
) -> None:
    film = film_of(48)
    sound = make_sound(duration=60, channels=channels)
    film = replace(film, cues=(music(film, sound=sound, pan=pan),))
    volume, side, *_ = map(float, values(tracks(project_of(film), "Music")[0].find("ITEM"), "VOLPAN"))
    # At a pan law of 0 dB the farther side is turned down and the nearer one kept.
    assert (volume * (1 - max(0, side)), volume * (1 + min(0, side))) == pytest.approx(sides, abs=1e-6)


def test_ducking_is_the_envelope_of_its_track_and_steps_between_sounds() -> None:
    film = film_of(96)
    ducked = music(film, length_samples=96_000, gain_keys=(GainKey(24_000, 0.0), GainKey(48_000, -6.0)))
    after = music(film, start_sample=96_000, length_samples=96_000)
    envelope = tracks(project_of(replace(film, cues=(ducked, after))), "Music")[0].find("VOLENV2")
    points = [tuple(map(float, point[1:])) for point in envelope.findall("PT")]
    assert points[0] == (0.0, 1.0, 0.0)
    assert points[-2:] == [(2.0, pytest.approx(10 ** (-6 / 20)), 1.0), (2.0, 1.0, 1.0)]


def test_ducking_above_what_every_envelope_holds_is_named() -> None:
    film = film_of(48)
    film = replace(film, cues=(music(film, gain_keys=(GainKey(0, 0.0), GainKey(48_000, 9.0))),))
    assert [loss.kind for loss in ReaperExporter().export(handover_of(film)).losses] == ["gain-range"]


def test_sounds_off_the_frames_are_no_loss() -> None:
    assert "off-grid" in ReaperExporter().export(handover_of(film_of(24))).keeps


def test_a_moved_project_can_be_linked_again() -> None:
    reader = path_reader("timeline.rpp")
    assert reader is not None
    text = text_of(spoken(film_of(24)))
    assert {address.text for address in reader.addresses(text)} == {"/footage/s0.mp4"}

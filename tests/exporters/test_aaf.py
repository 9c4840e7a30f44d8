"""AAF, read back by pyaaf2 and compared with the timeline in frames."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import aaf2
import pytest
from hypothesis import HealthCheck, given, settings

from stitcher.exporters.aaf import AafExporter
from stitcher.exporters.cut import handover_of
from stitcher.timebase import FrameRange, nominal_rate, round_half_up
from stitcher.timeline.model import GainKey, Marker, Timeline
from tests.exporters.films import DROP_RATES, RATES, Shown, film_of, films, music, spoken
from tests.exporters.otio_reading import expected
from tests.factories import make_sound


def opened(film: Timeline, folder: Path) -> Any:
    """What is read back of a film."""
    path = folder / "timeline.aaf"
    path.write_bytes(AafExporter().export(handover_of(film)).files[0].content)
    return aaf2.open(str(path), "r")


KEYS = (GainKey(96_000, 0.0), GainKey(120_000, -10.0))


def rich_film() -> Timeline:
    """A dissolve, a clip at twice its speed and one with a timecode; ducked music, a wide and a panned sound."""
    film = film_of(60, 60, 30, overlaps=[13, 0], names=['R&B <夜> "it\'s"', "s1", "s2"], handle=40)
    one, two, three = film.items
    one = replace(one, source=replace(one.source, timecode="10:00:00:05"))  # type: ignore[arg-type]  # each of this film is a clip
    three = replace(three, speed=Fraction(2), source_range=FrameRange(4, 34))
    film = spoken(replace(film, items=(one, two, three)))
    mono, stereo = (make_sound(path=f"/sound/{count}.wav", duration=60, channels=count) for count in (1, 2))
    ducked = music(film, sound=mono, gain_db=-4.0, fade_in_samples=48_000, gain_keys=KEYS)
    wide = music(film, sound=stereo, role="ambience", gain_db=-6.0)
    panned = music(film, sound=mono, role="dialogue", pan=-0.5)
    return replace(film, cues=(film.cues[0], ducked, wide, panned))


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with opened(rich_film(), tmp_path_factory.mktemp("aaf")) as file:
        yield file


def composition(file: Any) -> Any:
    (film,) = file.content.toplevel()
    return film


def slot(file: Any, name: str) -> Any:
    return next(slot for slot in composition(file).slots if slot.name == name)


def clip_of(component: Any) -> Any:
    """The clip that a component plays, under any effects."""
    while isinstance(component, aaf2.components.OperationGroup):
        component = component.segments[0]
    return component


def clips(file: Any, name: str) -> list[tuple[int, Any]]:
    """The clips of a track with where they begin, effects included."""
    sequence = slot(file, name).segment
    if isinstance(sequence, aaf2.components.OperationGroup):
        sequence = sequence.segments[0]
    return [
        (at, part)
        for _, at, part in sequence.positions()
        if isinstance(clip_of(part), aaf2.components.SourceClip)
    ]


def shown(file: Any) -> list[Shown]:
    rows = []
    for at, part in clips(file, "V1"):
        start, name = clip_of(part).start, next(iter(part["ComponentAttributeList"].value)).value
        rows.append(Shown(name, FrameRange(at, at + part.length), FrameRange(start, start + part.length)))
    return rows


def wanted(film: Timeline) -> list[Shown]:
    items = {item.name: item for item in handover_of(film).video[0].items if item.media is not None}
    rows = []
    for row in expected(film):
        if row.shot in items:
            start = round_half_up(row.source.start * items[row.shot].speed)
            source = FrameRange(start, start + len(row.source))
            rows.append(Shown(" ".join(row.shot.split()), row.record, source))
    return rows


def test_every_picture_is_where_it_is_in_the_film(rich: Any) -> None:
    assert shown(rich) == wanted(rich_film())
    tracks = [slot for slot in composition(rich).slots if slot.name]
    assert {slot.segment.length for slot in tracks} == {rich_film().frames}


def test_a_transition_lies_over_the_cut_and_goes_from_nothing_to_all(rich: Any) -> None:
    parts = slot(rich, "V1").segment.components
    (transition,) = [part for part in parts if isinstance(part, aaf2.components.Transition)]
    group = transition["OperationGroup"].value
    assert (transition.length, transition.cutpoint, group.operation.name) == (13, 6, "Video Dissolve")
    (level,) = group.parameters
    assert [(point.time, point.value) for point in level["PointList"]] == [(0, 0), (1, 1)]


def test_a_speed_is_an_operation_on_as_many_frames_as_are_played(rich: Any) -> None:
    _, part = clips(rich, "V1")[2]
    (ratio,) = part.parameters
    # Of the output to the input.
    assert (part.operation.name, Fraction(str(ratio.value))) == ("Video Speed Control", Fraction(1, 2))
    assert (part.length, clip_of(part).start, clip_of(part).length) == (30, 8, 60)


def test_reels_are_tapes_with_the_clips_own_timecode_and_files_are_linked(rich: Any) -> None:
    on_file = clip_of(clips(rich, "V1")[0][1]).mob.slots[0].segment
    on_tape = on_file.mob.slots[0].segment
    url = on_file.mob.descriptor.locator[0]["URLString"].value
    assert url == "file:///footage/R%26B%20%3C%E5%A4%9C%3E%20%22it%27s%22.mp4"
    assert (on_tape.mob.name, on_tape.start) == ("RBITS", 10 * 3600 * 24 + 5)
    mobs = rich.content.sourcemobs()
    tapes = [mob.name for mob in mobs if isinstance(mob.descriptor, aaf2.essence.TapeDescriptor)]
    assert sorted(tapes) == ["RBITS", "S1", "S2"]


def test_stereo_lies_on_a_track_for_each_side(rich: Any) -> None:
    places, sources = [], []
    for name in ("Ambience L", "Ambience R"):
        (pan,) = slot(rich, name).segment.parameters
        places.append(pan.value)
        sources.append(clip_of(clips(rich, name)[0][1]).slot_id)
    assert (places, sources) == ([0, 1], [2, 3])


def test_gain_fades_and_ducking_are_the_amplitude_of_the_clip(rich: Any) -> None:
    film = rich_film()
    (item,) = next(track for track in handover_of(film).sound if track.role == "music").items
    ((_, part),) = clips(rich, "Music")
    (amplitude,) = part.parameters
    assert (part.operation.name, amplitude.parameterdef.name) == ("Audio Gain", "Amplitude")
    points = list(amplitude["PointList"])
    assert [round(point.time * film.frames) for point in points] == [level.frame for level in item.levels]
    assert [point.value for point in points] == pytest.approx(
        [level.factor for level in item.levels], abs=1e-6
    )


def test_a_gain_that_stays_is_one_value(rich: Any) -> None:
    ((_, part),) = clips(rich, "Ambience L")
    (amplitude,) = part.parameters
    assert float(amplitude.value) == pytest.approx(10 ** (-6 / 20), abs=1e-6)


def test_a_mono_sound_keeps_its_pan(rich: Any) -> None:
    ((_, part),) = clips(rich, "Dialogue")
    assert (part.operation.name, next(iter(part.parameters)).value) == ("Audio Pan", Fraction(1, 4))


def test_a_clips_own_sound_is_the_channel_after_its_picture(rich: Any) -> None:
    picture, sound = (clip_of(clips(rich, name)[0][1]) for name in ("V1", "Effects L"))
    assert picture.mob_id == sound.mob_id
    assert (picture.slot_id, sound.slot_id, sound.start) == (1, 2, 40)


def test_what_aaf_cannot_say_is_named() -> None:
    film = film_of(40, 40, overlaps=[12], kinds=["wiperight"])
    loud = music(film, sound=make_sound(duration=60, channels=2), pan=-0.5, gain_db=15.0, tempo=Fraction(2))
    losses = AafExporter().export(handover_of(replace(film, cues=(loud,)))).losses
    assert [loss.kind for loss in losses] == ["transition", "gain-range", "speed", "pan"]


@pytest.mark.slow
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(film=films(most=5))
def test_films_of_any_kind_are_read_as_they_are(tmp_path: Path, film: Timeline) -> None:
    with opened(film, tmp_path) as file:
        assert composition(file).name == " ".join(film.title.split())
        assert shown(file) == wanted(film)


@pytest.mark.slow
@pytest.mark.parametrize("rate", [RATES[0], RATES[3], RATES[5], RATES[6], RATES[7]], ids=str)
def test_timecode_and_its_drop_flag_are_the_films(tmp_path: Path, rate: Fraction) -> None:
    drop = rate in DROP_RATES
    film = film_of(30, 40, overlaps=[7], rate=rate, drop_frame=drop, markers=(Marker(12, "look", "here"),))
    with opened(film, tmp_path) as file:
        timecode = slot(file, "TC1").segment
        assert (timecode.fps, timecode.drop, timecode.start) == (nominal_rate(rate), drop, film.start_frame)
        assert {Fraction(str(one.edit_rate)) for one in composition(file).slots} == {rate}
        (events,) = [one for one in composition(file).slots if isinstance(one, aaf2.mobslots.EventMobSlot)]
        (marker,) = events.segment.components
        assert (marker["Position"].value, marker["Comment"].value) == (12, "look: here")
        assert marker["DescribedSlots"].value == {slot(file, "V1").slot_id}
        assert shown(file) == wanted(film)


def test_exporting_leaves_the_dice_of_others_alone() -> None:
    random.seed(7)
    before = random.getstate()
    AafExporter().export(handover_of(film_of(10)))
    assert random.getstate() == before


@pytest.mark.slow
def test_another_process_writes_the_same_bytes(tmp_path: Path) -> None:
    program = (
        "import sys; from stitcher.exporters.aaf import AafExporter; "
        "from stitcher.exporters.cut import handover_of; from tests.exporters.films import film_of, spoken; "
        "film = spoken(film_of(30, 30, overlaps=[6])); "
        "sys.stdout.buffer.write(AafExporter().export(handover_of(film)).files[0].content)"
    )
    made = [
        subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, timeout=60).stdout
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert len(made[0]) > 10_000
